import { describe, expect, test } from 'vitest';
import { MESSAGE_VARIABLES, messageData, variablesOf } from '#core/message';
import type { ProfileView } from '#core/profile';

const profile: ProfileView = {
  userId: 'u1',
  email: 'maya@example.com',
  firstName: ' Maya ',
  devices: [{ token: 'secret-token', platform: 'ios' }],
  traits: { plan: 'gold' },
  consent: { email: { '*': true } },
  cart: {
    items: 2,
    value: 60,
    products: [
      {
        product_id: 'a',
        quantity: 1,
        name: 'Boots',
        price: '49.90',
        url: 'https://shop.example/a',
        image_url: 'http://shop.example/a.jpg',
      },
      { product_id: 'b', quantity: 2, name: { nasty: true }, price: 'ask us', url: 'javascript:alert(1)' },
    ],
  },
  orders: { count: 0, value: 0 },
  seen: {},
};
const brand = { name: 'Northwind', url: 'https://shop.example' };

describe('what a message may read', () => {
  test('a product without a real name, price or https link is one without them', () => {
    const { cart } = messageData(profile, { brand, entry: {} });
    expect(cart['products']).toEqual([
      { product_id: 'a', quantity: 1, name: 'Boots', price: 49.9, url: 'https://shop.example/a' },
      { product_id: 'b', quantity: 2 },
    ]);
  });

  test.each([
    [{ properties: { checkout_url: 'https://shop.example/checkout/9' } }, 'https://shop.example/checkout/9'],
    [{ properties: { cart_url: 'http://shop.example/insecure' } }, 'https://shop.example/a'],
    [{}, 'https://shop.example/a'],
  ])('the way back to the cart comes from %j', (entry, url) => {
    expect(messageData(profile, { brand, entry }).cart['url']).toBe(url);
  });

  test('without any link of the cart, the way back is the shop itself', () => {
    const bare = { ...profile, cart: { ...profile.cart, products: [] } };
    expect(messageData(bare, { brand, entry: {} }).cart['url']).toBe('https://shop.example');
  });

  test('no device token and no consent record', () => {
    const said = JSON.stringify(messageData(profile, { brand, entry: {} }));
    expect(said).not.toContain('secret-token');
    expect(said).not.toContain('consent');
  });

  test('no variable beyond the published list', () => {
    const data = messageData(profile, {
      brand: { ...brand, address: 'x' },
      entry: {},
      unsubscribeUrl: 'https://x.example',
    });
    const paths = Object.keys(data.profile).map((key) => `profile.${key}`);
    for (const path of paths) expect(MESSAGE_VARIABLES.some((known) => known.startsWith(path))).toBe(true);
  });
});

test('a message lists the variables it reads, loops left out', () => {
  expect(
    variablesOf({
      channel: 'email',
      subject: '{{ profile.firstName | default: "you" }}',
      html: '{% for item in cart.products %}{{ item.name }}{% endfor %}{{ unsubscribe_url }}',
      text: '{% assign n = cart.items %}{{ n }}{% if entry.properties[cart.id] %}x{% endif %}',
    }),
  ).toEqual(['cart.id', 'cart.items', 'cart.products', 'entry.properties.*', 'profile.firstName', 'unsubscribe_url']);
});
