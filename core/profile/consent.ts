import { consentChanged } from '#core/events';
import { isForbidden, isObject, own, type Json, type Signal } from '#core/signal';
import type { Channel } from './profile-view.ts';
import { LIMITS, type Attributes, type Entry } from './writes.ts';

/** What a customer last said of a channel (`*`) or of one topic on it, when (ISO 8601), and in which signal. */
export type Consent = { readonly granted: boolean; readonly at: string; readonly id: string };
export type Consents = { readonly [channel in Channel]?: { readonly [topic: string]: Consent } };

/** One thing said about consent. `topic` `*` is the whole channel; `source` is where it was said, where known. */
export type ConsentChange = Consent & { readonly channel: Channel; readonly topic: string; readonly source?: string };

export const CHANNELS = ['email', 'sms', 'push'] as const satisfies readonly Channel[];

const TOPIC = /^(\*|[\w][\w .-]{0,63})$/;

/**
 * What a signal says about consent: an `identify` by `traits.consent.{email,sms,push}`, a boolean for the channel or an object
 * of booleans by topic; a track `Consent Changed` by `{ channel, topic, granted, source }`. Only `true` grants: any other value
 * that is there counts as a refusal, so that a misspelt no is never taken for silence. A refusal that names no channel
 * is one of all channels.
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

const fromTrack = ({ type, event, properties }: Signal): readonly Said[] => {
  if (type !== 'track' || event !== consentChanged) return [];
  const granted = own(properties, 'granted') === true;
  const topic = own(properties, 'topic') ?? '*';
  const source = own(properties, 'source');
  const channel = own(properties, 'channel') ?? '*';
  return CHANNELS.filter((known) => known === channel || (channel === '*' && !granted)).map((known) =>
    Object.assign(
      { channel: known, topic: typeof topic === 'string' ? topic : '', granted },
      typeof source === 'string' ? { source } : {},
    ),
  );
};

export const consentAttributes = (signal: Signal): Attributes =>
  Object.fromEntries(
    consentChanges(signal).map(({ channel, topic, granted }) => [`consent:${channel}:${topic}`, granted]),
  );

/** The consents among a profile's entries. */
export const consentsFrom = (entries: readonly Entry[]): Consents => {
  const consents = entries.filter(({ kind }) => kind === 'consent');
  return Object.fromEntries(
    CHANNELS.map((channel) => [channel, topicsOf(channel, consents)] as const).filter(
      ([, topics]) => Object.keys(topics).length > 0,
    ),
  );
};

const topicsOf = (channel: Channel, consents: readonly Entry[]): { readonly [topic: string]: Consent } =>
  Object.fromEntries(
    consents
      .filter(({ name }) => name.startsWith(`${channel}:`))
      .map(({ name, value, at, id }) => [
        name.slice(channel.length + 1),
        { granted: value === true, at: new Date(at).toISOString(), id },
      ]),
  );

/**
 * Whether a message on this topic may go out on this channel. A topic that was granted holds until the topic, or later the
 * whole channel, is refused; a topic never spoken of follows its channel; a refused topic is lifted only by granting the
 * topic. Never said = not granted. A profile full of topics no longer knows the others: they count as refused.
 */
export const consentGranted = (consents: Consents, channel: Channel, topic: string): boolean => {
  const topics = consents[channel] ?? {};
  const whole = saidOf(topics, '*');
  const said = saidOf(topics, topic);
  if (said) return said.granted && !(whole?.granted === false && isLater(whole, said));
  return whole?.granted === true && !isFull(consents);
};

const saidOf = (topics: { readonly [topic: string]: Consent }, topic: string): Consent | undefined =>
  Object.hasOwn(topics, topic) ? topics[topic] : undefined;

/** Of two signals of one millisecond the refusal counts as the later; within one signal the topic is the exception from its channel. */
const isLater = (refusal: Consent, grant: Consent): boolean =>
  refusal.at > grant.at || (refusal.at === grant.at && refusal.id !== grant.id);

const isFull = (consents: Consents): boolean =>
  CHANNELS.reduce((sum, channel) => sum + Object.keys(consents[channel] ?? {}).length, 0) >= LIMITS.consent;
