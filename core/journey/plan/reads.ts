import { pathsOf, type ReadPath } from '#core/expression';
import type { ValuesDocument } from '../document/fields.ts';
import type { JourneyDocument } from '../document/journey.ts';
import { allSteps, type StepDocument } from '../document/steps.ts';
import type { Reads } from './nodes.ts';

const computed = (values: ValuesDocument | undefined): readonly string[] =>
  Object.values(values ?? {}).flatMap((value) =>
    typeof value === 'object' && value !== null && 'from' in value ? [value.from] : [],
  );

const given = (...sources: readonly (string | undefined)[]): readonly string[] =>
  sources.filter((source) => source !== undefined);

/** The expressions of a step itself, without the steps inside it. */
export const expressionsOf = (step: StepDocument): readonly string[] => {
  if ('branch' in step) return step.branch.map(({ when }) => when);
  if ('decide' in step) return given(...step.decide.map(({ when }) => when));
  if ('repeat' in step) return given(step.repeat.until);
  if ('update' in step) return computed(step.update);
  if ('emit' in step) return computed(step.emit.properties);
  if ('task' in step) return computed({ ...step.task.shows, to: step.task.to });
  if ('webhook' in step) return computed(step.webhook.body);
  if ('start' in step) return computed(step.start.properties);
  if (!('waitFor' in step)) return [];
  return Object.values(step.waitFor).flatMap((awaited) =>
    typeof awaited === 'string' ? [] : 'when' in awaited ? [awaited.when] : given(awaited.where),
  );
};

const pathsIn = (source: string): readonly ReadPath[] => {
  try {
    return pathsOf(source, ['profile', 'entry', 'seen', 'event', 'steps']);
  } catch {
    return [];
  }
};

/** What a plan is made of: the steps, and the exits, which look at them. */
export type Planned = Pick<JourneyDocument, 'steps'> & Partial<Pick<JourneyDocument, 'exit'>>;

/** What messages read of steps, by note; a step is called by a name without dots. */
const partsOf = (paths: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  paths.reduce((parts, path) => {
    const [root, step, field, ...below] = path.split('.');
    const note = `${step}/${field}`;
    return root === 'steps' && field !== undefined
      ? parts.set(note, [...(parts.get(note) ?? []), below.join('.')])
      : parts;
  }, new Map<string, readonly string[]>());

/**
 * Looks through the expressions of a journey once, as it is read.
 * @param said the paths its messages read: `steps.ask.event.properties.color`
 */
export const readsOf = ({ steps, exit = [] }: Planned, said: readonly string[]): Reads => {
  const ofExits = exit.flatMap((each) => ('where' in each ? given(each.where) : []));
  const paths = [...allSteps(steps).flatMap(expressionsOf), ...ofExits].flatMap(pathsIn);
  const under = (root: string) => paths.filter(([first]) => first === root);
  const compared = new Set(
    under('steps').flatMap(([, step, field]) => (field === undefined ? [] : [`${step}/${field}`])),
  );
  const parts = [...partsOf(said)].filter(([note]) => !compared.has(note));
  return {
    seen: [...new Set(under('seen').flatMap(([, event]) => (event === undefined ? [] : [event])))],
    notes: new Set([...compared, ...parts.map(([note]) => note)]),
    parts: Object.fromEntries(parts),
  };
};
