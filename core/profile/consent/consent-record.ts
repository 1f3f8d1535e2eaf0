import { fitsIn, isObject, own, type Json, type JsonObject, type Signal } from '#core/signal';
import { consentChanges, type ConsentChange, type Consents } from './consent-changes.ts';

/** One answer to "may we?", as it was given. */
export type Statement = Pick<ConsentChange, 'channel' | 'topic' | 'granted' | 'expiresAt' | 'confirmed'>;

/** What is kept for good of a signal about consent: what was said, where, in which words, and what proves it. */
export type ConsentRecord = {
  readonly messageId: string;
  /** ISO 8601, when it was said, and when we were told. */
  readonly at: string;
  readonly receivedAt: string;
  readonly said: readonly Statement[];
  readonly source: string;
  /** The version of the text they agreed or objected to. */
  readonly wording?: string;
  /** Such as `{ url, form, ip_hash, text_hash }`. */
  readonly evidence: { readonly [name: string]: string };
};

const MAX_FIELDS = 10;
const MAX_NAME = 40;
const MAX_TEXT = 500;

/** An address of the network is personal, and proves little: whoever needs it sends its hash. */
const APART: readonly string[] = ['ip', 'ip_address', 'ipAddress'];

const textIn = (value: Json | undefined): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;

const evidenceIn = ({ properties, context }: Signal): ConsentRecord['evidence'] => {
  const given = own(properties, 'evidence');
  const page = own(context, 'page');
  const url = isObject(page) ? textIn(own(page, 'url')) : undefined;
  const all: JsonObject = { ...(url !== undefined && { url }), ...(isObject(given) ? given : {}) };
  const told = Object.entries(all).flatMap(([name, value]) => {
    const text = textIn(value);
    const isKept = text !== undefined && !APART.includes(name) && name !== '' && fitsIn(MAX_NAME, name);
    return isKept ? [[name, text.slice(0, MAX_TEXT)] as const] : [];
  });
  return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MAX_FIELDS));
};

/** A shop that repeats with every login what is known says nothing new; what was not known at that time is. */
const isKnown = ({ channel, topic, granted, at, id }: ConsentChange, before: Consents): boolean => {
  const topics = before[channel] ?? {};
  const known = Object.hasOwn(topics, topic) ? topics[topic] : undefined;
  return (
    known !== undefined && known.granted === granted && known.expiresAt === undefined && !isAfter(known, { at, id })
  );
};

type Stamp = Pick<ConsentChange, 'at' | 'id'>;
const isAfter = (a: Stamp, b: Stamp): boolean => a.at > b.at || (a.at === b.at && a.id > b.id);

const statement = ({ channel, topic, granted, expiresAt, confirmed }: ConsentChange): Statement => ({
  channel,
  topic,
  granted,
  ...(expiresAt !== undefined && { expiresAt }),
  ...(confirmed && { confirmed }),
});

/**
 * What a signal leaves in the ledger of consents, or nothing. A `Consent Changed` always does; an `identify` where it says
 * something else than what was known, or said it earlier.
 * @param before the consents without this signal
 */
export const consentRecord = (signal: Signal, receivedAt: number, before: Consents): ConsentRecord | undefined => {
  const changes = consentChanges(signal);
  const isTold = signal.type === 'identify' ? changes.some((change) => !isKnown(change, before)) : changes.length > 0;
  if (!isTold) return undefined;
  const { properties } = signal;
  const wording = textIn(own(properties, 'wording'))?.slice(0, MAX_TEXT);
  const source = textIn(own(properties, 'source')) ?? (signal.type === 'identify' ? 'identify' : 'not-said');
  return {
    messageId: signal.messageId,
    at: signal.timestamp,
    receivedAt: new Date(receivedAt).toISOString(),
    said: changes.map(statement),
    source: source.slice(0, MAX_TEXT),
    ...(wording !== undefined && { wording }),
    evidence: evidenceIn(signal),
  };
};
