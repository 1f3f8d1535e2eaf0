import type { StepDocument } from '../../document/steps.ts';
import { nextOf, nodeAt, type Plan, type PlanNode } from '../../plan/nodes.ts';
import { planJourney } from '../../plan/plan.ts';
import type { Path } from '../problem.ts';

type Tag = (steps: readonly StepDocument[], path: Path) => StepDocument[];
type Arms = Record<string, StepDocument[]> | undefined;

/** The same steps, each called by its place unless its author named it. @param note is told each name and its place. */
const tagged = (note: (name: string, path: Path) => void): Tag => {
  const tag = (step: StepDocument, path: Path): StepDocument => {
    if ('goto' in step) return step;
    const id = step.id ?? `~${path.join('.')}`;
    note(id, path);
    const list = (steps: readonly StepDocument[] | undefined, ...at: Path) =>
      steps === undefined ? undefined : all(steps, [...path, ...at]);
    const arms = (then: Arms) => ({
      then: Object.fromEntries(
        Object.entries(then ?? {}).map(([winner, steps]) => [winner, all(steps, [...path, 'then', winner])]),
      ),
    });
    if ('branch' in step) {
      const branch = step.branch.map(({ when, then }, n) => ({
        when,
        then: all(then, [...path, 'branch', n, 'then']),
      }));
      return { id, branch, otherwise: list(step.otherwise, 'otherwise') };
    }
    if ('split' in step)
      return { id, split: step.split.map((arm, n) => ({ ...arm, then: list(arm.then, 'split', n, 'then') })) };
    if ('decide' in step) {
      const decide = step.decide.map((option, n) => ({ ...option, then: list(option.then, 'decide', n, 'then') }));
      return { id, decide, otherwise: list(step.otherwise, 'otherwise') };
    }
    if ('repeat' in step)
      return { id, repeat: { ...step.repeat, steps: all(step.repeat.steps, [...path, 'repeat', 'steps']) } };
    if ('then' in step) return { ...step, id, ...arms(step.then) };
    if ('wait' in step) return { id, wait: step.wait, otherwise: list(step.otherwise, 'otherwise') };
    return { ...step, id };
  };
  const all: Tag = (steps, path) => steps.map((step, i) => tag(step, [...path, i]));
  return all;
};

/** A plan, and where in the document each of its nodes was written. */
export type LocatedPlan = {
  readonly plan: Plan;
  readonly pathOf: (id: string) => Path | undefined;
  /** The node of the step at a place. */
  readonly nodeOf: (path: Path) => PlanNode | undefined;
  /** The nodes a run may have passed before it comes to this one. */
  readonly before: (id: string) => readonly PlanNode[];
};

const reversed = (plan: Plan): ReadonlyMap<string, readonly string[]> => {
  const ways = Object.values(plan.nodes).flatMap((node) => nextOf(node).map((to) => ({ from: node.id, to })));
  const grouped = Map.groupBy(ways, ({ to }) => to ?? '');
  return new Map([...grouped].map(([to, from]) => [to, from.map((way) => way.from)]));
};

/** Plans well-formed steps. Planned twice, with their own names and with their places as names, in the same order. */
export const locatePlan = (steps: readonly StepDocument[]): LocatedPlan => {
  const places = new Map<string, Path>();
  const plan = planJourney({ steps: [...steps] });
  const twin = planJourney({ steps: tagged((name, path) => places.set(name, path))(steps, ['steps']) });
  const names = Object.keys(plan.nodes);
  const pathOfName = new Map<string, Path>();
  const nameAt = new Map<string, string>();
  Object.keys(twin.nodes).forEach((name, i) => {
    const own = places.get(name);
    const path = own ?? places.get(name.replace(/-[a-z]+$/, ''));
    const real = names[i];
    if (path === undefined || real === undefined) return;
    pathOfName.set(real, path);
    if (own !== undefined) nameAt.set(path.join('.'), real);
  });
  const cameFrom = reversed(plan);
  const before = (id: string): readonly PlanNode[] => {
    const found = new Set<string>();
    const open = [...(cameFrom.get(id) ?? [])];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      open.push(...(cameFrom.get(at) ?? []));
    }
    return [...found].map((name) => nodeAt(plan, name));
  };
  return {
    plan,
    pathOf: (id) => pathOfName.get(id),
    nodeOf: (path) => {
      const name = nameAt.get(path.join('.'));
      return name === undefined ? undefined : nodeAt(plan, name);
    },
    before,
  };
};
