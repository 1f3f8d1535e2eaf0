import type { Channel } from '../profile-view.ts';
import { LIMITS, type Entry } from '../writes.ts';
import { CHANNELS, type Consent, type Consents } from './consent-changes.ts';

/** The consents among a profile's entries. */
export const consentsFrom = (entries: readonly Entry[]): Consents => {
  const consents = entries.filter(({ kind }) => kind === 'consent');
  const confirmations = entries.filter(({ kind }) => kind === 'confirmed');
  return Object.fromEntries(
    CHANNELS.map((channel) => [channel, topicsOf(channel, consents, confirmations)] as const).filter(
      ([, topics]) => Object.keys(topics).length > 0,
    ),
  );
};

const topicsOf = (
  channel: Channel,
  consents: readonly Entry[],
  confirmations: readonly Entry[],
): { readonly [topic: string]: Consent } =>
  Object.fromEntries(
    consents
      .filter(({ name }) => name.startsWith(`${channel}:`))
      .map((entry) => [
        entry.name.slice(channel.length + 1),
        { ...consentOf(entry), ...(isConfirmed(channel, entry.name, confirmations) && { confirmed: true as const }) },
      ]),
  );

const stamp = ({ at, id }: Entry): Pick<Consent, 'at' | 'id'> => ({ at: new Date(at).toISOString(), id });

const consentOf = (entry: Entry): Consent => ({
  granted: entry.value === true || typeof entry.value === 'number',
  ...stamp(entry),
  ...(typeof entry.value === 'number' && { expiresAt: new Date(entry.value).toISOString() }),
});

const isConfirmed = (channel: Channel, name: string, confirmations: readonly Entry[]): boolean => {
  const said = confirmations.find((entry) => entry.name === name);
  const whole = confirmations.find((entry) => entry.name === `${channel}:*`);
  if (said?.value !== true) return false;
  return whole?.value !== false || !isLater(stamp(whole), stamp(said));
};

/**
 * How things stand with a topic on a channel. `pending`: granted, but a topic that asks for it was not confirmed yet. Only
 * `granted` lets a message out.
 */
export type ConsentStatus = 'granted' | 'pending' | 'expired' | 'refused' | 'unsaid';

export type ConsentTerms = {
  /** Epoch milliseconds; absent: whether a grant has run out is not asked. */
  readonly now?: number | undefined;
  /** The topic waits for a confirmation (double opt-in). */
  readonly isDouble?: boolean | undefined;
};

/**
 * A topic that was granted holds until the topic, or later the whole channel, is refused, or until it runs out; a topic never
 * spoken of follows its channel; a refused topic is lifted only by granting the topic. Never said = not granted. A profile full
 * of topics no longer knows the others: they count as refused. A confirmation is of one topic, never of a channel.
 */
export const consentStatus = (
  consents: Consents,
  channel: Channel,
  topic: string,
  { now, isDouble = false }: ConsentTerms = {},
): ConsentStatus => {
  const topics = consents[channel] ?? {};
  const whole = saidOf(topics, '*');
  const own = saidOf(topics, topic);
  const said = own ?? whole;
  if (said === undefined) return 'unsaid';
  const isRefused = own
    ? !own.granted || (whole?.granted === false && isLater(whole, own))
    : !said.granted || isFull(consents);
  if (isRefused) return 'refused';
  if (said.expiresAt !== undefined && now !== undefined && Date.parse(said.expiresAt) <= now) return 'expired';
  return isDouble && own?.confirmed !== true ? 'pending' : 'granted';
};

/** Whether a message on this topic may go out on this channel. @see consentStatus */
export const consentGranted = (consents: Consents, channel: Channel, topic: string, terms?: ConsentTerms): boolean =>
  consentStatus(consents, channel, topic, terms) === 'granted';

const saidOf = (topics: { readonly [topic: string]: Consent }, topic: string): Consent | undefined =>
  Object.hasOwn(topics, topic) ? topics[topic] : undefined;

type Stamp = Pick<Consent, 'at' | 'id'>;

/** Of two signals of one millisecond the refusal counts as the later; within one signal the topic is the exception from its channel. */
const isLater = (refusal: Stamp, grant: Stamp): boolean =>
  refusal.at > grant.at || (refusal.at === grant.at && refusal.id !== grant.id);

const isFull = (consents: Consents): boolean =>
  CHANNELS.reduce((sum, channel) => sum + Object.keys(consents[channel] ?? {}).length, 0) >= LIMITS.consent;
