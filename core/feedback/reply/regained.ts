import { type Consent, type ConsentRecord, consentStatus } from '#core/profile';

/** A grant that a START brings back: the channel (`*`) or a topic on it, as it was given. */
export type Regained = {
  readonly topic: string;
  readonly expiresAt?: string;
  readonly confirmed?: true;
};

const byText = 'inbound-sms';

type Topics = Readonly<Record<string, Consent>>;

/** What was said of text messages, but for what a STOP said. */
const withoutStops = (ledger: readonly ConsentRecord[]): Topics => {
  const topics = new Map<string, Consent>();
  const inOrder = ledger.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  for (const { said, source, at, messageId: id } of inOrder)
    for (const { channel, topic, granted, expiresAt, confirmed } of said) {
      if (channel !== 'sms' || (!granted && source === byText)) continue;
      const isConfirmed = granted && (confirmed === true || topics.get(topic)?.confirmed === true);
      topics.set(topic, {
        granted,
        at,
        id,
        ...(expiresAt !== undefined && { expiresAt }),
        ...(isConfirmed && { confirmed: true as const }),
      });
    }
  return Object.fromEntries(topics);
};

/**
 * What a customer had agreed to before they texted STOP, and nothing else: START takes the STOP back, and consent that was
 * never given, was refused elsewhere or has run out is not given by it.
 * @param ledger the customer's chain of consents
 * @param at ISO 8601, when START was texted
 */
export const regained = (ledger: readonly ConsentRecord[], at: string): readonly Regained[] => {
  const topics = withoutStops(ledger.filter((record) => record.at <= at));
  return Object.entries(topics).flatMap(([topic, { expiresAt, confirmed }]) =>
    consentStatus({ sms: topics }, 'sms', topic, { now: Date.parse(at) }) === 'granted'
      ? [{ topic, ...(expiresAt !== undefined && { expiresAt }), ...(confirmed && { confirmed }) }]
      : [],
  );
};
