import { CALL_TYPES } from './call.ts';
import { isObject, own } from './json.ts';
import type { Json, JsonObject } from './signal.ts';

/** The fields of a call as the producer filled them, unchecked, and how the producer calls them where it differs. */
export type Draft = {
  readonly fields: { readonly [field: string]: Json | undefined };
  readonly spelling: Readonly<Record<string, string>>;
};

/** Names that describe the call itself; what else lies flat beside them is a property. */
const ENVELOPE_FIELDS: readonly string[] = (
  'type event userId user_id anonymousId anonymous_id messageId timestamp originalTimestamp sentAt receivedAt ' +
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

/**
 * Sees which of the accepted shapes `detail` has: CloudEvents 1.0, a Segment Spec call (`type`, or `action` as it used to be
 * spelt), the short form with an `event`, or a plain detail whose detail-type names the event. `undefined`: none of them.
 */
export const recognise = (detail: JsonObject, detailType: string): Draft | undefined => {
  if (Object.hasOwn(detail, 'specversion')) return cloudEvent(detail);
  const type = own(detail, 'type');
  if (typeof type === 'string') return isCall(type) ? segmentCall(detail, type) : undefined;
  const action = own(detail, 'action');
  if (typeof action === 'string' && isCall(action)) return segmentCall(detail, action);
  if (Object.hasOwn(detail, 'event')) return plain(detail, own(detail, 'event'));
  const call = detailType.toLowerCase();
  return isCall(call) ? segmentCall(detail, call) : plain(detail, detailType);
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
      userId: own(detail, 'userId') ?? own(detail, 'user_id'),
      anonymousId: own(detail, 'anonymousId') ?? own(detail, 'anonymous_id'),
      traits: own(detail, 'traits') ?? (isObject(context) ? own(context, 'traits') : undefined),
      context,
    },
    spelling: {},
  };
};

/** @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
const cloudEvent = (detail: JsonObject): Draft | undefined => {
  const version = own(detail, 'specversion');
  if (typeof version !== 'string' || !version.startsWith('1.') || Object.hasOwn(detail, 'data_base64'))
    return undefined;
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
