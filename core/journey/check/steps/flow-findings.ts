import { nextOf, type Next, nodeAt, type PlanNode } from '../../plan/nodes.ts';
import { holdsAlways } from '../conditions/condition-findings.ts';
import { readableAt } from '../conditions/readable.ts';
import { any } from '../conditions/names.ts';
import { didYouMean, type Finding, mostLookedAt, type Path, textAt, type Written } from '../problem.ts';
import type { LocatedPlan } from '../walk/located-plan.ts';
import type { Place } from '../walk/visit.ts';

/** A `goto` that leads nowhere, back, or out of a repeat. @param ids of all steps of the journey. */
export const gotoFindings = (
  step: Written,
  { path, later, isInRepeat }: Place,
  ids: ReadonlySet<string>,
): readonly Finding[] => {
  const to = textAt(step, 'goto');
  if (to === undefined) return [];
  if (later.has(to)) return [];
  const possible = later.first(mostLookedAt);
  const at = [...path, 'goto'];
  if (!ids.has(to))
    return [{ path: at, message: `There is no step with the id \`${to}\`.${didYouMean(to, possible)}` }];
  const where = isInRepeat ? 'later in the same `repeat`' : 'later in this list, or in one around it';
  const instead = possible.length === 0 ? ' Write those steps here, or use `repeat`.' : didYouMean(to, possible);
  const message = `\`goto\` only goes forward, to a step ${where}; \`${to}\` is not there.${instead}`;
  return [{ path: at, message }];
};

/** What can be followed from a step, and what cannot although the plan shows it. */
const waysOf = (node: PlanNode): readonly Next[] => {
  switch (node.kind) {
    case 'repeat':
      return node.until === undefined ? [node.body] : [node.body, node.next];
    case 'decide':
      return node.options.some(({ when }) => when === undefined) ? node.options.map(({ next }) => next) : nextOf(node);
    case 'branch': {
      const readable = readableAt.run(any);
      const always = node.choices.findIndex(({ when }) => holdsAlways({ source: when, path: [], readable }));
      return always < 0 ? nextOf(node) : node.choices.slice(0, always + 1).map(({ next }) => next);
    }
    default:
      return nextOf(node);
  }
};

const reached = ({ plan }: LocatedPlan): ReadonlySet<string> => {
  const found = new Set<string>();
  const open: Next[] = [plan.first];
  while (open.length > 0) {
    const at = open.pop();
    if (at === undefined || found.has(at)) continue;
    found.add(at);
    open.push(...waysOf(nodeAt(plan, at)));
  }
  return found;
};

/** The path of the step before one in its list. */
const previousOf = (path: Path): Path | undefined => {
  const i = path.at(-1);
  return typeof i === 'number' && i > 0 ? [...path.slice(0, -1), i - 1] : undefined;
};
/** The path of the step its list is in. */
const aroundOf = (path: Path, { nodeOf }: LocatedPlan): Path | undefined =>
  path.map((_, depth) => path.slice(0, path.length - 1 - depth)).find((above) => nodeOf(above) !== undefined);

const never =
  'This step is never reached: every way before it ends or goes elsewhere. Remove it, or what ends before it.';

/** Steps no run comes to: of several in a row the first, and of steps within steps the outer. */
export const unreachableFindings = (located: LocatedPlan): readonly Finding[] => {
  const alive = reached(located);
  const isDead = (path: Path | undefined): boolean => {
    const node = path === undefined ? undefined : located.nodeOf(path);
    return node !== undefined && !alive.has(node.id);
  };
  return Object.values(located.plan.nodes).flatMap((node): readonly Finding[] => {
    const path = located.pathOf(node.id);
    if (alive.has(node.id) || path === undefined) return [];
    if (node.kind === 'again' && !isDead(path))
      return [
        {
          path: [...path, 'repeat'],
          message:
            'This never repeats: every way through its steps ends. Let one go on, or write the steps without `repeat`.',
        },
      ];
    const isOwn = located.nodeOf(path)?.id === node.id;
    return !isOwn || isDead(previousOf(path)) || isDead(aroundOf(path, located)) ? [] : [{ path, message: never }];
  });
};

/** A `goto` after what never goes on is no step of the plan. */
export const idleGotoFindings = (step: Written, { path, previous }: Place): readonly Finding[] =>
  Object.hasOwn(step, 'goto') &&
  previous !== undefined &&
  (Object.hasOwn(previous, 'end') || Object.hasOwn(previous, 'goto'))
    ? [{ path, message: never }]
    : [];
