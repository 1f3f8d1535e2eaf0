import { type AgainNode, type Next, nextOf, nodeAt, type Plan, type PlanNode, type RepeatNode } from '../plan/nodes.ts';

/** One way on from a step, and what is known of it from there to the end. */
export type Way<Value> = {
  readonly by: 'next' | 'timeout' | 'arm' | 'missing';
  readonly to: Next;
  readonly value: Value;
};

/** What is worked out from the end of a plan to its beginning. */
export type Measure<Value> = {
  readonly atEnd: Value;
  /** Of a step, from those it may lead to; an `end` leads to none. */
  readonly of: (node: PlanNode, ways: readonly Way<Value>[]) => Value;
};

const wayBy = (node: PlanNode, i: number): Way<unknown>['by'] => {
  if (node.kind === 'waitFor') return i === 0 ? 'timeout' : 'arm';
  return node.kind === 'wait' && i === 1 ? 'missing' : 'next';
};

/** Those first that others lead to. Without recursion: a journey may have thousands of steps in a row. */
const lastFirst = (from: Next, leadsTo: (id: string) => readonly Next[]): readonly string[] => {
  const order: string[] = [];
  const seen = new Set<string>();
  const open: { readonly id: string; isDone: boolean }[] = from === undefined ? [] : [{ id: from, isDone: false }];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    if (top.isDone) order.push(top.id);
    else if (!seen.has(top.id)) {
      seen.add(top.id);
      open.push({ id: top.id, isDone: true });
      for (const next of leadsTo(top.id)) if (next !== undefined) open.push({ id: next, isDone: false });
    }
  }
  return order;
};

/**
 * Works a measure out over every way through a plan; a repeat is gone through round by round. The plan is that of a checked
 * journey: no repeat within a repeat, no way out of one but its end.
 */
export const foldPlan = <Value>(plan: Plan, { atEnd, of }: Measure<Value>): Value => {
  const valueIn = (known: ReadonlyMap<string, Value>, to: Next): Value => {
    const value = to === undefined ? atEnd : known.get(to);
    if (value === undefined) throw new Error(`Nothing is known of "${String(to)}" yet.`);
    return value;
  };
  const one = (node: PlanNode, known: ReadonlyMap<string, Value>): Value =>
    of(
      node,
      nextOf(node).map((to, i) => ({ by: wayBy(node, i), to, value: valueIn(known, to) })),
    );
  const straight = (to: Next, value: Value): readonly Way<Value>[] => [{ by: 'next', to, value }];

  const footOf = (head: string): AgainNode => {
    const foot = Object.values(plan.nodes).find((node) => node.kind === 'again' && node.head === head);
    if (foot?.kind !== 'again') throw new Error(`"${head}" has no end.`);
    return foot;
  };

  const repeated = (head: RepeatNode, known: ReadonlyMap<string, Value>): Value => {
    const foot = footOf(head.id);
    const leaves = straight(head.next, valueIn(known, head.next));
    const leavesEarly = head.until === undefined ? [] : leaves;
    const body = lastFirst(head.body, (id) => (id === foot.id ? [] : nextOf(nodeAt(plan, id)))).filter(
      (id) => nodeAt(plan, id).within === head.id,
    );
    let value: Value | undefined;
    for (let round = foot.times; round >= 1; round--) {
      const again =
        value === undefined
          ? leaves
          : [...straight(foot.pause, of(nodeAt(plan, foot.pause), straight(head.id, value))), ...leavesEarly];
      const inRound = new Map([...known, [foot.id, of(foot, again)]]);
      for (const id of body) inRound.set(id, one(nodeAt(plan, id), inRound));
      value = of(head, [...straight(head.body, valueIn(inRound, head.body)), ...leavesEarly]);
    }
    return value ?? valueIn(known, head.next);
  };

  const known = new Map<string, Value>();
  const outside = (id: string): readonly Next[] => {
    const node = nodeAt(plan, id);
    return node.kind === 'repeat' ? [node.next] : nextOf(node);
  };
  for (const id of lastFirst(plan.first, outside)) {
    const node = nodeAt(plan, id);
    known.set(id, node.kind === 'repeat' ? repeated(node, known) : one(node, known));
  }
  return valueIn(known, plan.first);
};
