import type { Moved } from '#core/flow';
import { type Next, nodeAt, type Plan, type PlanNode } from '#core/journey';

/** Where a run goes on from what happened; undefined also when it ends there. */
const startOf = (plan: Plan, { happening, move }: Moved): Next => {
  if ('exited' in happening) return undefined;
  if ('reached' in happening) return happening.reached;
  if ('missing' in happening) {
    const node = nodeAt(plan, happening.missing);
    return node.kind === 'wait' ? node.missing : undefined;
  }
  if ('heard' in happening) {
    const node = nodeAt(plan, happening.heard);
    return node.kind === 'waitFor' ? node.arms[happening.winner] : undefined;
  }
  if ('timedOut' in happening) {
    const node = nodeAt(plan, happening.timedOut);
    return node.kind === 'waitFor' ? node.timeout : node.kind === 'wait' ? node.next : undefined;
  }
  const node = nodeAt(plan, 'sent' in happening ? happening.sent : happening.acted);
  const failed = happening.outcome.status === 'withheld' || happening.outcome.status === 'failed';
  const otherwise = node.kind === 'send' ? node.send.otherwise : node.kind === 'act' ? node.otherwise : 'continue';
  const isEnd = failed && otherwise === 'end' && move.do === 'end';
  return !isEnd && (node.kind === 'send' || node.kind === 'act') ? node.next : undefined;
};

/** Where a step that takes no time led; undefined for one that the run stopped at, and for the end. */
const passed = (node: PlanNode, { sight, move }: Moved): { readonly next: Next } | undefined => {
  const notes = move.notes[node.id] ?? {};
  const stopsHere = move.do !== 'end' && move.node.id === node.id;
  if (stopsHere) return undefined;
  switch (node.kind) {
    case 'branch': {
      const steps = { ...sight.steps, ...move.notes };
      return node.choices.find(({ when }) => sight.holds(when, steps)) ?? { next: node.otherwise };
    }
    case 'split':
      return node.arms.find(({ arm }) => arm === notes['arm']);
    case 'decide':
      return node.options.find(({ option }) => option === notes['option']) ?? { next: node.otherwise };
    case 'repeat':
      return { next: 'round' in notes ? node.body : node.next };
    case 'again':
      return { next: move.do === 'wait' && move.node.id === node.pause ? node.pause : node.next };
    case 'waitFor':
      return { next: node.arms[String(notes['outcome'])] };
    case 'wait':
    case 'send':
    case 'act':
    case 'end':
      return undefined;
  }
};

/** The steps a run came to in one move, in order, up to the one it stopped at or ended with. */
export const wayOf = (plan: Plan, moved: Moved): readonly string[] => {
  const way: string[] = [];
  for (let at = startOf(plan, moved); at !== undefined;) {
    way.push(at);
    at = passed(nodeAt(plan, at), moved)?.next;
  }
  return way;
};
