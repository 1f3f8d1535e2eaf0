import { durationMs } from '../../document/duration.ts';
import { type Expressed, expressionFindings, holdsAlways } from '../conditions/condition-findings.ts';
import type { Names } from '../conditions/names.ts';
import { readableAt } from '../conditions/readable.ts';
import { fieldOf, type Finding, listAt, namesAt, type Path, type Surroundings, textAt } from '../problem.ts';
import { topicFindings } from '../steps/send-findings.ts';
import { capFindings } from './cap-findings.ts';
import { entryProperties, propertiesOfAny } from './carried.ts';
import { eventNameFindings } from './event-name-findings.ts';
import { propertyFindings, sameFindings } from './property-findings.ts';
import { triggerFindings } from './trigger-findings.ts';
import { sharedHoursFindings } from './shared-hours-findings.ts';
import { windowFindings } from './window-findings.ts';

const exitFindings = (exit: unknown, path: Path, journey: unknown, steps: Names): readonly Finding[] => {
  const when: Expressed = { source: textAt(exit, 'when'), path: [...path, 'when'], readable: readableAt.profile() };
  const where: Expressed = {
    source: textAt(exit, 'where'),
    path: [...path, 'where'],
    readable: readableAt.event(steps),
  };
  const carried = { entry: entryProperties(journey), event: propertiesOfAny(namesAt(exit, 'on')) };
  const always = 'This holds for everybody as they enter, so it never becomes true. Compare something that changes.';
  const isAlways = when.source !== undefined && holdsAlways(when);
  return [
    ...(isAlways ? [{ path: when.path, message: always }] : expressionFindings(when)),
    ...expressionFindings(where),
    ...propertyFindings(where, carried),
    ...eventNameFindings(exit, 'on', path),
    ...sameFindings(exit, path, journey),
  ];
};

const goalFindings = (goal: unknown, path: Path, journey: unknown): readonly Finding[] => {
  const value: Expressed = { source: textAt(goal, 'value'), path: [...path, 'value'], readable: readableAt.goal() };
  const where: Expressed = { source: textAt(goal, 'where'), path: [...path, 'where'], readable: readableAt.goal() };
  const carried = { entry: entryProperties(journey), event: propertiesOfAny(namesAt(goal, 'on')) };
  const isNever = durationMs(textAt(goal, 'within') ?? '') === 0;
  return [
    ...expressionFindings(where),
    ...propertyFindings(where, carried),
    ...expressionFindings(value, 'value'),
    ...propertyFindings(value, carried),
    ...eventNameFindings(goal, 'on', path),
    ...(isNever ? [{ path: [...path, 'within'], message: 'A goal needs some time: write `7 days`.' }] : []),
  ];
};

const openFindings = (open: unknown): readonly Finding[] => {
  const [from, until] = [textAt(open, 'from'), textAt(open, 'until')].map((text) =>
    text === undefined ? Number.NaN : Date.parse(text),
  );
  return from !== undefined && until !== undefined && from >= until
    ? [{ path: ['open', 'until'], message: 'Nobody can enter: `until` is not after `from`. Write a later instant.' }]
    : [];
};

/** What is wrong outside the steps. @param steps what can be read of them. */
export const journeyFindings = (journey: unknown, around: Surroundings, steps: Names): readonly Finding[] => [
  ...listAt(journey, 'triggers').flatMap((trigger, i) => triggerFindings(trigger, ['triggers', i], around)),
  ...listAt(journey, 'exit').flatMap((exit, i) => exitFindings(exit, ['exit', i], journey, steps)),
  ...listAt(journey, 'goals').flatMap((goal, i) => goalFindings(goal, ['goals', i], journey)),
  ...topicFindings(fieldOf(journey, 'topic'), ['topic'], around),
  ...listAt(journey, 'quiets').flatMap((topic, i) => topicFindings(topic, ['quiets', i], around)),
  ...windowFindings(fieldOf(journey, 'window')),
  ...capFindings(journey, around),
  ...sharedHoursFindings(fieldOf(journey, 'window'), around),
  ...openFindings(fieldOf(journey, 'open')),
];
