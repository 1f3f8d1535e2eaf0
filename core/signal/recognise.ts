import { CALL_TYPES } from './call.ts';
import { isObject, own } from './json.ts';
import type { Json, JsonObject, Refusal } from './signal.ts';

/** The fields of a call as the producer filled them, unchecked, and how the producer calls them where it differs. */
export type Draft = {
  readonly fields: { readonly [field: string]: Json | undefined };
  readonly spelling: Readonly<Record<string, string>>;
};

/** Names that describe the call itself; what else lies flat beside them is a property. */
const ENVELOPE_FIELDS: readonly string[] = (
  'event userId user_id anonymousId anonymous_id messageId timestamp originalTimestamp sentAt receivedAt ' +
  'context traits integrations writeKey _metadata properties'
).split(' ');

/** The event a journey waits for when the call has no name of its own. */
const EVENT_OF_CALL: Readonly<Record<string, string>> = {
  identify: 'Identified',
  page: 'Page Viewed',
  screen: 'Screen Viewed',
  group: 'Group Joined',
  alias: 'Aliased',
};

/** Detail-types that say no more than that something was sent. */
const TELLS_NOTHING: readonly string[] = ['', 'signal', 'event', 'message', 'track'];

/**
 * Sees which of the accepted shapes `detail` has: CloudEvents 1.0, a Segment Spec call (`type`, or `action` as it used to be
 * spelt), the short form with an `event`, or a plain detail whose detail-type names the event. A `type` that is no call is
 * the shop's own: a property, as long as something else names the event.
 */
export const recognise = (detail: JsonObject, detailType: string): Draft | Refusal => {
  if (Object.hasOwn(detail, 'specversion')) return cloudEvent(detail);
  const named = [own(detail, 'type'), own(detail, 'action')].find((call) => typeof call === 'string' && isCall(call));
  if (typeof named === 'string') return segmentCall(detail, named);
  const event = own(detail, 'event');
  const isOwnType = Object.hasOwn(detail, 'type');
  if (Object.hasOwn(detail, 'event') && !(isOwnType && isBlank(event))) return plain(detail, event);
  const call = detailType.trim().toLowerCase();
  if (isOwnType && TELLS_NOTHING.includes(call)) return unknownType(own(detail, 'type'));
  return isCall(call) ? segmentCall(detail, call) : plain(detail, detailType);
};

const isBlank = (event: Json | undefined): boolean => typeof event !== 'string' || event.trim() === '';

/** What was found is shown where it is a word of a program: anything else may be personal. */
const unknownType = (type: Json | undefined): Refusal => {
  const found = typeof type === 'string' && /^[\w.:-]{1,40}$/.test(type) ? `"${type}"` : 'something else';
  return {
    reason: 'unknown-shape',
    path: 'detail.type',
    message: `detail.type is ${found}, not one of the calls ${CALL_TYPES.join(', ')}, and neither detail.event nor the detail-type names an event.`,
  };
};

const isCall = (type: string): boolean => CALL_TYPES.some((known) => known === type);

const segmentCall = (detail: JsonObject, type: string): Draft =>
  draft(detail, { type, event: EVENT_OF_CALL[type] ?? own(detail, 'event'), properties: callProperties(detail, type) });

/** Page and screen carry a name, group and alias another id, beside their properties. */
const callProperties = (detail: JsonObject, type: string): Json | undefined => {
  const properties = own(detail, 'properties') ?? {};
  if (!isObject(properties) || type === 'track' || type === 'identify') return properties;
  const beside = ['name', 'category', 'groupId', 'previousId'].filter((name) => Object.hasOwn(detail, name));
  return { ...Object.fromEntries(beside.map((name) => [name, own(detail, name) ?? null])), ...properties };
};

const plain = (detail: JsonObject, event: Json | undefined): Draft =>
  draft(detail, { type: 'track', event, properties: own(detail, 'properties') ?? flatProperties(detail) });

const flatProperties = (detail: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(detail).filter(([name]) => !ENVELOPE_FIELDS.includes(name)));

const draft = (detail: JsonObject, named: Draft['fields']): Draft => {
  const context = own(detail, 'context');
  return {
    fields: {
      ...named,
      messageId: own(detail, 'messageId'),
      timestamp: own(detail, 'timestamp') ?? own(detail, 'originalTimestamp'),
      sentAt: isCorrected(detail) ? undefined : own(detail, 'sentAt'),
      userId: own(detail, 'userId') ?? own(detail, 'user_id'),
      anonymousId: own(detail, 'anonymousId') ?? own(detail, 'anonymous_id'),
      traits: own(detail, 'traits') ?? (isObject(context) ? own(context, 'traits') : undefined),
      context,
    },
    spelling: {},
  };
};

/** Whoever received the call before us, Segment or our own HTTP API, has put its clock right and says so. */
const isCorrected = (detail: JsonObject): boolean =>
  Object.hasOwn(detail, 'receivedAt') ||
  (Object.hasOwn(detail, 'timestamp') && Object.hasOwn(detail, 'originalTimestamp'));

/** @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
const cloudEvent = (detail: JsonObject): Draft | Refusal => {
  const version = own(detail, 'specversion');
  if (typeof version !== 'string' || !version.startsWith('1.') || Object.hasOwn(detail, 'data_base64'))
    return {
      reason: 'unknown-shape',
      path: 'detail.specversion',
      message: 'detail is no CloudEvent 1.0 with its data in JSON.',
    };
  return {
    fields: {
      type: 'track',
      event: own(detail, 'type'),
      messageId: own(detail, 'id'),
      timestamp: own(detail, 'time'),
      userId: own(detail, 'subject'),
      properties: own(detail, 'data'),
    },
    spelling: { event: 'type', messageId: 'id', timestamp: 'time', userId: 'subject', properties: 'data' },
  };
};
