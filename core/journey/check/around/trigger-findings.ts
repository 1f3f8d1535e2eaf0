import { closestWord } from '#core/expression';
import { expressionFindings } from '../conditions/condition-findings.ts';
import { readableAt } from '../conditions/readable.ts';
import {
  didYouMean,
  fieldOf,
  type Finding,
  namesAt,
  type Path,
  type Surroundings,
  textAt,
  warning,
} from '../problem.ts';
import { propertiesOfAny } from './carried.ts';
import { eventNameFindings } from './event-name-findings.ts';
import { propertyFindings } from './property-findings.ts';

const parts = ['properties', 'traits', 'context'];

/** A key that no event of the trigger has: the trigger would start nothing. */
const keyFindings = (trigger: unknown, path: Path): readonly Finding[] => {
  const key = textAt(trigger, 'key');
  if (key === undefined) return [];
  const at = [...path, 'key'];
  const [part = '', name] = key.split('.');
  if (!parts.includes(part) || name === undefined) {
    const close = closestWord(part, parts);
    const instead =
      close === undefined || name === undefined ? `properties.${key}` : `${close}.${key.slice(part.length + 1)}`;
    return [
      {
        path: at,
        message: `A key is a path in the event, such as \`properties.cart_id\`. Did you mean \`${instead}\`?`,
      },
    ];
  }
  const events = namesAt(trigger, 'signal');
  const carried = part === 'properties' ? propertiesOfAny(events) : undefined;
  if (carried === undefined || carried.includes(name)) return [];
  const message = `\`${events.join('`, `')}\` has no \`${name}\` in the Segment Spec, and an event without its key starts nothing.${didYouMean(name, carried)}`;
  return [warning(at, message)];
};

const unknownJourneys = (trigger: unknown, path: Path, { journeys }: Surroundings): readonly Finding[] =>
  namesAt(trigger, 'journey').flatMap((name) =>
    journeys === undefined || Object.hasOwn(journeys, name)
      ? []
      : [warning([...path, 'journey'], `There is no journey \`${name}\`.${didYouMean(name, Object.keys(journeys))}`)],
  );

export const triggerFindings = (trigger: unknown, path: Path, around: Surroundings): readonly Finding[] => {
  const where = { source: textAt(trigger, 'where'), path: [...path, 'where'], readable: readableAt.trigger() };
  const events = fieldOf(trigger, 'signal') === undefined ? undefined : propertiesOfAny(namesAt(trigger, 'signal'));
  return [
    ...eventNameFindings(trigger, 'signal', path),
    ...keyFindings(trigger, path),
    ...expressionFindings(where),
    ...propertyFindings(where, { event: events }),
    ...unknownJourneys(trigger, path, around),
  ];
};
