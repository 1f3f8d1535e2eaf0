import { consentChanged, preferencesSource } from '#core/events';
import * as z from 'zod';

import { Call } from './call.ts';
import { contentHash } from './content-hash.ts';
import { isCustomer } from './customer.ts';
import { findFlaw, isObject } from './json.ts';
import { recognise } from './recognise.ts';
import { refuse, type JsonObject, type Parsed, type Signal, type Subject } from './signal.ts';
import { notAfterReceipt, parseTimestamp } from './timestamp.ts';

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
  return refuse(field === 'timestamp' ? 'bad-timestamp' : 'bad-field', path, `${path} ${issue?.message}.`);
};

const signalOf = (call: Call, envelope: Envelope, now: number): Parsed => {
  const subject = subjectOf(call, envelope.source);
  if (!subject)
    return refuse('no-identity', 'detail.userId', 'Neither userId nor anonymousId says whom this is about.');
  const receivedAt = parseTimestamp(envelope.time) ?? now;
  const { type, event, properties, traits, context } = call;
  const content = { type, event, properties, traits, context, subject };
  const happenedAt = call.timestamp ?? receivedAt;
  const signal: Signal = {
    ...content,
    // The time belongs to the content: the same product may go into the cart on Monday and again on Thursday.
    messageId: call.messageId ?? contentHash({ ...content, happenedAt }),
    timestamp: new Date(notAfterReceipt(happenedAt, receivedAt)).toISOString(),
  };
  return { signal };
};

/**
 * Our own preference pages. They know a customer only by our id, so theirs is believed, for a change of consent and nothing
 * else. EventBridge lets whoever may put events on the bus choose the source: deny producers the sources `segue*` in their
 * policies (`events:source`). `aws.*` sources are refused by EventBridge itself.
 */
const subjectOf = (call: Call, source: string): Subject | undefined => {
  const customer = call.context['customer'];
  if (source === preferencesSource && call.event === consentChanged && isCustomer(customer)) return { customer };
  const { userId, anonymousId } = call;
  if (userId === undefined && anonymousId === undefined) return undefined;
  return {
    ...(userId !== undefined && { user: userId }),
    ...(anonymousId !== undefined && { anonymous: anonymousId }),
  };
};
