import { afterAll, beforeAll, expect, test } from 'vitest';
import { hour, monday, startWorld, stopWorld } from '../world/world.ts';
import { campaignOf, diesOnce, mails, openOffice, publishCampaign, wholeOutcome } from './office.ts';

beforeAll(async () => {
  await startWorld();
  openOffice();
  await publishCampaign(campaignOf('letter'));
});
afterAll(stopWorld);

/** One function dies once, at its n-th call to AWS. @returns false where it makes fewer */
const dies = async (of: 'walks' | 'members', n: number, when: 'before' | 'after'): Promise<boolean> => {
  const { isDead, name, outcome } = await diesOnce({ campaign: 'letter', of, n, when, from: monday, lasts: 4 * hour });
  expect({ name, ...outcome }).toEqual({ name, ...wholeOutcome });
  return isDead;
};

test.each(['before', 'after'] as const)(
  'whoever dies %s any call of theirs while sending, everybody is sent it at most once',
  async (when) => {
    let n = 1;
    while (await dies('members', n, when)) n++;
    // Three members at once, each read, decided, claimed, sent and settled.
    expect(n).toBeGreaterThan(12);
    expect(Math.max(...mails().values())).toBe(1);
  },
);

test.each(['before', 'after'] as const)(
  'whoever dies %s a call of theirs while walking, nobody is left out',
  async (when) => {
    // The segment is read in sixteen queries, one like the other.
    for (const n of [1, 2, 18, 19, 20]) expect(await dies('walks', n, when)).toBe(true);
    expect(Math.max(...mails().values())).toBe(1);
  },
);
