import { afterAll, beforeAll, expect, test } from 'vitest';
import { crashing } from '../world/calls.ts';
import { at, hour, monday, rowsOf, startWorld, stopWorld } from '../world/world.ts';
import { bulk, campaignOf, fillList, ledgerOf, mails, openOffice, pass, publishCampaign, start } from './office.ts';

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

/** One function dies once, at its n-th call to AWS. @returns false where it makes fewer */
const dies = async (of: 'walks' | 'members', n: number, when: 'before' | 'after'): Promise<boolean> => {
  at(evening - hour);
  const name = `dies-${of}-${when}-${n}`;
  const ids = await fillList(name, 3, 1);
  await start({ name, campaign: 'evening-letter', segment: name, perSecond: 10 });
  let isDead = false;
  await pass(3 * hour, async (called, call) => {
    // A walk by day only fills the queue.
    if (isDead || called !== of || (of === 'walks' && Date.now() < evening)) {
      await call();
      return;
    }
    const { calls } = await crashing({ at: n, when, dead: true }, call);
    isDead = calls.length >= n;
  });
  const { status, open, withheld, sent, unknown, held } = (await bulk(name)).body;
  const rows = (await ledgerOf(ids)).map(({ sends, whys }) => sends.length + whys.length);
  const rest = await resting(name);
  expect({ name, status, open, withheld, reached: sent + unknown, rows, held, rest }).toEqual({
    name,
    status: 'done',
    open: 0,
    withheld: 1,
    reached: 2,
    rows: [1, 1, 1],
    held: 0,
    rest: 0,
  });
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
