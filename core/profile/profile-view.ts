import type { Json } from '#core/signal';

/** What conditions, messages and people read of a profile. Texts and dates may be absent, what is counted is 0. */
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
  /**
   * Whether one may send: `consent.email['*']` for the channel, `consent.email.promotions` for a topic. Absent = never said. On a topic
   * that asks for a double opt-in it is true once that is confirmed, where the topics are known: see `withConfirmation`.
   */
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
} & Partial<ContextView>;

/** What is worked out of a customer's signals: always there in what `viewProfile` gives. */
export type ContextView = {
  /** Why `consent` is what it is: `confirmed` and `granted` are a yes, `pending` is one that waits for its confirmation. */
  readonly consentStatus: { readonly [channel in Channel]?: { readonly [topic: string]: ConsentView } };
  /** Where they are on the way, and the rule that says so. */
  readonly stage: 'awareness' | 'consideration' | 'purchase' | 'post-purchase' | 'loyalty';
  readonly stageReason:
    | 'nothing-yet'
    | 'ordered-long-ago'
    | 'looked-around'
    | 'cart-open'
    | 'ordered-just-now'
    | 'order-delivered'
    | 'ordered-before'
    | 'orders-often';
  /** 1 (worst) to 5 by when they last ordered, how often and for how much; 0 without an order. */
  readonly rfm: { readonly recency: number; readonly frequency: number; readonly monetary: number };
  /** How many orders and visits, and how much money, in the last 24 hours and 7, 30 and 90 days (of UTC, today included). */
  readonly windows: { readonly orders: Windows; readonly spent: Windows; readonly visits: Windows };
  readonly satisfaction: {
    readonly csat: ScoreView;
    readonly nps: ScoreView;
    readonly ces: ScoreView;
    readonly rating: ScoreView;
  };
  /** -1 to 1, of chats, calls, reviews and posts. */
  readonly sentiment: ScoreView;
  readonly complaint: { readonly open: boolean; readonly count: number; readonly since?: string };
  /** The last products (ids) and categories looked at, newest first. */
  readonly browsing: { readonly products: readonly string[]; readonly categories: readonly string[] };
  /** What came back on each channel; of email what people did, as far as can be told. */
  readonly engagement: { readonly [channel in Channel]: Engagement };
};

type Windows = {
  readonly hours24: number;
  readonly days7: number;
  readonly days30: number;
  readonly days90: number;
};
type ScoreView = {
  readonly count: number;
  readonly last?: number;
  readonly average?: number;
  readonly lastAt?: string;
};
type Engagement = {
  readonly delivered: number;
  readonly opened: number;
  readonly clicked: number;
  readonly replied: number;
};

/** How things stand with one channel or topic. */
export type ConsentView = 'confirmed' | 'granted' | 'pending' | 'expired' | 'refused';

export type Channel = 'email' | 'sms' | 'push';

/** A product as the Segment e-commerce spec writes it; further fields are kept. */
export type CartProduct = { readonly product_id: string; readonly quantity: number; readonly [field: string]: Json };
