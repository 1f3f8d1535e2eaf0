import { namesIn } from '../../document/fields.ts';
import { didYouMean, type Finding, type Path, type Surroundings, textAt } from '../problem.ts';

/** A `start` of a journey that is not there, or that does not say this one may start it. */
export const startFindings = (
  start: unknown,
  path: Path,
  journey: unknown,
  { journeys }: Surroundings,
): readonly Finding[] => {
  const [name, own] = [textAt(start, 'journey'), textAt(journey, 'name')];
  if (name === undefined || journeys === undefined) return [];
  const at = [...path, 'journey'];
  const other = Object.hasOwn(journeys, name) ? journeys[name] : undefined;
  if (other === undefined)
    return [{ path: at, message: `There is no journey \`${name}\`.${didYouMean(name, Object.keys(journeys))}` }];
  const admits = other.triggers.some((trigger) => 'journey' in trigger && namesIn(trigger.journey).includes(own ?? ''));
  const message = `\`${name}\` does not let this journey start it. Add \`{ journey: ${own ?? '…'} }\` to its triggers.`;
  return admits ? [] : [{ path: at, message }];
};
