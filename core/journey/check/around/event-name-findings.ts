import { closestWord } from '#core/expression';
import {
  consentChanged,
  emailLinkClicked,
  feedbackNotes,
  journeyEnded,
  journeyRequested,
  segmentEntered,
  segmentLeft,
  smsReceived,
  taskAnswered,
} from '#core/events';
import { fieldOf, type Finding, namesAt, type Path, warning } from '../problem.ts';
import { specEvents } from './segment-spec.ts';

const known: readonly string[] = [
  ...specEvents,
  ...Object.keys(feedbackNotes),
  consentChanged,
  emailLinkClicked,
  smsReceived,
  taskAnswered,
  journeyRequested,
  journeyEnded,
  segmentEntered,
  segmentLeft,
];

const nearlyKnown = (name: string): string | undefined =>
  known.includes(name) ? undefined : closestWord(name, known, 2);

const told = (name: string, close: string): string =>
  `No event of the Segment Spec is called \`${name}\`. Did you mean \`${close}\`?`;

/** An event that is called almost as one that everybody knows: the same name, or hardly another. */
export const eventNameFindings = (value: unknown, key: string, path: Path): readonly Finding[] => {
  const isList = Array.isArray(fieldOf(value, key));
  return namesAt(value, key).flatMap((name, i) => {
    const close = nearlyKnown(name);
    const at = isList ? [...path, key, i] : [...path, key];
    return close === undefined ? [] : [warning(at, told(name, close))];
  });
};

/** The same for events an expression counts: `seen.…` and `profile.seen.…`. */
export const seenNameFindings = (reads: readonly (readonly string[])[], path: Path): readonly Finding[] =>
  reads.flatMap((read) => {
    const [root, ...rest] = read[0] === 'profile' ? read.slice(1) : read;
    const [name] = root === 'seen' ? rest : [];
    const close = name === undefined ? undefined : nearlyKnown(name);
    return name === undefined || close === undefined ? [] : [warning(path, told(name, close))];
  });
