import {
  consentChanged,
  journeySource,
  preferencesSource,
  profileSource,
  segmentEntered,
  segmentLeft,
  surveyAnswered,
  taskAnswered,
  tasksSource,
} from '#core/events';
import * as z from 'zod';

import { Call } from './call.ts';
import { contentHash } from './content-hash.ts';
import { isCustomer } from './customer.ts';
import { findFlaw, isObject, own } from './json.ts';
import { recognise } from './recognise.ts';
import { refuse, type JsonObject, type Parsed, type Signal, type Subject } from './signal.ts';
import { byOurClock, notAfterReceipt, parseTimestamp } from './timestamp.ts';

/** What counts of an EventBridge event. */
const Envelope = z.object({
  'detail-type': z.string(),
  source: z.string().default(''),
  time: z.string().optional(),
  detail: z.custom<JsonObject>(isObject),
});
type Envelope = z.infer<typeof Envelope>;

/**
 * Reads an EventBridge event into a signal, or says why it is none.
 * @param envelope the event as JSON: `detail-type`, `source`, `time`, `detail`
 * @param now milliseconds since 1970: the time of a signal that names none in an event without a time
 * @see recognise for the shapes of `detail`
 */
export const parseEvent = (envelope: unknown, now: number): Parsed => {
  const event = Envelope.safeParse(envelope);
  if (!event.success)
    return refuse('unknown-shape', '$', 'This is no EventBridge event with a detail-type and an object as detail.');
  const { detail } = event.data;
  const flaw = findFlaw(detail);
  if (flaw) return { refusal: flaw };
  const draft = recognise(detail, event.data['detail-type']);
  if ('reason' in draft) return { refusal: draft };
  const call = Call.safeParse(draft.fields);
  if (call.success) return signalOf(call.data, event.data, now);
  return refuseField(call.error.issues[0], draft.spelling);
};

const refuseField = (issue: z.core.$ZodIssue | undefined, spelling: Readonly<Record<string, string>>): Parsed => {
  const field = String(issue?.path[0] ?? 'event');
  const path = `detail.${spelling[field] ?? field}`;
  const isTime = field === 'timestamp' || field === 'sentAt';
  return refuse(isTime ? 'bad-timestamp' : 'bad-field', path, `${path} ${issue?.message}.`);
};

const signalOf = (call: Call, envelope: Envelope, now: number): Parsed => {
  const subject = subjectOf(call, envelope.source);
  if (!subject)
    return refuse('no-identity', 'detail.userId', 'Neither userId nor anonymousId says whom this is about.');
  if (hops(call) > MAX_HOPS)
    return refuse('too-many-hops', 'detail.context.hops', `Segue caused this more than ${MAX_HOPS} times over.`);
  const { type, event, properties, traits, context } = call;
  const content = { type, event, properties, traits, context, subject };
  const receivedAt = parseTimestamp(envelope.time) ?? now;
  const saidAt = call.timestamp ?? receivedAt;
  const signal: Signal = {
    ...content,
    // The time belongs to the content: the same product may go into the cart on Monday and again on Thursday.
    messageId: call.messageId ?? contentHash({ ...content, happenedAt: saidAt }),
    timestamp: new Date(notAfterReceipt(happenedAt(call, envelope) ?? receivedAt, receivedAt)).toISOString(),
  };
  return { signal };
};

/** An event without a time is read at another `now` each time: only what the bus says can put a producer's clock right. */
const happenedAt = ({ timestamp, sentAt }: Call, envelope: Envelope): number | undefined => {
  const receivedAt = parseTimestamp(envelope.time);
  if (timestamp === undefined || receivedAt === undefined) return timestamp;
  return byOurClock(timestamp, { sentAt, receivedAt });
};

/** How often Segue may cause a signal that causes a signal: a journey that starts itself ends here. */
const MAX_HOPS = 8;

/** `context.hops`: one more than that of the signal it came from, and none for what happened outside. */
const hops = ({ context }: Call): number => {
  const told = own(context, 'hops');
  return typeof told === 'number' ? told : 0;
};

/**
 * Our own preference pages, journeys and tasks know a customer only by our id, so theirs is believed: of each source, what it
 * has to say and nothing else. EventBridge lets whoever may put events on the bus choose the source: deny producers the
 * sources `segue*` in their policies (`events:source`). `aws.*` sources are refused by EventBridge itself.
 */
const isBelieved = ({ event }: Call, source: string): boolean => {
  switch (source) {
    case preferencesSource:
      return event === consentChanged || event === surveyAnswered;
    case tasksSource:
      return event === taskAnswered;
    case profileSource:
      return event === segmentEntered || event === segmentLeft;
    case journeySource:
      return true;
    default:
      return false;
  }
};

const subjectOf = (call: Call, source: string): Subject | undefined => {
  const customer = own(call.context, 'customer');
  if (isCustomer(customer) && isBelieved(call, source)) return { customer };
  const { userId, anonymousId } = call;
  if (userId === undefined && anonymousId === undefined) return undefined;
  return {
    ...(userId !== undefined && { user: userId }),
    ...(anonymousId !== undefined && { anonymous: anonymousId }),
  };
};
