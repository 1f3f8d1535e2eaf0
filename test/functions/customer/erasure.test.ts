import { ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodb } from '../../../functions/aws/clients.ts';
import { memberRows } from '../../../functions/aws/member-rows.ts';
import { crashing } from '../world/calls.ts';
import { carryAllOn, fold, shoes, shopper, type Somebody } from '../world/customer.ts';
import { tables } from '../world/environment.ts';
import {
  at,
  cartAbandonment,
  hour,
  minute,
  monday,
  publish,
  putRow,
  rowsOf,
  startWorld,
  stopWorld,
} from '../world/world.ts';
import { as, erasures, perform } from './desk.ts';
import { somebodyKnown } from './known.ts';

beforeAll(async () => {
  await startWorld();
  await publish(cartAbandonment);
});
afterAll(stopWorld);

const [ben, olga] = [as('agent', 'ben'), as('operator', 'olga')];

/** Every row of both tables, as text. */
const everything = async (): Promise<readonly string[]> => {
  const rows: string[] = [];
  for (const TableName of [tables.state, tables.log]) {
    let from: object | undefined;
    do {
      const page = await dynamodb().send(
        new ScanCommand({ TableName, ...(from === undefined ? {} : { ExclusiveStartKey: from as never }) }),
      );
      rows.push(...(page.Items ?? []).map((row) => JSON.stringify(row)));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }
  return rows;
};
const rowsWith = async (...texts: readonly string[]): Promise<readonly string[]> =>
  (await everything()).filter((row) => texts.some((text) => row.includes(text)));

const erase = async (who: Somebody): Promise<string> => {
  const { body } = await olga.erase(who.user);
  await perform();
  return body.receipt;
};

describe('an erasure', () => {
  test('leaves nothing of the customer but two tombstones and its receipt', async () => {
    const who = await somebodyKnown();
    expect((await rowsWith(...who.secrets)).length).toBeGreaterThan(3);
    const asked = await olga.erase(who.user);
    expect(asked).toMatchObject({ code: 202, body: { status: 'under-way', by: 'olga', customer: who.id } });
    await perform();
    expect(await rowsWith(...who.secrets)).toEqual([]);
    const left = [...(await who.rows()).entries()].map(([sk, row]) => [sk, Object.keys(row).toSorted()]);
    expect(left).toEqual([
      ['GATE', ['erasedAt', 'pk', 'sk', 'version']],
      ['PROFILE', ['erasedAt', 'folds', 'pk', 'receipt', 'sk']],
    ]);
    const elsewhere = (await rowsWith(who.id)).filter((row) => !row.includes(`"C#${who.id}"`));
    expect(elsewhere).toEqual([expect.stringContaining('ERASURE#')]);
  });

  test('ends the journeys: their executions are over and nothing is sent', async () => {
    const who = await somebodyKnown();
    const before = who.got().length;
    await erase(who);
    await carryAllOn(who.id);
    expect(who.executions().map(({ status }) => status)).toEqual(['succeeded']);
    await who.until(monday + 48 * hour);
    expect(who.got()).toHaveLength(before);
  });

  test('stops what is being sent at once, before anything is deleted', async () => {
    at(monday);
    const who = await shopper();
    await fold(await who.track('Product Added', shoes));
    await carryAllOn(who.id);
    await olga.erase(who.user);
    await who.until(monday + 5 * hour);
    expect(who.got()).toEqual([]);
    expect(await who.whys()).toMatchObject([{ reason: 'erased' }]);
    await perform();
  });

  test('takes the customer out of segments, whose number is right afterwards, and out of what is due', async () => {
    const who = await somebodyKnown();
    const members = memberRows(tables.state);
    for (const id of [who.id, 'b'.repeat(26)]) await members.change('vip', id, { isIn: true, order: 1, at: monday });
    const memberOf = JSON.stringify({ fill: 1, in: { vip: monday }, due: monday + minute });
    await putRow('state', { ...(await who.rows()).get('PROFILE'), memberOf });
    await putRow('state', { pk: 'DUE#2026-01-05T09:01', sk: who.id });
    await erase(who);
    expect(await members.size('vip')).toBe(1);
    expect((await rowsWith(who.id)).filter((row) => /SEG#|DUE#/.test(row))).toEqual([]);
    at(monday + 15 * minute);
    await perform();
    expect(await members.size('vip')).toBe(1);
  });

  test('is not undone by what comes late', async () => {
    const who = await somebodyKnown();
    const late = await who.track('Order Completed', { order_id: '1', revenue: 80 });
    const later = await who.identify({ email: who.secrets[0], firstName: who.secrets[2] });
    await erase(who);
    await fold(late);
    await fold(later, await who.track('Product Added', shoes));
    await carryAllOn(who.id);
    expect(await ben.card(who.user)).toMatchObject({ code: 410, body: { title: 'erased' } });
    expect((await who.rows()).get('PROFILE')?.['erasedAt']).toBe(monday);
    expect(await who.runs()).toEqual([]);
    expect(await rowsWith(...who.secrets)).toEqual([]);
  });

  test('looks once more a quarter of an hour later, for what was on its way meanwhile', async () => {
    const who = await somebodyKnown();
    const receipt = await erase(who);
    expect(erasures.map(({ delay }) => delay)).toEqual([900]);
    await who.stored((await who.track('Page Viewed', { name: who.secrets[2] })).signal, Date.now());
    await putRow('state', { pk: `C#${who.id}`, sk: 'WHY#2026-01-05T09:00:00.000Z#late', reason: 'late' });
    at(monday + 15 * minute);
    await perform();
    expect(await rowsWith(...who.secrets)).toEqual([]);
    expect((await olga.receipt(receipt)).body).toMatchObject({
      status: 'checked',
      checkedAt: '2026-01-05T09:15:00.000Z',
    });
    expect([...(await who.rows()).keys()]).toEqual(['GATE', 'PROFILE']);
  });

  test('gives a receipt that names each remaining copy and when it is gone, and keeps it', async () => {
    const who = await somebodyKnown();
    const { body } = await olga.erase(who.user);
    await perform();
    const shown = (await olga.receipt(body.receipt)).body;
    expect(shown).toMatchObject({ status: 'erased', erasedAt: '2026-01-05T09:00:00.000Z' });
    expect(shown.removedRows).toBeGreaterThan(5);
    expect(shown.copies).toContainEqual({
      where: 'backups of the tables',
      holds: 'rows as they were',
      until: '2026-02-09T09:00:00.000Z',
    });
    expect(shown.stays.map(({ what }: { what: string }) => what)).toContain('suppressed addresses');
    expect(await olga.receipt('other')).toMatchObject({ code: 404 });
  });

  test('asked again it answers the same receipt', async () => {
    const who = await somebodyKnown();
    const receipt = await erase(who);
    const again = await olga.erase(who.id);
    expect(again).toMatchObject({ code: 200, body: { receipt, status: 'erased' } });
    await perform();
  });

  test('keeps the suppressed address, by its hash', async () => {
    const who = await somebodyKnown();
    const [email] = who.secrets;
    await putRow('state', { pk: `ADDR#hash-of-${who.id.slice(0, 4)}`, sk: 'SUPPRESSED', reason: 'bounce' });
    await erase(who);
    expect([...(await rowsOf(`ADDR#hash-of-${who.id.slice(0, 4)}`)).keys()]).toEqual(['SUPPRESSED']);
    expect(await rowsWith(email!)).toEqual([]);
  });

  test('takes one of two who share an address out, and leaves the other findable', async () => {
    at(monday);
    const [one, other] = [
      await shopper({ email: 'shared@home.example' }),
      await shopper({ email: 'shared@home.example' }),
    ];
    await erase(one);
    expect((await ben.find({ email: 'shared@home.example' })).body.customer).toBe(other.id);
  });

  test('comes to the same end wherever it crashes', { timeout: 60_000 }, async () => {
    const who = await somebodyKnown();
    await olga.erase(who.user);
    const whole = await crashing({ at: 10_000, when: 'before', dead: true }, async () => {
      const twin = await somebodyKnown();
      await olga.erase(twin.user);
      await perform();
    });
    expect(whole.calls.length).toBeGreaterThan(20);
    erasures.splice(0);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.constantFrom('before', 'after'), async (step, when) => {
        erasures.splice(0);
        const one = await somebodyKnown();
        await olga.erase(one.user);
        await crashing({ at: step, when, dead: true }, perform);
        // The queue brings the order again: a function that died said nothing of it.
        if (erasures.every(({ delay }) => delay > 0)) await olga.erase(one.user);
        for (let tries = 0; tries < 3 && erasures.some(({ delay }) => delay === 0); tries++) await perform();
        expect(await rowsWith(...one.secrets)).toEqual([]);
        expect([...(await one.rows()).keys()]).toEqual(['GATE', 'PROFILE']);
        await carryAllOn(one.id);
        expect(one.executions().map(({ status }) => status)).toEqual(['succeeded']);
      }),
      { numRuns: 8 },
    );
  });
});
