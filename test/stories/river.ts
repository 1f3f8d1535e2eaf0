import { deepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { afterEach } from 'vitest';
import { emailLinkClicked, smsReceived, taskAnswered } from '#core/events';
import { flow, passTime, type River, type Sent, source, type World } from '#core/flow';
import { durationMs, planJourney, PublishedDocument, withAnswers } from '#core/journey';
import { messageData, MessageDocuments, renderMessage } from '#core/message';
import { viewProfile } from '#core/profile';
import { parseEvent, type JsonObject, type Signal } from '#core/signal';
import { sampleLinks } from '../../state-machines/messages/sample-links.ts';

/** Monday 5 January 2026, 09:00 UTC: where every story begins unless it says otherwise. */
export const monday = Date.parse('2026-01-05T09:00:00Z');

/** Somebody who can be written to, and agreed that we do. */
export const reachable = {
  email: 'ada@example.com',
  phone: '+447700900123',
  firstName: 'Ada',
  consent: { email: true, sms: true },
};

/**
 * One thing that happens, at an instant in epoch milliseconds: a Segment call as a shop would put it on the bus; the newest
 * link of a step followed by a person; the newest task of a step answered by one; or nothing, time only passes. Steps are
 * named as messages name them: `tip`, in a later round of a repeat `tip@2`.
 */
export type Line = { readonly at: number } & (
  | { readonly signal: JsonObject }
  | { readonly clicks: string }
  | { readonly answers: string; readonly outcome: string; readonly response: JsonObject }
  | { readonly passes: true }
);

/** A story as it can be told again anywhere: nothing in it depends on how runs, customers and tasks are numbered. */
export type Script = {
  /** The journeys that are live, by the names of their folders. */
  readonly journeys: readonly string[];
  /** The `userId` of the one customer it is about. */
  readonly customer: string;
  /** Epoch milliseconds. */
  readonly start: number;
  /** In the order of their instants. */
  readonly lines: readonly Line[];
};

/** What came of a story: every executor must come to the same. Instants are epoch milliseconds. */
export type Told = {
  readonly sent: readonly (Pick<Sent, 'at' | 'channel' | 'message' | 'step'> & {
    /** What the customer reads first; of messages that do not differ between executors by a link. */
    readonly says?: string;
  })[];
  /** What was asked of people. */
  readonly asked: readonly {
    readonly at: number;
    readonly step: string;
    readonly to: string;
    readonly shows: JsonObject;
  }[];
  /** What was said on the bus. */
  readonly emitted: readonly { readonly at: number; readonly event: string; readonly properties: JsonObject }[];
  /** Per run, in the order in which they began: why it ended, or `open`. */
  readonly ended: readonly { readonly journey: string; readonly reason: string }[];
};

const publishedAt = (name: string): PublishedDocument =>
  PublishedDocument.parse(
    JSON.parse(readFileSync(new URL(`../../state-machines/${name}/journey.json`, import.meta.url), 'utf8')),
  );

type Stage = { readonly world: World; readonly published: ReadonlyMap<string, PublishedDocument> };

const stageOf = (names: readonly string[]): Stage => {
  const published = new Map(names.map((name) => [name, publishedAt(name)]));
  const all = [...published.values()];
  const journeys = all.map(({ journey, reads }) => ({
    journey,
    plan: planJourney(journey, reads),
    version: 1,
    machine: journey.name,
  }));
  const topics = Object.assign({}, ...all.map((each) => each.topics));
  return { world: { journeys, topics, policy: all[0]?.policy }, published };
};

const signalOf = (detail: JsonObject, now: number): Signal => {
  const envelope = { 'detail-type': 'track', source: 'shop', time: new Date(now).toISOString(), detail };
  const parsed = parseEvent(envelope, now);
  if (parsed.signal === undefined) throw new Error(parsed.refusal.message);
  return parsed.signal;
};

const newest = <Thing extends { readonly step: string }>(things: readonly Thing[], step: string): Thing => {
  const found = things.findLast((thing) => thing.step === step);
  if (found !== undefined) return found;
  throw new Error(
    `Nothing has come of a step "${step}": ${things.map((thing) => thing.step).join(', ') || 'of none'}.`,
  );
};

/** The signal of a line, or none when it is only about time. */
const detailOf = (line: Line, customer: string, river: River): JsonObject | undefined => {
  const about = (event: string, properties: JsonObject, { run, step }: River['done'][number] | Sent): JsonObject => ({
    type: 'track',
    event,
    userId: customer,
    messageId: `${event} ${step} ${line.at}`,
    properties: { journey: run.journey, enrol: run.enrol, occurrence: run.occurrence, step, ...properties },
  });
  if ('signal' in line) return line.signal;
  if ('clicks' in line) return about(emailLinkClicked, { human: true }, newest(river.sent, line.clicks));
  if (!('answers' in line)) return undefined;
  const task = newest(
    river.done.filter(({ request }) => request.do === 'task'),
    line.answers,
  );
  const { outcome, response } = line;
  return about(taskAnswered, { task: line.answers, outcome, by: 'agent-1', response }, task);
};

const play = (river: River, line: Line, { customer, world }: { customer: string; world: World }): River => {
  const now = line.at;
  const then = passTime(river, now, world);
  const detail = detailOf(line, customer, then);
  return detail === undefined ? then : flow(then, signalOf(detail, now), { world, now });
};

/** In the order in which they began. */
const runsOf = ({ runs }: River): River['runs'] =>
  runs.toSorted((a, b) => a.enteredAt - b.enteredAt || (a.enrol < b.enrol ? -1 : 1));

const toldBy = (river: River): Told => ({
  sent: river.sent.map(({ at, channel, message, step }) => ({ at, channel, message, step })),
  asked: river.done.flatMap(({ at, step, request }) =>
    request.do === 'task' ? [{ at, step, to: request.to, shows: request.shows }] : [],
  ),
  emitted: river.done.flatMap(({ at, request }) =>
    request.do === 'emit' ? [{ at, event: request.event, properties: request.properties }] : [],
  ),
  ended: runsOf(river).map(({ journey, endReason, exitReason }) => ({
    journey,
    reason: endReason ?? exitReason ?? 'open',
  })),
});

/** What a customer reads; a message that cannot be said is an error of the story or the message. */
const rendered = ({ message, channel, run }: Sent, river: River, { published }: Stage): string => {
  const document = MessageDocuments.parse(published.get(run.journey)?.messages)[message]?.[channel];
  if (document === undefined) throw new Error(`"${message}" is not written for ${channel}.`);
  const data = messageData(viewProfile(river.profile), {
    brand: { name: 'Segue Shop', url: 'https://shop.example', address: '1 Example Street, Springfield' },
    entry: run.entry,
    steps: withAnswers(run.steps),
    ...sampleLinks('https://api.shop.example'),
  });
  const result = renderMessage(document, data);
  if (!result.ok) throw new Error(`"${message}" could not be said by ${channel}: ${result.message}`);
  const { content } = result;
  if (content.channel === 'email') return `${content.subject}\n\n${content.text}`;
  return content.channel === 'push' ? `${content.title}\n${content.body}` : content.text;
};

const hour = 3_600_000;
const round = (number: number): number => Math.round(number * 100) / 100;

/** `after 28 h`, from two days on `after 3 d 5 h`. */
const afterwards = (ms: number): string => {
  if (ms < 48 * hour) return `after ${round(ms / hour)} h`;
  const days = Math.floor(ms / (24 * hour));
  const rest = round(ms / hour - days * 24);
  return rest === 0 ? `after ${days} d` : `after ${days} d ${rest} h`;
};

const recorded: (() => { readonly script: Script; readonly told: Told })[] = [];

/** A run of many mutants of the core has no time for the state machines. */
const isCoreAlone = process.env['SEGUE_EXECUTORS'] === 'core';

/** Every story is told once more, by the state machines and from its script alone: they must come to the same. */
afterEach(async () => {
  const stories = recorded.splice(0);
  if (isCoreAlone || stories.length === 0) return;
  const { playOnMachine } = await import('./machine.ts');
  for (const story of stories) {
    const { script, told } = story();
    deepStrictEqual(await playOnMachine(structuredClone(script)), told);
  }
}, 60_000);

type Options = { readonly at?: number; readonly customer?: string };

/**
 * One customer's story, told in events, answers and durations; what was sent, asked and said, and how it ended, can be
 * asked at any time.
 * @param names the journeys that are live, by the names of their folders
 */
export const story = (names: string | readonly string[], { at: start = monday, customer = 'ada' }: Options = {}) => {
  const journeys = typeof names === 'string' ? [names] : names;
  const stage = stageOf(journeys);
  const lines: Line[] = [];
  const texts: string[] = [];
  let river = source(customer);
  let now = start;

  const happen = (line: Line) => {
    lines.push(line);
    river = play(river, line, { customer, world: stage.world });
    texts.push(...river.sent.slice(texts.length).map((sent) => rendered(sent, river, stage)));
    return told;
  };
  const call = (detail: JsonObject) =>
    happen({ at: now, signal: { userId: customer, messageId: `m-${lines.length + 1}`, ...detail } });
  const script = (): Script => ({ journeys, customer, start, lines });
  recorded.push(() => ({ script: script(), told: toldBy(river) }));
  const when = (at: number): string => afterwards(at - start);

  const told = {
    happens: (event: string, properties: JsonObject = {}) => call({ type: 'track', event, properties }),
    identifies: (traits: JsonObject) => call({ type: 'identify', traits }),
    /** Comes into a shop, known by their card or app. */
    visits: (store: string) => told.happens('Store Visited', { store }),
    scores: (score: number, more: JsonObject = {}) => told.happens('Churn Score Changed', { score, ...more }),
    agreesTo: (channel: string, topic: string) => told.happens('Consent Changed', { channel, topic, granted: true }),
    refuses: (channel: string, topic = '*') => told.happens('Consent Changed', { channel, topic, granted: false }),
    /** Writes back to the last text message. */
    replies: (text: string) => told.happens(smsReceived, { text }),
    clicks: (step: string) => happen({ at: now, clicks: step }),
    /** A person answers what the step asked of them. */
    answered: (step: string, outcome: string, response: JsonObject = {}) =>
      happen({ at: now, answers: step, outcome, response }),
    later: (duration: string) => {
      now += durationMs(duration)!;
      return happen({ at: now, passes: true });
    },

    sent: () => river.sent.map(({ at, channel, message }) => `${channel} ${message} ${when(at)}`),
    /** The newest message as the customer reads it: an email with its subject first. */
    read: () => texts.at(-1) ?? '',
    withheld: () => river.withheld,
    asked: () => toldBy(river).asked.map(({ at, to }) => `${to} ${when(at)}`),
    /** What the newest task of a step shows to whoever does it. */
    shown: (step: string) => newest(toldBy(river).asked, step).shows,
    emitted: () => toldBy(river).emitted,
    ended: () => toldBy(river).ended.map(({ reason }) => reason),
    /** Goals reached, per run. */
    goals: () => runsOf(river).map((run) => Object.values(run.goals).length),
    script,
  };
  return told;
};
