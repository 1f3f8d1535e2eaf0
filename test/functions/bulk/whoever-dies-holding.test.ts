import { afterAll, beforeAll, expect, test } from 'vitest';
import { hour, monday, rowsOf, startWorld, stopWorld } from '../world/world.ts';
import { campaignOf, diesOnce, mails, openOffice, publishCampaign, wholeOutcome } from './office.ts';

const evening = monday + 10 * hour;

beforeAll(async () => {
  await startWorld();
  openOffice();
  const window = { from: '19:00', to: '21:00', zone: 'UTC', otherwise: 'hold', atMost: '1 day' };
  await publishCampaign(campaignOf('evening-letter', { window }));
});
afterAll(stopWorld);

/** Rows of members who rest, in all partitions of a bulk. */
const resting = async (name: string): Promise<number> => {
  const all = await Promise.all(Array.from({ length: 64 }, (_, shard) => rowsOf(`BULK#${name}#${shard}`)));
  return all.flatMap((rows) => [...rows.keys()]).filter((sk) => sk.startsWith('HOLD#')).length;
};

/** One function dies once, at its n-th call to AWS; a walk by day only fills the queue. @returns false where it makes fewer */
const dies = async (of: 'walks' | 'members', n: number, when: 'before' | 'after'): Promise<boolean> => {
  const { isDead, name, outcome } = await diesOnce({
    campaign: 'evening-letter',
    of,
    n,
    when,
    from: evening - hour,
    lasts: 3 * hour,
    ...(of === 'walks' && { mayDieFrom: evening }),
  });
  const rest = await resting(name);
  expect({ name, ...outcome, rest }).toEqual({ name, ...wholeOutcome, rest: 0 });
  return isDead;
};

test.each(['before', 'after'] as const)(
  'whoever dies %s any call while members come to rest, nobody is lost',
  async (when) => {
    let n = 1;
    while (await dies('members', n, when)) n++;
    // The bulk, three customers, the minute, the call for it, and three rows.
    expect(n).toBeGreaterThan(9);
    expect(Math.max(...mails().values())).toBe(1);
  },
  60_000,
);

test.each(['before', 'after'] as const)(
  'whoever dies %s a call while they come back, nobody is lost, and nobody is sent it twice',
  async (when) => {
    // The bulk, the minute and 64 partitions are read; then come instants, queue, rows and turn.
    for (const n of [1, 2, 67, 68, 69, 70, 72]) expect(await dies('walks', n, when)).toBe(true);
    expect(Math.max(...mails().values())).toBe(1);
  },
  60_000,
);
