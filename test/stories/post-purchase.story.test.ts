import { describe, expect, test } from 'vitest';
import { reachable, story } from './river.ts';

const order = {
  order_id: 'o-17',
  revenue: 129.9,
  total: 136.4,
  currency: 'EUR',
  products: [{ product_id: 'runner', name: 'Trail Runner', price: 129.9, quantity: 1 }],
  complements: [{ name: 'Trail Gaiters', price: 25 }],
};
const this17 = { order_id: 'o-17' };
const ada = (traits = {}) =>
  story('post-purchase')
    .identifies({ ...reachable, ...traits })
    .happens('Order Completed', order);
/** Two days to the door. */
const delivered = (hers = ada()) =>
  hers.later('1 day').happens('Order Shipped', this17).later('1 day').happens('Order Delivered', this17);

describe('post-purchase', () => {
  test('Ada orders: confirmed at once, told when it leaves, asked how it was, and for a review as she is content', () => {
    const hers = delivered().later('3 days');
    hers.happens('Survey Answered', { order_id: 'o-17', csat: 5 }).later('30 days');
    expect(hers.sent()).toEqual([
      'email order-confirmation after 0 h',
      'email on-its-way after 24 h',
      'email survey after 5 d',
      'email review-request after 5 d',
      'email complements after 15 d',
    ]);
    expect(hers.read()).toContain('Trail Gaiters');
    expect(hers.ended()).toEqual(['completed']);
  });

  test('the confirmation says what was ordered', () => {
    expect(ada().read()).toContain('Trail Runner');
  });

  test('on her third order she is invited to the club instead of being shown more things', () => {
    const hers = story('post-purchase').identifies(reachable);
    hers.happens('Order Completed', { order_id: 'o-1' }).happens('Order Cancelled', { order_id: 'o-1' });
    hers.happens('Order Completed', { order_id: 'o-2' }).happens('Order Cancelled', { order_id: 'o-2' });
    delivered(hers.happens('Order Completed', order)).later('30 days');
    expect(hers.sent().at(-1)).toBe('email loyalty-invitation after 19 d');
  });

  test('a member is not invited again', () => {
    const hers = story('post-purchase').identifies({ ...reachable, loyalty_member: true });
    for (const id of ['o-1', 'o-2'])
      hers.happens('Order Completed', { order_id: id }).happens('Order Cancelled', { order_id: id });
    delivered(hers.happens('Order Completed', order)).later('30 days');
    expect(hers.sent().at(-1)).toBe('email complements after 19 d');
  });

  test('an unhappy answer ends it: no review, nothing to buy', () => {
    const hers = delivered().later('4 days').happens('Survey Answered', { order_id: 'o-17', csat: 2 }).later('30 days');
    expect(hers.sent().at(-1)).toBe('email survey after 5 d');
    expect(hers.ended()).toEqual(['unhappy']);
  });

  test('what the cart was reminded of is ordered: from then on it is the order that is spoken of', () => {
    const hers = story(['cart-abandonment', 'post-purchase']).identifies(reachable);
    hers.happens('Product Added', { cart_id: 'cart-1', product_id: 'runner', name: 'Trail Runner', price: 129.9 });
    hers
      .later('6 hours')
      .happens('Order Completed', { ...order, cart_id: 'cart-1' })
      .later('1 day');
    hers.happens('Order Shipped', this17).later('1 day').happens('Order Delivered', this17).later('4 days');
    expect(hers.sent()).toEqual([
      'email cart-reminder after 4 h',
      'email order-confirmation after 6 h',
      'email on-its-way after 30 h',
      'email survey after 5 d 6 h',
    ]);
    expect(hers.ended()).toEqual(['Order Completed', 'open']);
  });

  test('a very bad answer is the beginning of making it good', () => {
    const hers = delivered(
      story(['post-purchase', 'service-recovery']).identifies(reachable).happens('Order Completed', order),
    );
    hers.later('4 days').happens('Survey Answered', { order_id: 'o-17', csat: 1 }).later('1 hour');
    expect(hers.ended()).toEqual(['unhappy', 'open']);
    expect(hers.sent().at(-1)).toBe('email sorry after 6 d');
    expect(hers.shown('approval')).toMatchObject({ order: 'o-17', csat: 1, proposed: 'discount' });
  });

  test('no answer to the survey: no request for a review', () => {
    const hers = delivered().later('30 days');
    expect(hers.sent()).not.toContainEqual(expect.stringContaining('review-request'));
  });

  test('she cancels before it leaves: nothing more is said about it', () => {
    const hers = ada().later('3 hours').happens('Order Cancelled', this17).later('30 days');
    expect(hers.sent()).toEqual(['email order-confirmation after 0 h']);
    expect(hers.ended()).toEqual(['Order Cancelled']);
  });

  test('another order is another story', () => {
    const hers = ada().later('1 hour').happens('Order Completed', { order_id: 'o-18', total: 9 });
    hers.later('1 hour').happens('Order Cancelled', { order_id: 'o-18' }).later('1 hour');
    expect(hers.ended()).toEqual(['open', 'Order Cancelled']);
    expect(hers.goals()).toEqual([1, 0]);
  });

  test('nothing leaves for five days: she is told, somebody looks into it, and she still hears when it leaves', () => {
    const hers = ada().later('7 days').happens('Order Shipped', this17).later('1 hour');
    expect(hers.sent()).toEqual([
      'email order-confirmation after 0 h',
      'email delay after 5 d',
      'email on-its-way after 7 d',
    ]);
    expect(hers.asked()).toEqual(['service after 5 d']);
  });

  test('a parcel that never arrives is looked for by a person, and she is not asked how it was', () => {
    const hers = ada().later('1 day').happens('Order Shipped', this17).later('60 days');
    expect(hers.asked()).toEqual(['service after 15 d']);
    expect(hers.ended()).toEqual(['not-delivered']);
  });

  test('without any consent she still gets confirmation and shipping, and nothing else', () => {
    const hers = delivered(ada({ consent: {} })).later('30 days');
    expect(hers.sent()).toEqual(['email order-confirmation after 0 h', 'email on-its-way after 24 h']);
    expect(hers.withheld()).toEqual(['no-consent', 'no-consent']);
  });

  test('without an email address her phone hears that it is on its way', () => {
    const hers = story('post-purchase').identifies({ phone: '+447700900123' }).happens('Order Completed', order);
    delivered(hers);
    expect(hers.sent()).toEqual(['sms on-its-way after 24 h']);
    expect(hers.withheld()).toEqual(['no-address']);
  });

  test('the same order twice is one order', () => {
    const hers = ada().happens('Order Completed', order).later('1 hour');
    expect(hers.sent()).toEqual(['email order-confirmation after 0 h']);
  });
});
