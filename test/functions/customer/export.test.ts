import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fold } from '../world/customer.ts';
import { at, cartAbandonment, minute, monday, publish, startWorld, stopWorld } from '../world/world.ts';
import { as, perform } from './desk.ts';
import { somebodyKnown } from './known.ts';

beforeAll(async () => {
  await startWorld();
  await publish(cartAbandonment);
});
afterAll(stopWorld);

const olga = as('operator', 'olga');

describe('an export', () => {
  test('has everything, and nothing that acts', async () => {
    const who = await somebodyKnown();
    at(monday + minute);
    const { code, body } = await olga.export(who.user);
    expect(code).toBe(200);
    const text = JSON.stringify(body.rows);
    for (const secret of who.secrets) expect(text).toContain(secret);
    const keys = body.rows.map(({ row }: { row: { sk: string } }) => row.sk.replace(/#.*/, ''));
    expect(keys).toEqual(expect.arrayContaining(['PROFILE', 'GATE', 'ENROL', 'NOTE', 'READ', 'TASK', 'ID']));
    expect(body.rows.filter(({ from }: { from: string }) => from === 'log').length).toBeGreaterThanOrEqual(3);
    expect(text).not.toContain('token-');
  });

  test('is the same whenever nothing changed, but for who took it', async () => {
    const who = await somebodyKnown();
    const taken = async () =>
      (await olga.export(who.user)).body.rows.filter(({ row }: { row: { sk: string } }) => !row.sk.startsWith('READ#'));
    expect(await taken()).toEqual(await taken());
  });

  test('comes in pages that fit an answer, each row once', async () => {
    const who = await somebodyKnown();
    const chats = Array.from({ length: 80 }, (_, n) =>
      who.track('Chat Ended', { transcript: `${n} ${'ä'.repeat(28_000)}` }),
    );
    await fold(...(await Promise.all(chats)));
    const rows: string[] = [];
    let pages = 0;
    for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false, pages++) {
      const { body } = await olga.export(who.user, after);
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(5_000_000);
      rows.push(
        ...body.rows.map(
          ({ from, row }: { from: string; row: { pk: string; sk: string } }) => `${from} ${row.pk} ${row.sk}`,
        ),
      );
      after = body.next;
    }
    expect(pages).toBeGreaterThan(1);
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.filter((row) => row.startsWith('log'))).toHaveLength(80 + 3);
  });

  test('of somebody who was erased is nothing', async () => {
    const who = await somebodyKnown();
    await olga.erase(who.user);
    await perform();
    expect(await olga.export(who.user)).toMatchObject({ code: 410 });
  });
});
