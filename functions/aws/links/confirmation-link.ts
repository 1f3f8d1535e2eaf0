import { type Channel, isChannel } from '#core/profile';
import { dayMs, type LinkMaker, opened, signed } from './signed-link.ts';

/** What a customer confirms: this topic on the channel the link was sent on. */
export type ConfirmationLink = {
  readonly customer: string;
  readonly channel: Channel;
  readonly topic: string;
  /** The signal that asked for it. */
  readonly request: string;
  /** The version of the text they read, or nothing. */
  readonly wording: string;
};

const validMs = 7 * dayMs;
/** A link has to fit into a message. */
const longest = 100;

export const confirmationUrl = (link: ConfirmationLink, { publicUrl, key, now }: LinkMaker): string => {
  const { customer, channel, topic, request, wording } = link;
  const fields = [customer, channel, topic, request.slice(0, longest), wording.slice(0, longest)];
  return `${publicUrl}/v1/confirmations/${signed('confirmation', { fields, until: now + validMs }, key)}`;
};

export const readConfirmationToken = (
  token: string,
  at: { readonly key: string; readonly now: number },
): ConfirmationLink | 'expired' | undefined => {
  const found = opened('confirmation', token, at);
  if (found === undefined || found === 'expired') return found;
  const [customer, channel, topic, request = '', wording = ''] = found.fields;
  if (customer === undefined || topic === undefined || !isChannel(channel)) return undefined;
  return { customer, channel, topic, request, wording };
};
