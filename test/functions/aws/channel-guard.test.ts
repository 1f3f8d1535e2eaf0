import '../world/environment.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageSender, OutgoingMessage, SendResult } from '#core/message';
import { guarded } from '../../../functions/aws/channel-guard.ts';

const push: OutgoingMessage = {
  channel: 'push',
  id: 'm',
  token: 't',
  platform: 'ios',
  application: 'a',
  title: '',
  body: '',
  tags: {},
};
const text: OutgoingMessage = { channel: 'sms', to: '+1', text: 'x', origination: 'p', ttlSeconds: 5, tags: {} };
const accepted: SendResult = { outcome: 'accepted', providerId: '1' };
const throttled: SendResult = { outcome: 'throttled', retryAfterSeconds: 60 };
const paused: SendResult = { outcome: 'throttled', retryAfterSeconds: 300, reason: 'AccountSendingPausedException' };

let now = 1e12;
let answer: SendResult;
let calls: string[];
let sender: MessageSender;
const provider: MessageSender = {
  async send({ channel }) {
    calls.push(channel);
    return answer;
  },
};
beforeEach(() => {
  [now, answer, calls] = [1e12, accepted, []];
  sender = guarded(provider, () => now);
});
const send = (message: OutgoingMessage = text) => sender.send(message, now + 1000);
const many = async (count: number): Promise<readonly string[]> => {
  const results = [];
  for (let n = 0; n < count; n++) results.push((await send()).outcome);
  return results;
};

describe('an account that takes nothing', () => {
  test('is not asked again before its time, and the first call afterwards finds out whether it does', async () => {
    answer = paused;
    await send();
    now += 299_000;
    expect(await send()).toEqual({ ...paused, retryAfterSeconds: 1 });
    expect(calls).toHaveLength(1);
    now += 1000;
    expect(await send()).toEqual(paused);
    expect(calls).toHaveLength(2);
    [now, answer] = [now + 300_000, accepted];
    expect(await many(3)).toEqual(['accepted', 'accepted', 'accepted']);
  });

  test('stops no other channel', async () => {
    answer = paused;
    await send();
    answer = accepted;
    expect(await send(push)).toEqual(accepted);
  });
});

describe('a rate that is exceeded', () => {
  test('is followed by one call a second, twice as many with each that is taken, and soon as many as come', async () => {
    answer = throttled;
    await send();
    answer = accepted;
    expect(await many(2)).toEqual(['throttled', 'throttled']);
    expect(calls).toHaveLength(1);
    const taken = [];
    for (let second = 1; second <= 8; second++) {
      now += 1000;
      taken.push((await many(100)).filter((outcome) => outcome === 'accepted').length);
    }
    expect(taken[0]).toBe(1);
    expect(taken).toEqual(taken.toSorted((a, b) => a - b));
    expect(taken.at(-1)).toBe(100);
  });

  test('again is again one call a second', async () => {
    answer = throttled;
    await send();
    now += 1000;
    expect(await many(3)).toEqual(['throttled', 'throttled', 'throttled']);
    expect(calls).toHaveLength(2);
  });

  test('of one device slows nobody down', async () => {
    answer = { ...throttled, isAlone: true };
    await send(push);
    answer = accepted;
    expect(await send(push)).toEqual(accepted);
  });
});

test('what was learned on a later day is nothing to an earlier one', async () => {
  answer = paused;
  await send();
  [now, answer] = [now - 86_400_000, accepted];
  expect(await send()).toEqual(accepted);
});
