import { randomUUID } from 'node:crypto';

/** What a shop's backend puts on the bus: Segment Spec calls, as its own source. */
export type ShopEvent = {
  readonly type: string;
  readonly event?: string;
  readonly userId: string;
  readonly [field: string]: unknown;
};

export type Shopper = {
  readonly userId: string;
  readonly firstName: string;
  readonly email: string;
  readonly phone: string;
  readonly timezone: string;
};

export const shoes = {
  product_id: 'trail-runner-42',
  sku: 'TR-42',
  name: 'Trail Runner, size 42',
  price: 129.9,
  quantity: 1,
  url: 'https://shop.example/p/trail-runner',
  image_url: 'https://shop.example/i/trail-runner.jpg',
  currency: 'EUR',
} as const;

const call = (fields: ShopEvent): ShopEvent => ({ messageId: randomUUID(), ...fields });

/** Who they are, how to reach them, and that they agreed to be reached. */
export const identifies = ({ userId, timezone, ...traits }: Shopper): ShopEvent =>
  call({
    type: 'identify',
    userId,
    traits: { ...traits, timezone, prefers: 'sms', consent: { email: true, sms: true } },
  });

export const addsToCart = (userId: string, cartId: string): ShopEvent =>
  call({ type: 'track', event: 'Product Added', userId, properties: { cart_id: cartId, ...shoes } });

/** An order as many shops send it: it says nothing of the cart, only what was bought. */
export const buys = (userId: string): ShopEvent => {
  const { currency, ...product } = shoes;
  return call({
    type: 'track',
    event: 'Order Completed',
    userId,
    properties: { order_id: `order-${randomUUID().slice(0, 8)}`, revenue: shoes.price, currency, products: [product] },
  });
};

export const changesConsent = (userId: string, channel: string, granted: boolean): ShopEvent =>
  call({ type: 'track', event: 'Consent Changed', userId, properties: { channel, granted, source: 'demo' } });
