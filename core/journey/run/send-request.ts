import { Temporal } from 'temporal-polyfill';
import type { Cap, SendRequest, Sorry } from '#core/decision';
import type { Limit, SharedLimit } from '../document/caps.ts';
import { durationMs } from '../document/duration.ts';
import type { JourneyDocument } from '../document/journey.ts';
import { noPolicy, type Policy } from '../document/policy.ts';
import type { SendNode } from '../plan/nodes.ts';
import { channelsOf, type PublishedDocument } from '../published.ts';
import type { Enrolment } from './enrolment.ts';

/** The topic a send asks consent for: its own, else the journey's. */
export const topicOf = (journey: JourneyDocument, node: SendNode): string => node.send.topic ?? journey.topic;

const capOf = ({ most, per, channel, topic, ...rest }: Limit | SharedLimit, journey?: string): Cap => ({
  most,
  per: per === 'day' || per === 'week' || per === 'month' ? { calendar: per } : { ms: durationMs(per) ?? 0 },
  ...(channel === undefined ? {} : { channel }),
  ...(topic === undefined ? {} : { topic }),
  ...(journey === undefined ? {} : { journey }),
  ...('reserve' in rest && rest.reserve !== undefined ? { reserve: rest.reserve } : {}),
  said: `${most} per ${per}`,
});

/** Every cap that counts a message of the journey. */
export const limitsOf = ({ name, caps }: JourneyDocument, policy: Policy): readonly Cap[] => [
  ...policy.caps.map((limit) => capOf(limit)),
  ...(caps?.limits ?? []).map((limit) => capOf(limit, name)),
];

const sorryOf = ({ topics, complaint, csat }: NonNullable<Policy['sorry']>): Sorry => ({
  topics,
  ...(complaint === undefined ? {} : { complaintMs: durationMs(complaint) ?? 0 }),
  ...(csat === undefined ? {} : { csat: { atMost: csat.atMost, ms: durationMs(csat.for) ?? 0 } }),
});

/** A journey's budget of the day, in its zone. */
const budgetOf = ({ budget, zone }: JourneyDocument, now: number): Pick<SendRequest, 'budget'> => {
  if (budget === undefined) return {};
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
  const againAt = today.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  return { budget: { messages: budget.messages, day: today.toString(), againAt } };
};

/** The run a message belongs to, and which it is. Instants are epoch milliseconds. */
export type SendMoment = {
  readonly run: Pick<Enrolment, 'enrol' | 'occurrence' | 'enteredAt'>;
  /** The step in this round of its repeat. */
  readonly key: string;
  /** When it could first have been done. */
  readonly dueAt: number;
  readonly now: number;
};

type SendPlace = { readonly run: Pick<Enrolment, 'enrol' | 'occurrence'>; readonly key: string };

/** What a message is called in the ledger: its run, and its step in this round. */
export const sendId = ({ run, key }: SendPlace): string => `${run.enrol}#${run.occurrence}#${key}`;

/** What of a version a send looks at. */
type Sending = Pick<PublishedDocument, 'journey' | 'topics'> & {
  readonly policy?: Policy | undefined;
  readonly confirm?: readonly string[] | undefined;
};

/** What a send of a journey asks of the decision. */
export const sendRequest = (
  { journey, topics, confirm = [], policy = noPolicy }: Sending,
  node: SendNode,
  moment: SendMoment,
): SendRequest => {
  const { window, caps } = journey;
  const topic = topicOf(journey, node);
  const { expires } = node.send;
  const { run, dueAt, now } = moment;
  return {
    send: sendId(moment),
    journey: journey.name,
    topic,
    topicClass: topics[topic] ?? 'marketing',
    isDouble: confirm.includes(topic),
    channels: channelsOf(node.send),
    preferredFirst: node.send.channels === 'preferred',
    dueAt,
    enteredAt: run.enteredAt,
    priority: journey.priority,
    zoneUnknown: journey.zone,
    hours: policy.hours,
    caps: {
      limits: limitsOf(journey, policy),
      otherwise: caps?.otherwise ?? 'hold',
      atMostMs: durationMs(caps?.atMost ?? '1 day') ?? 0,
    },
    ...(policy.holdout === undefined ? {} : { holdout: policy.holdout }),
    ...(policy.sorry === undefined ? {} : { sorry: sorryOf(policy.sorry) }),
    ...budgetOf(journey, now),
    ...(expires === undefined ? {} : { expiresAt: dueAt + (durationMs(expires) ?? 0) }),
    ...(window === undefined ? {} : { window: { ...window, atMostMs: durationMs(window.atMost) ?? 0 } }),
  };
};
