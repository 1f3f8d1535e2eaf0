import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  channelNeeds,
  checkCampaign,
  checkJourney,
  JourneyDocument,
  planJourney,
  type Policy,
  type Problem,
  proofLines,
  proofsOf,
  PublishedDocument,
  segmentsOf,
  type Surroundings,
} from '#core/journey';
import { MESSAGE_VARIABLES, MessageDocuments, stepsReadBy, variablesOf } from '#core/message';
import * as z from 'zod';
import { compileJourney } from './compiler/index.ts';
import type { MessageFault } from './messages/message-fault.ts';
import { publishMessages } from './publish-message.ts';
import { readPolicy } from './read-policy.ts';
import { readTopics, type ReadTopics } from './read-topics.ts';
import { offsetOf, readYaml, valueOf } from './read-yaml.ts';
import { stepsRead } from './steps-read.ts';

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
/** As `topics.yaml` has them: a class, or a class and more. */
type WrittenTopics = { readonly [topic: string]: string | object };

/** Where text messages go, and what a part of one costs there if that is no list price. */
export type SmsPrices = { readonly country?: string; readonly smsPart?: number };

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

/** What a folder holds: what its author writes, what is compiled of it, and who reads it. */
type Kind = { readonly written: string; readonly compiled: string; readonly check: typeof checkJourney };
const journeyKind: Kind = { written: 'journey.yaml', compiled: 'journey.json', check: checkJourney };
const campaignKind: Kind = { written: 'campaign.yaml', compiled: 'campaign.json', check: checkCampaign };

type Checked = Pick<Extract<CompiledFolder, { files: unknown }>, 'warnings'> & {
  readonly folder: string;
  readonly journey: JourneyDocument;
  readonly messages: MessageDocuments;
  readonly policy: Policy;
};

const filesOf = (
  { kind, folder, journey, messages, policy, warnings }: Checked & { readonly kind: Kind },
  { classes: topics, confirm }: Pick<ReadTopics, 'classes' | 'confirm'>,
  prices: SmsPrices,
): CompiledFolder => {
  const used = topicsUsed(journey, topics);
  // What it sends on, and all of them where a condition may ask for one it does not send on.
  const asks = /\bprofile\.`?consent/.test(JSON.stringify(journey));
  const confirmed = confirm.filter((topic) => asks || Object.hasOwn(used, topic));
  const reads = stepsRead(journey, messages);
  const published = PublishedDocument.parse({
    journey,
    topics: used,
    policy,
    ...(confirmed.length > 0 && { confirm: confirmed }),
    messages,
    ...(reads.length > 0 && { reads }),
    needs: channelNeeds(journey),
  });
  const file = { file: path.join(folder, kind.compiled), text: pretty(published) };
  const many = `${Object.keys(messages).length} messages`;
  if (kind === campaignKind) return { name: journey.name, files: [file], summary: many, proofs: [], warnings };
  const states = segmentsOf(planJourney(journey)).length;
  return {
    name: journey.name,
    files: [{ file: path.join(folder, 'journey.asl.json'), text: pretty(compileJourney(journey)) }, file],
    summary: `${states} states, ${many}`,
    proofs: proofLines(proofsOf(journey, { topics, policy, ...prices })),
    warnings,
  };
};

const channelsOf = (variants: MessageDocuments[string]) =>
  (['email', 'sms', 'push'] as const).filter((channel) => variants[channel] !== undefined);

const readsOf = (variants: MessageDocuments[string]): readonly string[] => [
  ...new Set(
    channelsOf(variants)
      .flatMap((channel) => variants[channel] ?? [])
      .flatMap((document) => [...variablesOf(document), ...stepsReadBy(document)]),
  ),
];

const surroundingsOf = (
  folder: string,
  { topics, policy }: { readonly topics: Topics; readonly policy: Policy },
  messages: MessageDocuments,
): Surroundings => {
  const all = Object.entries(messages);
  return {
    topics,
    policy,
    messages: Object.fromEntries(all.map(([message, variants]) => [message, channelsOf(variants)])),
    reads: Object.fromEntries(all.map(([message, variants]) => [message, readsOf(variants)])),
    variables: MESSAGE_VARIABLES,
    journeys: journeysBeside(folder) ?? {},
  };
};

const writtenMessages = async (folder: string, { compiled }: Kind) =>
  existsSync(path.join(folder, 'messages'))
    ? publishMessages(path.join(folder, 'messages'), previousMessages(path.join(folder, compiled)))
    : { ok: true as const, messages: {}, warnings: [] };

const byPlace = (a: Fault, b: Fault): number => a.line - b.line || a.column - b.column;

/** `house`: where topics and policy are. */
type Place = { readonly folder: string; readonly house: string };

const compileAs = async (
  kind: Kind,
  { folder, house }: Place,
  written: WrittenTopics,
  prices: SmsPrices,
): Promise<CompiledFolder> => {
  const read = readTopics(written);
  if ('mistakes' in read) {
    const file = path.join(house, 'topics.yaml');
    return { faults: read.mistakes.map((message) => ({ file, line: 1, column: 1, message })), warnings: [] };
  }
  const { classes: topics } = read;
  const policy = readPolicy(path.join(house, 'policy.yaml'), topics);
  if ('faults' in policy) return { ...policy, warnings: [] };
  const file = path.join(folder, kind.written);
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
  const texts = await writtenMessages(folder, kind);
  const ofMessages = (found: readonly MessageFault[]): readonly Fault[] =>
    found.map((fault) => ({
      ...fault,
      file: path.join(folder, 'messages', fault.file),
      message: [fault.message, fault.hint].filter(Boolean).join(' '),
    }));
  const messageFaults = texts.ok ? [] : ofMessages(texts.faults);
  const messages = texts.ok ? texts.messages : {};
  const located = ({ path: where, message }: Problem): Fault => ({
    file,
    ...place(offsetOf(document, where)),
    message,
  });
  const checked = kind.check(raw.value, surroundingsOf(folder, { topics, policy }, messages));
  const { journey, problems = [] } = checked;
  // While a message is faulty it is missing for the journey too: only the cause is told.
  const told = texts.ok ? problems : problems.filter(({ message }) => !message.startsWith('There is no message'));
  const faults = [...messageFaults, ...told.map(located).toSorted(byPlace)];
  const aboutMessages = texts.ok ? ofMessages(texts.warnings) : [];
  const warnings = [...aboutMessages, ...checked.warnings.map(located).toSorted(byPlace)];
  return journey === undefined || faults.length > 0
    ? { faults, warnings }
    : filesOf({ kind, folder, journey, messages, policy, warnings }, read, prices);
};

/** Compiles one journey's folder. Every mistake in journey and messages is found at once; warnings stop nothing. */
export const compileFolder = (
  folder: string,
  written: WrittenTopics,
  prices: SmsPrices = {},
): Promise<CompiledFolder> => compileAs(journeyKind, { folder, house: path.dirname(folder) }, written, prices);

/** The same of one campaign's folder. @param house the folder with `topics.yaml` and `policy.yaml` */
export const compileCampaign = (folder: string, house: string, written: WrittenTopics): Promise<CompiledFolder> =>
  compileAs(campaignKind, { folder, house }, written, {});
