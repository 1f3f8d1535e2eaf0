import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  channelNeeds,
  checkJourney,
  JourneyDocument,
  planJourney,
  type Problem,
  proofLines,
  proofsOf,
  PublishedDocument,
  segmentsOf,
  type Surroundings,
} from '#core/journey';
import { MESSAGE_VARIABLES, MessageDocuments, variablesOf } from '#core/message';
import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import * as z from 'zod';
import { compileJourney } from './compiler/index.ts';
import type { MessageFault } from './messages/message-fault.ts';
import { publishMessages } from './publish-message.ts';

/** A mistake, where it is, and what to write instead. */
export type Fault = { readonly file: string; readonly line: number; readonly column: number; readonly message: string };

export type CompiledFolder =
  | {
      readonly name: string;
      readonly files: readonly { readonly file: string; readonly text: string }[];
      readonly summary: string;
      /** What is certain of every run, a line each. */
      readonly proofs: readonly string[];
      readonly warnings: readonly Fault[];
    }
  | { readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] };

const Triggers = JourneyDocument.shape.triggers;
const Beside = z.object({ name: z.string(), triggers: z.array(z.unknown()).default([]) });

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

/** What the YAML says; anchors that repeat each other without end say nothing. */
const valueOf = (document: Document.Parsed): { readonly value: unknown } | { readonly unreadable: string } => {
  try {
    return { value: document.toJS() };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return { unreadable: `This YAML repeats itself too often: ${why}. Write the steps out.` };
  }
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

/** The journeys beside this one; of their triggers, those that are written rightly. */
const journeysBeside = (folder: string): Surroundings['journeys'] => {
  const around = path.dirname(folder);
  const files = readdirSync(around)
    .map((name) => path.join(around, name, 'journey.yaml'))
    .filter((file) => existsSync(file));
  return Object.fromEntries(
    files.flatMap((file) => {
      const written = valueOf(readYaml(file).document);
      const read = Beside.safeParse('value' in written ? written.value : undefined);
      if (!read.success) return [];
      const triggers = read.data.triggers.flatMap((each) => Triggers.element.safeParse(each).data ?? []);
      return [[read.data.name, { triggers }] as const];
    }),
  );
};

type Checked = Pick<Extract<CompiledFolder, { files: unknown }>, 'warnings'> & {
  readonly folder: string;
  readonly journey: JourneyDocument;
  readonly messages: MessageDocuments;
};

const filesOf = ({ folder, journey, messages, warnings }: Checked, topics: Topics): CompiledFolder => {
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
    proofs: proofLines(proofsOf(journey, { topics })),
    warnings,
  };
};

const channelsOf = (variants: MessageDocuments[string]) =>
  (['email', 'sms', 'push'] as const).filter((channel) => variants[channel] !== undefined);

const readsOf = (variants: MessageDocuments[string]): readonly string[] => [
  ...new Set(
    channelsOf(variants)
      .flatMap((channel) => variants[channel] ?? [])
      .flatMap(variablesOf),
  ),
];

const surroundingsOf = (folder: string, topics: Topics, messages: MessageDocuments): Surroundings => {
  const all = Object.entries(messages);
  return {
    topics,
    messages: Object.fromEntries(all.map(([message, variants]) => [message, channelsOf(variants)])),
    reads: Object.fromEntries(all.map(([message, variants]) => [message, readsOf(variants)])),
    variables: MESSAGE_VARIABLES,
    journeys: journeysBeside(folder) ?? {},
  };
};

const writtenMessages = async (folder: string) =>
  existsSync(path.join(folder, 'messages'))
    ? publishMessages(path.join(folder, 'messages'), previousMessages(path.join(folder, 'journey.json')))
    : { ok: true as const, messages: {}, warnings: [] };

const byPlace = (a: Fault, b: Fault): number => a.line - b.line || a.column - b.column;

/** Compiles one journey's folder. Every mistake in journey and messages is found at once; warnings stop nothing. */
export const compileFolder = async (folder: string, topics: Topics): Promise<CompiledFolder> => {
  const file = path.join(folder, 'journey.yaml');
  const { document, place } = readYaml(file);
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ message, pos }) => ({
      file,
      ...place(pos[0]),
      message: `This is no YAML: ${message.split('\n')[0]}`,
    }));
    return { faults, warnings: [] };
  }
  const raw = valueOf(document);
  if ('unreadable' in raw) return { faults: [{ file, ...place(0), message: raw.unreadable }], warnings: [] };
  const written = await writtenMessages(folder);
  const ofMessages = (found: readonly MessageFault[]): readonly Fault[] =>
    found.map((fault) => ({
      ...fault,
      file: path.join(folder, 'messages', fault.file),
      message: [fault.message, fault.hint].filter(Boolean).join(' '),
    }));
  const messageFaults = written.ok ? [] : ofMessages(written.faults);
  const messages = written.ok ? written.messages : {};
  const located = ({ path: where, message }: Problem): Fault => ({
    file,
    ...place(offsetOf(document, where)),
    message,
  });
  const checked = checkJourney(raw.value, surroundingsOf(folder, topics, messages));
  const { journey, problems = [] } = checked;
  // While a message is faulty it is missing for the journey too: only the cause is told.
  const told = written.ok ? problems : problems.filter(({ message }) => !message.startsWith('There is no message'));
  const faults = [...messageFaults, ...told.map(located).toSorted(byPlace)];
  const aboutMessages = written.ok ? ofMessages(written.warnings) : [];
  const warnings = [...aboutMessages, ...checked.warnings.map(located).toSorted(byPlace)];
  return journey === undefined || faults.length > 0
    ? { faults, warnings }
    : filesOf({ folder, journey, messages, warnings }, topics);
};
