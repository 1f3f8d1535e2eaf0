import type { Json } from '#core/signal';

/** What conditions, messages and people read of a profile. Everything here may be absent but `cart`, `consent`, `orders`, `seen`. */
export type ProfileView = {
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly email?: string;
  /** E.164 */
  readonly phone?: string;
  readonly firstName?: string;
  /** IANA zone, only if valid. */
  readonly timezone?: string;
  readonly prefers?: Channel;
  /** Device tokens for push, newest first. */
  readonly devices: readonly { readonly token: string; readonly platform: 'ios' | 'android' }[];
  readonly traits: { readonly [name: string]: Json };
  /** `consent.email['*']` for the channel, `consent.email.promotions` for a topic. Absent = never said. */
  readonly consent: { readonly [channel in Channel]?: { readonly [topic: string]: boolean } };
  readonly cart: {
    readonly id?: string;
    /** Number of different products in the cart. */
    readonly items: number;
    /** Sum of price × quantity where known. */
    readonly value: number;
    readonly currency?: string;
    readonly products: readonly CartProduct[];
  };
  readonly orders: { readonly count: number; readonly value: number; readonly lastAt?: string };
  /** By event name. */
  readonly seen: {
    readonly [event: string]: { readonly count: number; readonly firstAt: string; readonly lastAt: string };
  };
};

export type Channel = 'email' | 'sms' | 'push';

/** A product as the Segment e-commerce spec writes it; further fields are kept. */
export type CartProduct = { readonly product_id: string; readonly quantity: number; readonly [field: string]: Json };
