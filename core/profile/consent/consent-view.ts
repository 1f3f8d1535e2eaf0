import type { ConsentView, ContextView, ProfileView } from '../profile-view.ts';
import { CHANNELS, type Consents } from './consent-changes.ts';
import { consentStatus } from './consent-status.ts';

type Statuses = ContextView['consentStatus'];
/** What one may do, topic by topic, and how that came. */
export type Consented = Pick<ProfileView, 'consent'> & { readonly consentStatus: Statuses };

/** Nothing in it runs out. */
export const isLasting = (consents: Consents): boolean =>
  CHANNELS.every((channel) => Object.values(consents[channel] ?? {}).every(({ expiresAt }) => expiresAt === undefined));

const mayBe = (status: ConsentView): boolean => status === 'granted' || status === 'confirmed';

const statusOf = (consents: Consents, channel: (typeof CHANNELS)[number], topic: string, now: number): ConsentView => {
  const status = consentStatus(consents, channel, topic, { now });
  if (status !== 'granted') return status === 'unsaid' ? 'refused' : status;
  return consentStatus(consents, channel, topic, { now, isDouble: true }) === 'granted' ? 'confirmed' : 'granted';
};

const ofEach = <From, To>(
  channels: { readonly [channel in (typeof CHANNELS)[number]]?: { readonly [topic: string]: From } },
  read: (value: From, topic: string, channel: (typeof CHANNELS)[number]) => To,
) =>
  Object.fromEntries(
    CHANNELS.flatMap((channel) => {
      const topics = Object.entries(channels[channel] ?? {});
      const each = topics.map(([topic, value]) => [topic, read(value, topic, channel)] as const);
      return each.length === 0 ? [] : [[channel, Object.fromEntries(each)] as const];
    }),
  );

const consented = (statuses: Statuses): Consented => ({ consent: ofEach(statuses, mayBe), consentStatus: statuses });

/** What one may do, topic by topic, of those that were spoken of: see `consentStatus`. @param now ms since 1970 */
export const consentView = (consents: Consents, now: number): Consented =>
  consented(ofEach(consents, (_, topic, channel) => statusOf(consents, channel, topic, now)));

/**
 * A profile as those read it who know which topics ask for a double opt-in: there a yes that is not confirmed is `pending`, and no
 * consent. The same object where nothing waits.
 * @param topics those that ask for it
 */
export const withConfirmation = <View extends ProfileView>(view: View, topics: readonly string[] = []): View => {
  const { consentStatus = {} } = view;
  const isWaiting = (status: ConsentView | undefined, topic: string): boolean =>
    status === 'granted' && topics.includes(topic);
  if (!topics.some((topic) => CHANNELS.some((channel) => isWaiting(consentStatus[channel]?.[topic], topic))))
    return view;
  const known = ofEach(consentStatus, (status, topic) => (isWaiting(status, topic) ? 'pending' : status));
  return { ...view, ...consented(known) };
};
