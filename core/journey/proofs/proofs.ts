import { spokenDuration, durationMs } from '../document/duration.ts';
import type { JourneyDocument } from '../document/journey.ts';
import type { SendNode } from '../plan/nodes.ts';
import { planJourney } from '../plan/plan.ts';
import { channelsOf } from '../published.ts';
import { topicOf } from '../run/send-request.ts';
import { type Cost, costOf } from './cost.ts';
import { isForDate, longestWay } from './durations.ts';
import { mostSends, mostSendsADay } from './messages.ts';
import { passage } from './passages.ts';
import type { SmsCountry } from './prices.ts';

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
  readonly cost: Cost & { readonly country: SmsCountry };
};

export type ProofOptions = {
  /** What the topics are; a transactional message is never held. */
  readonly topics: { readonly [topic: string]: 'marketing' | 'transactional' };
  /** Where text messages go; the United States unless told. */
  readonly country?: SmsCountry;
};

/** How long a message may be held at most, in ms. */
export const heldMs = (journey: JourneyDocument, topics: ProofOptions['topics']) => {
  const { window } = journey;
  const ms = window?.otherwise === 'hold' ? (durationMs(window.atMost) ?? 0) : 0;
  return (send: SendNode): number => (topics[topicOf(journey, send)] === 'transactional' ? 0 : ms);
};

/** The proofs of a checked journey. */
export const proofsOf = (journey: JourneyDocument, { topics, country = 'US' }: ProofOptions): Proofs => {
  const plan = planJourney(journey);
  const by = (channel: 'email' | 'sms' | 'push') => mostSends(plan, ({ send }) => channelsOf(send).includes(channel));
  const transitions = (choose: (...ways: number[]) => number) => passage(plan, { state: () => 1, choose });
  return {
    longestMs: longestWay(plan, heldMs(journey, topics)),
    waitsForDate: Object.values(plan.nodes).some(isForDate),
    messages: {
      total: mostSends(plan),
      perDay: mostSendsADay(plan),
      email: by('email'),
      sms: by('sms'),
      push: by('push'),
    },
    transitions: { least: transitions(Math.min), most: transitions(Math.max) },
    cost: { ...costOf(plan, country), country },
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
  return [
    `at most ${rough(longestMs)}${waitsForDate ? ', and until a date of the customer' : ''}`,
    `at most ${total} message${total === 1 ? '' : 's'}, ${perDay} in 24 hours; email ${email}, sms ${sms}, push ${push}`,
    `${least === most ? most : `${least} to ${most}`} state transition${most === 1 ? '' : 's'}`,
    `per 1,000: at most ${dollars(cost.running)} to run, ${dollars(cost.messages)} for messages (SMS to ${cost.country})`,
  ];
};
