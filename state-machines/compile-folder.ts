import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  channelNeeds,
  checkJourney,
  type JourneyDocument,
  planJourney,
  type Problem,
  PublishedDocument,
  segmentsOf,
} from '#core/journey';
import { MessageDocuments } from '#core/message';
import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { compileJourney } from './compiler/index.ts';
import { publishMessages } from './publish-message.ts';

/** A mistake, where it is, and what to write instead. */
export type Fault = { readonly file: string; readonly line: number; readonly column: number; readonly message: string };

export type CompiledFolder =
  | {
      readonly name: string;
      readonly files: readonly { readonly file: string; readonly text: string }[];
      readonly summary: string;
    }
  | { readonly faults: readonly Fault[] };

type Topics = PublishedDocument['topics'];

const keyOffset = (map: YAMLMap, key: string | number): number | undefined => {
  const pair = map.items.find((each) => isPair(each) && isScalar(each.key) && each.key.value === key);
  return pair !== undefined && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
};

/** Where in the text a path of the document is, or the nearest place above it. */
const offsetOf = (document: Document.Parsed, where: readonly (string | number)[]): number => {
  let offset = 0;
  for (let depth = 1; depth <= where.length; depth++) {
    const key = where[depth - 1];
    const parent = depth === 1 ? document.contents : document.getIn(where.slice(0, depth - 1), true);
    if (isMap(parent) && key !== undefined) offset = keyOffset(parent, key) ?? parent.range?.[0] ?? offset;
    else if (isSeq(parent) && typeof key === 'number') {
      const entry = parent.items[key];
      if (typeof entry === 'object' && entry !== null && 'range' in entry && Array.isArray(entry.range))
        offset = Number(entry.range[0]);
    }
  }
  return offset;
};

const readYaml = (file: string) => {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const place = (offset: number): Pick<Fault, 'line' | 'column'> => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  return { document, place };
};

const previousMessages = (file: string): MessageDocuments => {
  if (!existsSync(file)) return {};
  const before = MessageDocuments.safeParse(JSON.parse(readFileSync(file, 'utf8')).messages);
  return before.success ? before.data : {};
};

const topicsUsed = (journey: JourneyDocument, topics: Topics): Topics => {
  const text = JSON.stringify(journey);
  return Object.fromEntries(Object.entries(topics).filter(([topic]) => text.includes(`"topic":"${topic}"`)));
};

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const filesOf = (
  folder: string,
  journey: JourneyDocument,
  topics: Topics,
  messages: MessageDocuments,
): CompiledFolder => {
  const published = PublishedDocument.parse({
    journey,
    topics: topicsUsed(journey, topics),
    messages,
    needs: channelNeeds(journey),
  });
  const states = segmentsOf(planJourney(journey)).length;
  return {
    name: journey.name,
    files: [
      { file: path.join(folder, 'journey.asl.json'), text: pretty(compileJourney(journey)) },
      { file: path.join(folder, 'journey.json'), text: pretty(published) },
    ],
    summary: `${states} states, ${Object.keys(messages).length} messages`,
  };
};

/** Compiles one journey's folder. Every mistake in journey and messages is found at once. */
export const compileFolder = async (folder: string, topics: Topics): Promise<CompiledFolder> => {
  const file = path.join(folder, 'journey.yaml');
  const { document, place } = readYaml(file);
  if (document.errors.length > 0)
    return {
      faults: document.errors.map(({ message, pos }) => ({
        file,
        ...place(pos[0]),
        message: `This is no YAML: ${message.split('\n')[0]}`,
      })),
    };
  const written = existsSync(path.join(folder, 'messages'))
    ? await publishMessages(path.join(folder, 'messages'), previousMessages(path.join(folder, 'journey.json')))
    : { ok: true as const, messages: {} };
  const messageFaults: readonly Fault[] = written.ok
    ? []
    : written.faults.map((fault) => ({
        ...fault,
        file: path.join(folder, 'messages', fault.file),
        message: [fault.message, fault.hint].filter(Boolean).join(' '),
      }));
  const messages = written.ok ? written.messages : {};
  const channels = Object.fromEntries(
    Object.entries(messages).map(([message, variants]) => [
      message,
      (['email', 'sms', 'push'] as const).filter((channel) => variants[channel] !== undefined),
    ]),
  );
  const { journey, problems = [] } = checkJourney(document.toJS(), { topics, messages: channels });
  // While a message is faulty it is missing for the journey too: only the cause is told.
  const told = written.ok ? problems : problems.filter(({ message }) => !message.startsWith('There is no message'));
  const faults = [
    ...messageFaults,
    ...told.map(({ path: where, message }: Problem) => ({ file, ...place(offsetOf(document, where)), message })),
  ];
  return journey === undefined || faults.length > 0 ? { faults } : filesOf(folder, journey, topics, messages);
};
