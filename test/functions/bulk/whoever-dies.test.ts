import { afterAll, beforeAll, expect, test } from 'vitest';
import { crashing } from '../world/calls.ts';
import { at, hour, monday, startWorld, stopWorld } from '../world/world.ts';
import { bulk, campaignOf, fillList, ledgerOf, mails, openOffice, pass, publishCampaign, start } from './office.ts';

beforeAll(async () => {
  await startWorld();
  openOffice();
  await publishCampaign(campaignOf('letter'));
});
afterAll(stopWorld);

/** One function dies once, at its n-th call to AWS. @returns false where it makes fewer */
const dies = async (of: 'walks' | 'members', n: number, when: 'before' | 'after'): Promise<boolean> => {
  at(monday);
  const name = `${of}-${when}-${n}`;
  const ids = await fillList(name, 3, 1);
  await start({ name, campaign: 'letter', segment: name, perSecond: 10 });
  let isDead = false;
  await pass(4 * hour, async (called, call) => {
    if (isDead || called !== of) {
      await call();
      return;
    }
    const { calls } = await crashing({ at: n, when, dead: true }, call);
    isDead = calls.length >= n;
  });
  const { status, open, withheld, sent, unknown } = (await bulk(name)).body;
  const rows = (await ledgerOf(ids)).map(({ sends, whys }) => sends.length + whys.length);
  expect({ name, status, open, withheld, reached: sent + unknown, rows }).toEqual({
    name,
    status: 'done',
    open: 0,
    withheld: 1,
    reached: 2,
    rows: [1, 1, 1],
  });
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
