import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { carryAllOn, fold, shoes, shopper, type Somebody } from '../world/customer.ts';
import { at, cartAbandonment, hour, minute, monday, publish, startWorld, stopWorld } from '../world/world.ts';
import { as } from './desk.ts';

beforeAll(async () => {
  await startWorld();
  await publish(cartAbandonment);
});
afterAll(stopWorld);

const ben = as('agent', 'ben');

/** A customer with an open cart, in the wait before the reminder. */
const withCart = async (traits: object = {}): Promise<Somebody> => {
  at(monday);
  const who = await shopper({ timezone: 'Europe/Berlin', prefers: 'sms', ...traits });
  await fold(await who.track('Product Viewed', { product_id: 'boots', category: 'shoes' }));
  await fold(await who.track('Product Added', shoes));
  await carryAllOn(who.id);
  return who;
};

describe('an agent sees', () => {
  test('who it is, what is in the cart and what was looked at', async () => {
    const who = await withCart();
    const { code, body } = await ben.card(who.user);
    expect(code).toBe(200);
    expect(body).toMatchObject({
      customer: who.id,
      identity: { userId: who.user, email: `${who.user}@customer.example`, phone: '+447700900123', firstName: 'Maya' },
      stage: { is: 'consideration', because: 'has an open cart' },
      cart: { items: 1, value: 80, products: [{ product_id: 'shoes', name: 'Shoes' }] },
      browsing: { products: ['boots'] },
      nextAction: null,
      tasks: [],
    });
  });

  test('the open journey and what comes next, with the day and hour on the customer’s clock', async () => {
    const who = await withCart();
    const [journey] = (await ben.card(who.user)).body.journeys;
    expect(journey).toMatchObject({
      journey: 'cart-abandonment',
      entry: { event: 'Product Added' },
      step: 'Wait 4 hours',
    });
    const unless = 'unless `Order Completed` comes or `profile.cart.items = 0`';
    expect(journey.next.map(({ says }: { says: string }) => says)).toEqual([
      `Mon 5 Jan 14:00 email \`cart-reminder\`, ${unless}`,
      `Tue 6 Jan 14:00 SMS \`last-call\`, if they do not click \`reminder\` within 24 hours, ${unless}`,
    ]);
    expect(journey.next.map(({ isExpected }: { isExpected: boolean }) => isExpected)).toEqual([true, true]);
  });

  test('that a yes to what asks for a confirmation is none before that', async () => {
    const who = await withCart();
    const says = async (topic: string, more: object) =>
      fold(await who.track('Consent Changed', { channel: 'email', topic, granted: true, ...more }));
    const shown = async () => {
      const { now }: { now: readonly { channel: string; topic: string; granted: boolean; status: string }[] } = (
        await ben.card(who.user, { fields: 'consents' })
      ).body.consents;
      return now
        .filter(({ channel, topic }) => channel === 'email' && topic !== '*')
        .toSorted((a, b) => (a.topic < b.topic ? -1 : 1));
    };
    await says('newsletter', {});
    await says('promotions', {});
    expect(await shown()).toMatchObject([
      { topic: 'newsletter', granted: false, status: 'pending' },
      { topic: 'promotions', granted: true, status: 'granted' },
    ]);
    at(Date.now() + minute);
    await says('newsletter', { confirmed: true });
    expect((await shown())[0]).toMatchObject({ topic: 'newsletter', granted: true, status: 'confirmed' });
  });

  test('that a planned message would not be sent as things stand, and why', async () => {
    const who = await withCart({ consent: { email: true, sms: false, push: false } });
    const [journey] = (await ben.card(who.user, { fields: 'journeys' })).body.journeys;
    expect(journey.next[1]).toMatchObject({ message: 'last-call', withheld: 'no-consent' });
    expect(journey.next[1].says).toContain('as things stand not sent: the customer has not agreed to this topic');
  });

  test('what was sent, what was not and why, newest first, in words', async () => {
    const who = await withCart({ consent: { email: false, sms: false, push: false } });
    await who.until(monday + 5 * hour);
    const { entries } = (await ben.card(who.user, { fields: 'timeline' })).body.timeline;
    expect(entries[0]).toMatchObject({
      kind: 'message',
      says: expect.stringContaining('was not sent'),
      about: { message: 'cart-reminder', reason: 'no-consent' },
    });
    expect(entries.map(({ kind }: { kind: string }) => kind)).toContain('journey');
    expect(entries.at(-1)).toMatchObject({ kind: 'signal', says: 'Identified' });
  });

  test('everything once, however small the pages', async () => {
    const who = await withCart();
    for (let n = 0; n < 7; n++) await fold(await who.track('Page Read', { n }, { time: monday + minute }));
    await fold(await who.track('Page Left', {}, { time: monday + 2 * minute }));
    at(monday + 3 * minute);
    const all = (await ben.card(who.user, { fields: 'timeline', limit: '100' })).body.timeline.entries;
    for (const limit of ['1', '3', '4']) {
      const paged: unknown[] = [];
      let after: string | undefined;
      do {
        const query = { fields: 'timeline', limit, ...(after === undefined ? {} : { after }) };
        const { timeline } = (await ben.card(who.user, query)).body;
        paged.push(...timeline.entries);
        after = timeline.next;
      } while (after !== undefined);
      expect(paged).toEqual(all);
    }
  });
});

describe('a customer is found by', () => {
  test('our own id, theirs, their email however typed, and their phone', async () => {
    const who = await withCart();
    for (const answer of [
      await ben.card(who.id),
      await ben.card(who.user),
      await ben.find({ userId: who.user }),
      await ben.find({ email: `${who.user.toUpperCase()}@Customer.example` }),
    ])
      expect(answer.body.customer).toBe(who.id);
  });

  test('an address two share: both are named, and nobody is guessed', async () => {
    const [one, other] = [
      await withCart({ email: 'both@home.example' }),
      await withCart({ email: 'both@home.example' }),
    ];
    const { code, body } = await ben.find({ email: 'both@home.example' });
    expect(code).toBe(200);
    expect(body.customers.map(({ customer }: { customer: string }) => customer)).toEqual([one.id, other.id].toSorted());
  });

  test('nothing: 404', async () => {
    expect(await ben.card('nobody')).toMatchObject({ code: 404, body: { title: 'unknown-customer' } });
    expect(await ben.find({ email: 'no address' })).toMatchObject({ code: 404 });
  });
});

describe('a wrong question is answered by what is wrong', () => {
  test.each([
    [{ fields: 'identty' }, /`fields`: there is no `identty`; take some of identity, stage/],
    [{ limit: '0' }, /`limit` is a whole number from 1 to 100/],
    [{ after: 'x' }, /`after` is what an earlier answer gave/],
    [{ emial: 'x' }, /There is no parameter `emial`/],
  ])('%o', async (query, detail) => {
    const who = await withCart();
    expect(await ben.card(who.user, query)).toMatchObject({
      code: 400,
      body: { detail: expect.stringMatching(detail) },
    });
  });

  test('nobody to look for', async () => {
    expect(await ben.find({})).toMatchObject({ code: 400, body: { detail: expect.stringContaining('userId') } });
  });
});

describe('a publisher', () => {
  test('sees the customer without name, address, number and what people wrote', async () => {
    const who = await withCart({
      lastName: 'Lindqvist',
      address: { street: '1 Long Road' },
      bio: 'call me on 030 1234567',
      tier: 'gold',
    });
    await fold(
      await who.track('Chat Ended', { transcript: 'My name is Maya Lindqvist and my shoes are too small, sorry' }),
    );
    await ben.note(who.user, { text: 'Maya was angry' });
    const { body } = await as('publisher').card(who.user);
    const text = JSON.stringify(body);
    for (const secret of [
      'Maya',
      'Lindqvist',
      'Long Road',
      '1234567',
      '700900123',
      `${who.user}@`,
      'angry',
      'too small',
    ])
      expect(text).not.toContain(secret);
    expect(body.traits.tier).toBe('gold');
    expect(body.identity.email).toBe('p•••@customer.example');
    expect(body.cart.items).toBe(1);
    expect((await ben.card(who.user)).body.traits.lastName).toBe('Lindqvist');
  });
});

test('whoever reads a card is written down, with what they read', async () => {
  const who = await withCart();
  await ben.card(who.user, { fields: 'cart,stage' });
  const reads = [...(await who.rows())].filter(([sk]) => sk.startsWith('READ#')).map(([, row]) => row);
  expect(reads).toMatchObject([{ by: 'ben', fields: ['cart', 'stage'] }]);
});
