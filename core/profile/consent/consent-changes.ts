import { consentChanged } from '#core/events';
import { isForbidden, isObject, own, parseTimestamp, type Json, type JsonObject, type Signal } from '#core/signal';
import type { Channel } from '../profile-view.ts';
import type { Attributes } from '../writes.ts';

/** What a customer last said of a channel (`*`) or of one topic on it, when (ISO 8601), and in which signal. */
export type Consent = {
  readonly granted: boolean;
  readonly at: string;
  readonly id: string;
  /** ISO 8601: from then on a grant is none. */
  readonly expiresAt?: string;
  /** They confirmed it through a link only they could have got, and refused nothing since. */
  readonly confirmed?: true;
};
export type Consents = { readonly [channel in Channel]?: { readonly [topic: string]: Consent } };

/** One thing said about consent. `topic` `*` is the whole channel; `source` is where it was said, where known. */
export type ConsentChange = Consent & { readonly channel: Channel; readonly topic: string; readonly source?: string };

export const CHANNELS = ['email', 'sms', 'push'] as const satisfies readonly Channel[];

export const isChannel = (value: unknown): value is Channel => CHANNELS.some((channel) => channel === value);

const TOPIC = /^(\*|[\w][\w .-]{0,63})$/;

/**
 * What a signal says about consent: an `identify` by `traits.consent.{email,sms,push}`, a boolean for the channel or an object
 * of booleans by topic; a track `Consent Changed` by `{ channel, topic, granted, source, expiresAt, confirmed }`, `topic` being
 * one or a list. Only `true` grants: any other value that is there counts as a refusal, so that a misspelt no is never taken
 * for silence. A refusal that names no channel is one of all channels. A grant whose `expiresAt` cannot be read is over at once.
 */
export const consentChanges = (signal: Signal): readonly ConsentChange[] => {
  const said = { at: signal.timestamp, id: signal.messageId };
  const changes = signal.type === 'identify' ? fromTraits(signal.traits['consent']) : fromTrack(signal);
  return changes
    .filter(({ topic }) => TOPIC.test(topic) && !isForbidden(topic))
    .map((change) => Object.assign({}, change, said));
};

type Said = Omit<ConsentChange, 'at' | 'id'>;

const fromTraits = (consent: Json | undefined): readonly Said[] =>
  isObject(consent) ? CHANNELS.flatMap((channel) => fromChannel(channel, own(consent, channel))) : [];

const fromChannel = (channel: Channel, said: Json | undefined): readonly Said[] => {
  if (said === undefined || said === null) return [];
  const topics = isObject(said) ? Object.entries(said) : [['*', said] as const];
  return topics.flatMap(([topic, granted]) =>
    granted === null ? [] : [{ channel, topic, granted: granted === true }],
  );
};

/** A list of topics is as long as a form may be. */
const MAX_TOPICS = 50;

const fromTrack = (signal: Signal): readonly Said[] => {
  const { type, event, properties } = signal;
  if (type !== 'track' || event !== consentChanged) return [];
  const granted = own(properties, 'granted') === true;
  const topics = topicsIn(own(properties, 'topic') ?? '*');
  const channel = own(properties, 'channel') ?? '*';
  const more = { ...sourceIn(properties), ...(granted ? termsIn(signal) : {}) };
  return CHANNELS.filter((known) => known === channel || (channel === '*' && !granted)).flatMap((known) =>
    topics.map((topic) => Object.assign({ channel: known, topic, granted }, more)),
  );
};

const topicsIn = (topic: Json): readonly string[] => {
  const all: readonly Json[] = Array.isArray(topic) ? topic.slice(0, MAX_TOPICS) : [topic];
  return all.map((each) => (typeof each === 'string' ? each : ''));
};

const sourceIn = (properties: JsonObject): Pick<Said, 'source'> => {
  const source = own(properties, 'source');
  return typeof source === 'string' ? { source } : {};
};

/** What goes with a grant. */
const termsIn = ({ properties, timestamp }: Signal): Pick<Said, 'expiresAt' | 'confirmed'> => {
  const written = own(properties, 'expiresAt') ?? undefined;
  const until = written === undefined ? undefined : parseTimestamp(written);
  const confirmed = own(properties, 'confirmed') === true;
  return {
    ...(written !== undefined && { expiresAt: until === undefined ? timestamp : new Date(until).toISOString() }),
    ...(confirmed && { confirmed }),
  };
};

/**
 * A grant is `true`, or the instant (ms) at which it ends. Whether a topic was confirmed is a word of its own, said by
 * confirmations and unsaid by refusals: a shop that repeats an old grant takes nothing back.
 */
export const consentAttributes = (signal: Signal): Attributes =>
  Object.fromEntries(
    consentChanges(signal).flatMap(({ channel, topic, granted, expiresAt, confirmed }) => {
      const value = granted && expiresAt !== undefined ? Date.parse(expiresAt) : granted;
      const consent = [`consent:${channel}:${topic}`, value] as const;
      return granted && confirmed !== true
        ? [consent]
        : [consent, [`confirmed:${channel}:${topic}`, confirmed === true] as const];
    }),
  );
