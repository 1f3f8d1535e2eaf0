import { describe, expect, test } from 'vitest';
import { monday, reachable, story } from './river.ts';

const looked = {
  category: 'Trail running',
  products: [
    { product_id: 'runner', name: 'Trail Runner', price: 129.9 },
    { product_id: 'vest', name: 'Running Vest', price: 89 },
  ],
};
const ada = () => story('browse-abandonment').identifies(reachable);

describe('browse-abandonment', () => {
  test('Ada looks through a category and buys nothing: picks of it the next day', () => {
    const hers = ada().happens('Product List Viewed', looked).later('14 days');
    expect(hers.sent()).toEqual(['email category-picks after 24 h']);
    expect(hers.read()).toContain('Ada, picks from Trail running');
    expect(hers.read()).toContain('Running Vest');
    expect(hers.asked()).toEqual([]);
    expect(hers.ended()).toEqual(['completed']);
  });

  test('before the email she comes into a shop: its associates learn what she looked at, and the email still comes', () => {
    const hers = ada().happens('Product List Viewed', looked).later('5 hours').visits('berlin').later('10 days');
    expect(hers.asked()).toEqual(['store-associates after 5 h']);
    expect(hers.shown('alert')).toMatchObject({
      store: 'berlin',
      name: 'Ada',
      category: 'Trail running',
      products: ['Trail Runner', 'Running Vest'],
    });
    expect(hers.sent()).toEqual(['email category-picks after 24 h']);
  });

  test('after the email she comes into a shop: its associates learn whether she followed the link', () => {
    const hers = ada().happens('Product List Viewed', looked).later('26 hours').clicks('picks');
    hers.later('2 days').visits('hamburg').later('10 days');
    expect(hers.asked()).toEqual(['store-associates after 3 d 2 h']);
    expect(hers.shown('second-alert')).toMatchObject({ store: 'hamburg', 'followed our link': true });
    expect(hers.ended()).toEqual(['visited']);
  });

  test('she buys in the evening: nobody writes to her', () => {
    const hers = ada().happens('Product List Viewed', looked).later('9 hours');
    hers.happens('Order Completed', { order_id: 'o-1', revenue: 130 }).later('10 days');
    expect(hers.sent()).toEqual([]);
    expect(hers.ended()).toEqual(['Order Completed']);
    expect(hers.goals()).toEqual([1]);
  });

  test('she puts something into her cart: from then on the cart is what counts', () => {
    const both = story(['browse-abandonment', 'cart-abandonment']).identifies(reachable);
    both.happens('Product List Viewed', looked).later('1 hour');
    both.happens('Product Added', { cart_id: 'cart-1', product_id: 'vest', name: 'Running Vest', price: 89 });
    both.later('14 days');
    expect(both.sent()).toEqual(['email cart-reminder after 5 h', 'sms last-call after 29 h']);
    expect(both.ended()).toEqual(['Product Added', 'completed']);
  });

  test('she looks at something else meanwhile: one email, about what she saw last', () => {
    const hers = ada().happens('Product List Viewed', looked).later('3 hours');
    hers.happens('Product Viewed', { category: 'Tents', name: 'Two-person Tent', price: 240 }).later('14 days');
    expect(hers.sent()).toEqual(['email category-picks after 24 h']);
    expect(hers.read()).toContain('picks from Tents');
    expect(hers.read()).toContain('You looked at Two-person Tent');
  });

  test('without her consent nothing is written, but the shop still knows her', () => {
    const hers = story('browse-abandonment').identifies({ ...reachable, consent: {} });
    hers.happens('Product List Viewed', looked).later('2 days').visits('berlin').later('10 days');
    expect(hers.withheld()).toEqual(['no-consent']);
    expect(hers.asked()).toEqual(['store-associates after 2 d']);
  });

  test('without an address there is nowhere to write to', () => {
    const hers = story('browse-abandonment').identifies({ consent: { email: true, push: true } });
    hers.happens('Product List Viewed', looked).later('10 days');
    expect(hers.sent()).toEqual([]);
    expect(hers.withheld()).toEqual(['no-address']);
  });

  test('who has only the app gets a push message', () => {
    const hers = story('browse-abandonment').identifies({
      consent: { push: true },
      devices: [{ token: 'phone-1', platform: 'ios' }],
    });
    hers.happens('Product List Viewed', looked).later('10 days');
    expect(hers.sent()).toEqual(['push category-picks after 24 h']);
  });

  test('a look without a category starts nothing', () => {
    expect(ada().happens('Product Viewed', { name: 'Mug' }).later('10 days').ended()).toEqual([]);
  });

  test('a look at midnight is spoken of at nine in the morning', () => {
    const late = story('browse-abandonment', { at: monday + 13 * 3_600_000 }).identifies(reachable);
    late.happens('Product List Viewed', looked).later('10 days');
    // 22:00 + 24 h is outside the hours; 11 h later they open, and the picks have not expired.
    expect(late.sent()).toEqual(['email category-picks after 35 h']);
  });
});
