import { type ConsentStatus, consentStatus, type ProfileView } from '#core/profile';
import type { Address, Channel, WithheldReason } from './gate.ts';
import type { SendFacts, SendRequest } from './send-request.ts';

const addressOn = (channel: Channel, { email, phone, devices }: ProfileView): Address | undefined => {
  if (channel === 'email') return email === undefined ? undefined : { channel, to: email };
  if (channel === 'sms') return phone === undefined ? undefined : { channel, to: phone };
  const [device] = devices;
  return device === undefined ? undefined : { channel, to: device.token, platform: device.platform };
};

const inOrder = ({ channels, preferredFirst }: SendRequest, prefers: Channel | undefined): readonly Channel[] =>
  preferredFirst && prefers !== undefined && channels.includes(prefers)
    ? [prefers, ...channels.filter((each) => each !== prefers)]
    : channels;

const refusals: { readonly [status in ConsentStatus]: WithheldReason | undefined } = {
  granted: undefined,
  pending: 'consent-pending',
  expired: 'consent-expired',
  refused: 'no-consent',
  unsaid: 'no-consent',
};

const statusOf = (channel: Channel, { topic, isDouble }: SendRequest, { gate, now }: SendFacts): ConsentStatus =>
  consentStatus(gate.consents, channel, topic, { now, isDouble });

/** Where a message goes, and which channels were passed over before, as `email (no-consent)`. */
export type Chosen = { readonly address: Address; readonly passedOver: readonly string[] };

/** The first channel that may be used, or why the last one looked at may not. */
export const chooseAddress = (request: SendRequest, facts: SendFacts): Chosen | WithheldReason => {
  let reason: WithheldReason = 'no-address';
  const passedOver: string[] = [];
  for (const channel of inOrder(request, facts.profile.prefers)) {
    const refused = request.topicClass === 'transactional' ? undefined : refusals[statusOf(channel, request, facts)];
    const address = addressOn(channel, facts.profile);
    if (refused === undefined && address !== undefined && facts.configured.includes(channel))
      return { address, passedOver };
    reason = refused ?? (address === undefined ? 'no-address' : 'channel-not-configured');
    passedOver.push(`${channel} (${reason})`);
  }
  return reason;
};
