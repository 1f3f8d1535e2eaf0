import type { MessageSender, SendResult } from '#core/message';
import { count, logger } from './observed.ts';

/** A channel whose account refuses everything is left alone until `until`; epoch milliseconds. */
type Held = { readonly until: number; readonly reason: string };
/** How many calls a second a channel takes, after it said that it takes no more; whole and parts of calls are saved up. */
type Pace = { readonly perSecond: number; readonly saved: number; readonly at: number };
type Channel = Parameters<MessageSender['send']>[0]['channel'];
type State = { readonly held?: Held; readonly pace?: Pace };

/** One call a second after a throttle, twice as many after each that is taken; then as many as come. */
const slowest = 1;
const fastest = 64;

const saved = ({ perSecond, saved: before, at }: Pace, now: number): number =>
  Math.min(perSecond, before + ((now - at) / 1000) * perSecond);

/** Why no call may be made now. */
const refusal = ({ held, pace }: State, now: number): SendResult | undefined => {
  if (held !== undefined && held.until > now)
    return { outcome: 'throttled', retryAfterSeconds: Math.ceil((held.until - now) / 1000), reason: held.reason };
  return pace !== undefined && saved(pace, now) < 1 ? { outcome: 'throttled', retryAfterSeconds: 1 } : undefined;
};

const paceAfter = (pace: Pace | undefined, result: SendResult, now: number): Pace | undefined => {
  if (result.outcome === 'throttled') return { perSecond: slowest, saved: 0, at: now };
  if (pace === undefined || result.outcome !== 'accepted') return pace;
  const perSecond = pace.perSecond * 2;
  return perSecond > fastest ? undefined : { perSecond, saved: Math.max(0, saved(pace, now) - 1), at: now };
};

/**
 * Spares a provider the calls that it would refuse: it is called more slowly after it said that it takes no more, and not
 * at all for a while where it refuses the whole account; the first call after that shows whether it is over. What is not
 * called has not left. Each function instance finds out for itself.
 */
export const guarded = (sender: MessageSender, clock: () => number = Date.now): MessageSender => {
  const states = new Map<Channel, State>();
  let last = 0;

  const stateAt = (channel: Channel, now: number): State => {
    // What was learned later than now was learned in another life.
    if (now < last) states.clear();
    last = now;
    return states.get(channel) ?? {};
  };

  const learn = (channel: Channel, { pace }: State, result: SendResult): void => {
    const now = clock();
    if (result.outcome === 'throttled' && result.reason !== undefined) {
      count('ChannelHeld', channel);
      logger.error('channel held', { channel, reason: result.reason });
    }
    if (result.outcome === 'throttled' && result.isAlone === true) return;
    if (result.outcome === 'throttled' && result.reason !== undefined) {
      const { reason, retryAfterSeconds } = result;
      states.set(channel, { held: { until: now + retryAfterSeconds * 1000, reason } });
      return;
    }
    const next = paceAfter(pace, result, now);
    states.set(channel, next === undefined ? {} : { pace: next });
  };

  return {
    async send(message, deadline) {
      const { channel } = message;
      const now = clock();
      const state = stateAt(channel, now);
      const refused = refusal(state, now);
      if (refused !== undefined) return refused;
      const result = await sender.send(message, deadline);
      learn(channel, state, result);
      return result;
    },
  };
};
