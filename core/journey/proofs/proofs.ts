import type { Cap } from '#core/decision';
import { spokenDuration, durationMs } from '../document/duration.ts';
import type { JourneyDocument } from '../document/journey.ts';
import { noPolicy, type Policy } from '../document/policy.ts';
import type { Plan, SendNode } from '../plan/nodes.ts';
import { planJourney } from '../plan/plan.ts';
import { channelsOf } from '../published.ts';
import { limitsOf, topicOf } from '../run/send-request.ts';
import { type Cost, costOf } from './cost.ts';
import { isForDate, longestWay } from './durations.ts';
import { mostSends, mostSendsADay } from './messages.ts';
import { passage } from './passages.ts';
import { prices } from './prices.ts';

const dayMs = 86_400_000;
const listPrices: ReadonlyMap<string, number> = new Map(Object.entries(prices.smsPart));

/** What is certain of every run of a journey, whatever its customer does. */
export type Proofs = {
  /** The longest a run can take, in ms, all holds included; dates that only the customer's data knows are not. */
  readonly longestMs: number;
  /** Whether it waits for such a date as well: then it can last as long as a state machine does, a year. */
  readonly waitsForDate: boolean;
  /** The most messages one run can send: in all, within any 24 hours, and by channel. */
  readonly messages: {
    readonly total: number;
    readonly perDay: number;
    readonly email: number;
    readonly sms: number;
    readonly push: number;
  };
  /** States a run enters, if nothing is held. */
  readonly transitions: { readonly least: number; readonly most: number };
  /** `smsPart`: what a part of an SMS to that country costs; absent where no price is known. */
  readonly cost: Cost & { readonly country: string; readonly smsPart?: number };
};

export type ProofOptions = {
  /** What the topics are; a transactional message is never held. */
  readonly topics: { readonly [topic: string]: 'marketing' | 'transactional' };
  /** What holds for the marketing of every journey; absent: nothing. */
  readonly policy?: Policy | undefined;
  /** Where text messages go (ISO 3166); the United States unless told. */
  readonly country?: string;
  /** What a part of an SMS costs there, in US dollars; absent: the list price, if it is known. */
  readonly smsPart?: number;
};

/** How long a message may be held at most, in ms. */
export const heldMs = (
  journey: JourneyDocument,
  { topics, policy = noPolicy }: Pick<ProofOptions, 'topics' | 'policy'>,
) => {
  const { window, caps, budget } = journey;
  const byWindow = window?.otherwise === 'hold' ? (durationMs(window.atMost) ?? 0) : 0;
  const isCapped = limitsOf(journey, policy).length > 0 || budget !== undefined;
  const byCaps = isCapped && (caps?.otherwise ?? 'hold') === 'hold' ? (durationMs(caps?.atMost ?? '1 day') ?? 0) : 0;
  // Each hold counts from when the message was due: the longer one is the longest.
  const byHours = (send: SendNode): number =>
    window === undefined && channelsOf(send.send).some((channel) => policy.hours[channel] !== undefined) ? dayMs : 0;
  return (send: SendNode): number =>
    topics[topicOf(journey, send)] === 'transactional' ? 0 : Math.max(byWindow, byCaps, byHours(send));
};

/** The most messages a cap lets through in any 24 hours: days of the calendar may meet in the middle of them. */
const mostADay = ({ most, per }: Cap): number =>
  'ms' in per ? most * Math.ceil(dayMs / Math.min(per.ms, dayMs)) : 2 * most;

/** What the caps that count every message of the journey leave of a day's messages; the transactional ones are not counted. */
const cappedADay = (journey: JourneyDocument, plan: Plan, { topics, policy = noPolicy }: ProofOptions): number => {
  const isFree = (send: SendNode): boolean => topics[topicOf(journey, send)] === 'transactional';
  const general = limitsOf(journey, policy).filter(
    ({ channel, topic }) => channel === undefined && topic === undefined,
  );
  const marketing = Math.min(
    mostSendsADay(plan, (send) => !isFree(send)),
    ...general.map(mostADay),
  );
  return Math.min(mostSendsADay(plan), marketing + mostSendsADay(plan, isFree));
};

/** The proofs of a checked journey. */
export const proofsOf = (journey: JourneyDocument, options: ProofOptions): Proofs => {
  const { country = 'US', smsPart = listPrices.get(country) } = options;
  const plan = planJourney(journey);
  const by = (channel: 'email' | 'sms' | 'push') => mostSends(plan, ({ send }) => channelsOf(send).includes(channel));
  const transitions = (choose: (...ways: number[]) => number) => passage(plan, { state: () => 1, choose });
  return {
    longestMs: longestWay(plan, heldMs(journey, options)),
    waitsForDate: Object.values(plan.nodes).some(isForDate),
    messages: {
      total: mostSends(plan),
      perDay: cappedADay(journey, plan, options),
      email: by('email'),
      sms: by('sms'),
      push: by('push'),
    },
    transitions: { least: transitions(Math.min), most: transitions(Math.max) },
    cost: { ...costOf(plan, smsPart), country, ...(smsPart === undefined ? {} : { smsPart }) },
  };
};

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

/** A length as people say it, in at most two units: `6 days 4 hours`. */
const rough = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  const parts = [days * 1440, hours * 60, days > 0 ? 0 : minutes % 60].filter((part) => part > 0);
  const said = parts.map((part) =>
    part % 1440 === 0 ? `${part / 1440} day${part === 1440 ? '' : 's'}` : spokenDuration(part * 60_000),
  );
  return said.length === 0 ? 'no time' : said.join(' ');
};

/** The proofs in words, a line each of at most 76 characters. */
export const proofLines = ({ longestMs, waitsForDate, messages, transitions, cost }: Proofs): readonly string[] => {
  const { total, perDay, email, sms, push } = messages;
  const { least, most } = transitions;
  const isPriced = cost.smsPart !== undefined || sms === 0;
  return [
    `at most ${rough(longestMs)}${waitsForDate ? ', and until a date of the customer' : ''}`,
    `at most ${total} message${total === 1 ? '' : 's'}, ${perDay} in 24 hours; email ${email}, sms ${sms}, push ${push}`,
    `${least === most ? most : `${least} to ${most}`} state transition${most === 1 ? '' : 's'}`,
    `per 1,000: at most ${dollars(cost.running)} to run, ${dollars(cost.messages)} for messages (${isPriced ? `SMS to ${cost.country}` : 'SMS apart'})`,
    ...(isPriced ? [] : [`SMS to ${cost.country} is not counted: give its price per part with --sms-price`]),
  ];
};
