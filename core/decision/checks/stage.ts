import { chooseAddress } from '../choose-address.ts';
import type { Address, Switch } from '../gate.ts';
import type { SendFacts, SendRequest } from '../send-request.ts';
import { type Answer, notNow, yes } from './answer.ts';

const minuteMs = 60_000;

/** A message waits for a switch for a day at most. */
export const switchedOffMs = 1440 * minuteMs;

/** Looks again after a quarter of an hour, later after an hour. */
const nextLook = (dueAt: number, now: number): number =>
  now + Math.min(60, Math.max(15, Math.floor((now - dueAt) / 2 / minuteMs))) * minuteMs;

const offBy = (off: Switch, request: SendRequest, { switchedOff, now }: SendFacts): Answer =>
  switchedOff.includes(off)
    ? notNow(request, {
        until: nextLook(request.dueAt, now),
        reason: 'switched-off',
        otherwise: 'hold',
        atMostMs: switchedOffMs,
        detail: off,
      })
    : yes;

/** The switch of everything. */
export const switches = (request: SendRequest, facts: SendFacts): Answer => offBy('all', request, facts);

/** The switch of the channel: another channel is no way around it. */
export const channelSwitch = (request: SendRequest, facts: SendFacts, address: Address | undefined): Answer =>
  address === undefined ? yes : offBy(address.channel, request, facts);

export const channel = (request: SendRequest, facts: SendFacts): Answer => {
  const chosen = chooseAddress(request, facts);
  if (typeof chosen === 'string') return { no: chosen };
  const { address, passedOver } = chosen;
  return { yes: true, address, detail: [address.channel, ...passedOver.map((each) => `not ${each}`)].join(', ') };
};

export const stage = (_: SendRequest, { sending }: SendFacts, address: Address | undefined): Answer => {
  if (sending.mode === 'off') return { no: 'sending-off' };
  return sending.mode === 'live' || (address !== undefined && sending.allowed.includes(address.to))
    ? yes
    : { no: 'not-on-allow-list' };
};
