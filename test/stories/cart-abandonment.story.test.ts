import { describe, expect, test } from 'vitest';
import { reachable, story } from './river.ts';

const shoes = { cart_id: 'cart-1', product_id: 'shoes', name: 'Shoes', price: 80, quantity: 1 };

describe('cart-abandonment', () => {
  test('Ada leaves her cart: an email after 4 hours, an SMS a day later, and that is all', () => {
    const ada = story('cart-abandonment').identifies(reachable).happens('Product Added', shoes).later('4 days');
    expect(ada.sent()).toEqual(['email cart-reminder after 4 h', 'sms last-call after 28 h']);
    expect(ada.ended()).toEqual(['completed']);
  });

  test('Ben buys after 5 hours with an order that names no cart: he hears nothing more', () => {
    const ben = story('cart-abandonment').identifies(reachable).happens('Product Added', shoes).later('5 hours');
    ben
      .happens('Order Completed', { order_id: 'o-1', revenue: 80, products: [{ product_id: 'shoes' }] })
      .later('4 days');
    expect(ben.sent()).toEqual(['email cart-reminder after 4 h']);
    expect(ben.ended()).toEqual(['Order Completed']);
    expect(ben.goals()).toEqual([1]);
  });

  test('an order for something else changes nothing', () => {
    const ada = story('cart-abandonment').identifies(reachable).happens('Product Added', shoes).later('1 hour');
    ada.happens('Order Completed', { order_id: 'o-2', products: [{ product_id: 'socks' }] }).later('4 days');
    expect(ada.sent()).toHaveLength(2);
  });

  test('an order for the same cart ends it, whatever the product', () => {
    const ada = story('cart-abandonment').identifies(reachable).happens('Product Added', shoes).later('1 hour');
    ada.happens('Order Completed', { order_id: 'o-3', cart_id: 'cart-1' }).later('4 days');
    expect(ada.sent()).toEqual([]);
  });

  test('an emptied cart ends it', () => {
    const ada = story('cart-abandonment').identifies(reachable).happens('Product Added', shoes).later('1 hour');
    ada.happens('Product Removed', shoes).later('4 days');
    expect(ada.sent()).toEqual([]);
    expect(ada.ended()).toEqual(['profile.cart.items = 0']);
  });

  test('one more product begins the four hours anew', () => {
    const ada = story('cart-abandonment').identifies(reachable).happens('Product Added', shoes).later('3 hours');
    ada.happens('Product Added', { ...shoes, product_id: 'laces' }).later('4 days');
    expect(ada.sent()[0]).toBe('email cart-reminder after 7 h');
  });

  test('a click in the email ends it as responded', () => {
    const ada = story('cart-abandonment').identifies(reachable).happens('Product Added', shoes).later('6 hours');
    ada.clicks('reminder').later('4 days');
    expect(ada.sent()).toEqual(['email cart-reminder after 4 h']);
    expect(ada.ended()).toEqual(['responded']);
  });

  test('nobody who never agreed is written to', () => {
    const ada = story('cart-abandonment')
      .identifies({ ...reachable, consent: {} })
      .happens('Product Added', shoes)
      .later('4 days');
    expect(ada.sent()).toEqual([]);
    expect(ada.withheld()).toEqual(['no-consent', 'no-consent']);
    expect(ada.ended()).toEqual(['no-consent']);
  });

  test('without a phone number the last call has nowhere to go', () => {
    const { phone: _, ...noPhone } = reachable;
    const ada = story('cart-abandonment').identifies(noPhone).happens('Product Added', shoes).later('4 days');
    expect(ada.sent()).toEqual(['email cart-reminder after 4 h']);
    expect(ada.withheld()).toEqual(['no-consent']);
  });

  test('a cart left in the evening is spoken of in the morning, in the customer’s own zone', () => {
    const evening = Date.parse('2026-01-05T19:00:00Z');
    const ada = story('cart-abandonment', { at: evening }).identifies({ ...reachable, timezone: 'Europe/Paris' });
    ada.happens('Product Added', shoes).later('4 days');
    // 20:00 in Paris + 4 h is midnight; held until 08:00 in Paris, 12 h after the cart. A day later it is 08:00 again.
    expect(ada.sent()).toEqual(['email cart-reminder after 12 h', 'sms last-call after 36 h']);
  });

  test('what goes with the cart, and an offer made to her alone, are shown where the shop says what they are', () => {
    const laces = [{ name: 'Laces', price: 6 }];
    const offer = { text: 'Until Friday we pay the shipping.' };
    const ada = story('cart-abandonment').identifies({ ...reachable, related_products: laces, offer });
    ada.happens('Product Added', shoes).later('4 hours');
    expect(ada.read()).toContain('Laces');
    expect(ada.read()).toContain('Until Friday we pay the shipping.');
    const ben = story('cart-abandonment').identifies(reachable).happens('Product Added', shoes).later('4 hours');
    expect(ben.read()).not.toContain('Goes well with it');
  });

  test('an event without a cart id starts nothing', () => {
    const { cart_id: _, ...noCart } = shoes;
    const ada = story('cart-abandonment').identifies(reachable).happens('Product Added', noCart).later('4 days');
    expect(ada.ended()).toEqual([]);
  });

  test('the same cart may come back after seven days, not before', () => {
    const ada = story('cart-abandonment').identifies(reachable).happens('Product Added', shoes).later('3 days');
    ada.happens('Product Added', shoes).later('3 days');
    expect(ada.sent()).toHaveLength(2);
    ada.later('2 days').happens('Product Added', shoes).later('3 days');
    expect(ada.sent()).toHaveLength(4);
  });
});
