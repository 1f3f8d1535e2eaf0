import { type Channel, isChannel } from '#core/profile';
import { dayMs, type LinkMaker, opened, signed } from './signed-link.ts';

/** Whose preferences a link opens, and on which channel it was sent: that address is theirs. */
export type PreferencesLink = { readonly customer: string; readonly channel: Channel };

/** An old email leads to a page that says so; its unsubscribe link works for ever. */
const validMs = 90 * dayMs;

export const preferencesToken = ({ customer, channel }: PreferencesLink, key: string, now: number): string =>
  signed('preferences', { fields: [customer, channel], until: now + validMs }, key);

export const preferencesUrl = (link: PreferencesLink, { publicUrl, key, now }: LinkMaker): string =>
  `${publicUrl}/v1/preferences/${preferencesToken(link, key, now)}`;

export const readPreferencesToken = (
  token: string,
  at: { readonly key: string; readonly now: number },
): PreferencesLink | 'expired' | undefined => {
  const found = opened('preferences', token, at);
  if (found === undefined || found === 'expired') return found;
  const [customer, channel] = found.fields;
  return customer !== undefined && isChannel(channel) ? { customer, channel } : undefined;
};
