import { existsSync, readFileSync } from 'node:fs';
import { type JourneyDocument, planJourney } from '#core/journey';
import { LineCounter, parseDocument } from 'yaml';
import { type Fault, faultsOf, meant, placeOf } from '../input/yaml-fault.ts';
import { Misread } from '../input/misread.ts';
import { afterParts, answers, type Behaviour, BehaviourFile, isReaction } from './behaviour.ts';
import { defaultBehaviour } from './default-behaviour.ts';

const words = (
  'start customers messages events email sms push prefers zones traits steps address consent confirmed failed opened clicked ' +
  'replied unsubscribed complained delay event share properties every after'
).split(' ');

const noStep = (id: string, known: readonly string[]): string =>
  `The journey has no step \`${id}\`.${meant(id, known)}`;

/** Names of steps that the journey does not have, and answers nobody gives. */
const strangers = (given: BehaviourFile, journey: JourneyDocument): readonly Fault[] => {
  const nodes = Object.values(planJourney(journey).nodes);
  const ids = nodes.map(({ id }) => id);
  const sends = nodes.filter(({ kind }) => kind === 'send').map(({ id }) => id);
  return [
    ...(given.events ?? []).flatMap((event, i): readonly Fault[] => {
      if (!isReaction(event)) return [];
      const { step, answer } = afterParts(event.after);
      const path = ['events', i, 'after'];
      if (step !== 'entry' && !ids.includes(step)) return [{ path, message: noStep(step, ['entry', ...ids]) }];
      if (answer === undefined) return [];
      if (!answers.some((each) => each === answer))
        return [{ path, message: `Nobody can have \`${answer}\` a message.${meant(answer, answers)}` }];
      return sends.includes(step) ? [] : [{ path, message: `\`${step}\` sends nothing that could be ${answer}.` }];
    }),
    ...Object.keys(given.messages?.steps ?? {}).flatMap((id) =>
      sends.includes(id) ? [] : [{ path: ['messages', 'steps', id], message: noStep(id, sends) }],
    ),
  ];
};

/** How the customers of a journey behave: what the file says, and defaults made from the journey for the rest. */
export const readBehaviour = (file: string, journey: JourneyDocument): Behaviour => {
  const otherwise = defaultBehaviour(journey);
  if (!existsSync(file)) return otherwise;
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new Misread(`${file}:${line}:${col}`, `This is no YAML: ${broken.message.split('\n')[0] ?? ''}`);
  }
  const written = BehaviourFile.safeParse(document.toJS() ?? {});
  const faults = written.success ? strangers(written.data, journey) : faultsOf(written.error, words);
  const [first] = faults;
  if (first !== undefined) {
    const { line, column } = placeOf(document, lines, first.path);
    const more = faults.length === 1 ? '' : `\n  And ${faults.length - 1} more after it.`;
    throw new Misread(`${file}:${line}:${column}`, `${first.message}${more}`);
  }
  return written.success ? { ...written.data, events: written.data.events ?? otherwise.events } : otherwise;
};
