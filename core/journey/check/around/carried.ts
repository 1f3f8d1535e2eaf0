import { fieldOf, listAt, namesAt } from '../problem.ts';
import { propertiesOf } from './segment-spec.ts';

/** The properties events of these names have; undefined if nobody knows those of one of them. */
export const propertiesOfAny = (events: readonly string[]): readonly string[] | undefined => {
  const known = events.map(propertiesOf);
  return known.length > 0 && known.every((each) => each !== undefined) ? [...new Set(known.flat())] : undefined;
};

const carriedBy = (trigger: unknown): readonly string[] | undefined => {
  if (fieldOf(trigger, 'signal') !== undefined) return propertiesOfAny(namesAt(trigger, 'signal'));
  if (fieldOf(trigger, 'schedule') !== undefined) return ['journey', 'segment', 'at'];
  return fieldOf(trigger, 'segment') === undefined ? undefined : ['segment'];
};

/** The properties an entry of this journey can have; undefined if nobody knows those of one of its triggers. */
export const entryProperties = (journey: unknown): readonly string[] | undefined => {
  const known = listAt(journey, 'triggers').map(carriedBy);
  return known.length > 0 && known.every((each) => each !== undefined) ? [...new Set(known.flat())] : undefined;
};
