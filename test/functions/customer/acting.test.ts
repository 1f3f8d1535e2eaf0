import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crashing } from '../world/calls.ts';
import { carryAllOn, fold, shoes, shopper, type Somebody } from '../world/customer.ts';
import { at, cartAbandonment, hour, monday, publish, startWorld, stopWorld } from '../world/world.ts';
import { as } from './desk.ts';

beforeAll(async () => {
  await startWorld();
  await publish(cartAbandonment);
});
afterAll(stopWorld);

const ben = as('agent', 'ben');
const day = 24 * hour;

const withCart = async (): Promise<Somebody> => {
  at(monday);
  const who = await shopper();
  await fold(await who.track('Product Added', shoes));
  await carryAllOn(who.id);
  return who;
};
const enrolOf = async (who: Somebody): Promise<string> =>
  (await ben.card(who.user, { fields: 'journeys' })).body.journeys[0].enrol;
const notesOf = async (who: Somebody) =>
  [...(await who.rows())].filter(([sk]) => sk.startsWith('NOTE#')).map(([, row]) => row);

describe('promotions that an agent pauses', () => {
  test('are not sent until the day they go on, and the card says so', async () => {
    const who = await withCart();
    expect(await ben.pause(who.user, { days: 30, reason: 'a death in the family' })).toMatchObject({
      code: 200,
      body: { promotionsPausedUntil: '2026-02-04T09:00:00.000Z' },
    });
    const { body } = await ben.card(who.user);
    expect(body.consents.promotionsPausedUntil).toBe('2026-02-04T09:00:00.000Z');
    expect(body.journeys[0].next[0]).toMatchObject({ message: 'cart-reminder', withheld: 'promotions-paused' });
    await who.until(monday + 5 * hour);
    expect(who.got()).toEqual([]);
    expect(await who.whys()).toMatchObject([{ reason: 'promotions-paused' }]);
  });

  test('go on afterwards, or when somebody says so', async () => {
    const [later, again] = [await withCart(), await withCart()];
    await ben.pause(later.user, { days: 1, reason: 'asked' });
    await ben.pause(again.user, { days: 30, reason: 'asked' });
    await ben.pause(again.user, { days: 0, reason: 'asked again' });
    at(monday + 2 * day);
    expect((await ben.card(later.user)).body.consents.promotionsPausedUntil).toBeUndefined();
    await again.until(monday + 5 * hour);
    expect(again.got()).toEqual(['email']);
  });
});

describe('a journey an agent ends', () => {
  test('is left at once, its execution ends, and nothing more is sent', async () => {
    const who = await withCart();
    const answer = await ben.leave(who.user, await enrolOf(who), { reason: 'bought in the store' });
    expect(answer).toMatchObject({ code: 200, body: { journey: 'cart-abandonment', reason: 'left-by-agent' } });
    expect(await who.runs()).toMatchObject([{ exitReason: 'left-by-agent' }]);
    await carryAllOn(who.id);
    expect(who.executions().map(({ status }) => status)).toEqual(['succeeded']);
    await who.until(monday + 2 * day);
    expect(who.got()).toEqual([]);
  });

  test('cannot be ended twice, nor one that is not there', async () => {
    const who = await withCart();
    const enrol = await enrolOf(who);
    await ben.leave(who.user, enrol);
    expect(await ben.leave(who.user, enrol)).toMatchObject({ code: 409, body: { title: 'over' } });
    expect(await ben.leave(who.user, 'x')).toMatchObject({ code: 404, body: { title: 'unknown-run' } });
  });

  test('ends its execution also when the function died in between, once it is asked again', async () => {
    const who = await withCart();
    const enrol = await enrolOf(who);
    const { error } = await crashing(
      { at: (calls) => calls.at(-1) === 'SendTaskSuccess', when: 'before', dead: true },
      () => ben.leave(who.user, enrol, { reason: 'asked' }, 'once'),
    );
    expect(error).toBeDefined();
    expect(await ben.leave(who.user, enrol, { reason: 'asked' }, 'once')).toMatchObject({ code: 200 });
    await carryAllOn(who.id);
    expect(who.executions().map(({ status }) => status)).toEqual(['succeeded']);
    expect(await notesOf(who)).toHaveLength(1);
  });
});

describe('a note', () => {
  test('stays with the customer, and says who wrote it', async () => {
    const who = await withCart();
    expect(await ben.note(who.user, { text: 'wants a size 42' })).toMatchObject({ code: 201 });
    const { entries } = (await ben.card(who.user, { fields: 'timeline' })).body.timeline;
    expect(entries[0]).toMatchObject({ kind: 'note', says: 'ben: wants a size 42' });
  });

  test('is written once, however often it is sent with the same key', async () => {
    const who = await withCart();
    const first = await ben.note(who.user, { text: 'once' }, 'key-1');
    expect(await ben.note(who.user, { text: 'once' }, 'key-1')).toEqual(first);
    expect(await ben.note(who.user, { text: 'other' }, 'key-1')).toMatchObject({
      code: 422,
      body: { title: 'other-request-same-key' },
    });
    expect(await notesOf(who)).toHaveLength(1);
  });
});

describe('what cannot be done is refused by the field that is wrong', () => {
  test.each([
    ['pause', {}, /`days`/],
    ['pause', { days: 366, reason: 'x' }, /`days`/],
    ['pause', { days: 1.5, reason: 'x' }, /`days`/],
    ['pause', { days: 30 }, /`reason`/],
    ['note', { text: '' }, /`text`/],
    ['note', { text: 'x', by: 'me' }, /`by`/],
    ['note', '{', /not JSON/],
    ['note', { text: 'x'.repeat(2001) }, /`text`/],
  ] as const)('%s %j', async (action, body, detail) => {
    const who = await withCart();
    expect(await ben[action](who.user, body)).toMatchObject({
      code: 400,
      body: { title: 'bad-request', detail: expect.stringMatching(detail) },
    });
  });

  test('for nobody', async () => {
    expect(await ben.note('nobody', { text: 'x' })).toMatchObject({ code: 404 });
  });
});
