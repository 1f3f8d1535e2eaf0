import { consentGranted, type ProfileView } from '#core/profile';
import type { Address, Channel, Gate, Sending, WithheldReason } from './gate.ts';
import { nextOpening, type OpenDays, type OpenHours } from './send-window.ts';

export type SendRequest = {
  readonly topic: string;
  readonly topicClass: 'marketing' | 'transactional';
  /** In order; or the profile's preferred one first. */
  readonly channels: readonly Channel[];
  readonly preferredFirst: boolean;
  /** Not sent after this instant. */
  readonly expiresAt?: number;
  readonly window?: OpenHours &
    OpenDays & {
      /** `customer`, or an IANA zone. */
      readonly zone: string;
      /** The zone of customers whose own is not known. */
      readonly zoneUnknown: string;
      /** Other hours for a channel. */
      readonly per: { readonly [channel in Channel]?: OpenHours | undefined };
      readonly otherwise: 'hold' | 'skip' | 'end';
      readonly atMostMs: number;
    };
  /** Since when the step could have been done; a hold is measured from here. */
  readonly dueAt: number;
};

/** What the decision looks at. Instants are epoch milliseconds. */
export type SendFacts = {
  readonly profile: ProfileView;
  readonly gate: Gate;
  readonly configured: readonly Channel[];
  /** Topics that other open runs of this customer keep quiet. */
  readonly quieted: readonly string[];
  readonly sending: Sending;
  readonly now: number;
};

export type SendDecision =
  | { readonly do: 'send'; readonly address: Address }
  | { readonly do: 'hold'; readonly until: number; readonly reason: 'quiet-hours' }
  | { readonly do: 'withhold'; readonly reason: WithheldReason; readonly end: boolean };

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

/** The first channel that may be used, or why the last one looked at may not. */
const chooseAddress = (request: SendRequest, facts: SendFacts): Address | WithheldReason => {
  let reason: WithheldReason = 'no-address';
  for (const channel of inOrder(request, facts.profile.prefers)) {
    const consented =
      request.topicClass === 'transactional' || consentGranted(facts.gate.consents, channel, request.topic);
    const address = addressOn(channel, facts.profile);
    if (consented && address !== undefined && facts.configured.includes(channel)) return address;
    reason = !consented ? 'no-consent' : address === undefined ? 'no-address' : 'channel-not-configured';
  }
  return reason;
};

const withhold = (reason: WithheldReason, end = false): SendDecision => ({ do: 'withhold', reason, end });

const waitForWindow = (channel: Channel, request: SendRequest, facts: SendFacts): SendDecision | undefined => {
  const { window, dueAt, expiresAt } = request;
  if (window === undefined || request.topicClass === 'transactional') return undefined;
  const zone = window.zone === 'customer' ? (facts.profile.timezone ?? window.zoneUnknown) : window.zone;
  const until = nextOpening({ ...window, ...window.per[channel] }, zone, facts.now);
  if (until === facts.now) return undefined;
  if (window.otherwise !== 'hold') return withhold('quiet-hours', window.otherwise === 'end');
  if (expiresAt !== undefined && until > expiresAt) return withhold('expired');
  return until - dueAt > window.atMostMs ? withhold('quiet-hours') : { do: 'hold', until, reason: 'quiet-hours' };
};

const mayReach = ({ mode, allowed }: Sending, to: string): WithheldReason | undefined => {
  if (mode === 'off') return 'sending-off';
  return mode === 'live' || allowed.includes(to) ? undefined : 'not-on-allow-list';
};

/**
 * Whether this message may go to this customer now, on which channel, and if not, why. Pure; the first refusal counts.
 * Transactional topics skip consent, windows and quieting, never erasure.
 */
export const decideSend = (request: SendRequest, facts: SendFacts): SendDecision => {
  const { now } = facts;
  if (facts.gate.erasedAt !== undefined) return withhold('erased');
  if (request.expiresAt !== undefined && now > request.expiresAt) return withhold('expired');
  if (request.topicClass === 'marketing' && facts.quieted.includes(request.topic)) return withhold('quieted');
  const address = chooseAddress(request, facts);
  if (typeof address === 'string') return withhold(address);
  const refused = mayReach(facts.sending, address.to);
  if (refused !== undefined) return withhold(refused);
  return waitForWindow(address.channel, request, facts) ?? { do: 'send', address };
};
