/**
 * What a profile sums up of its signals, as data: which events count, where a number stands, and between which values it
 * makes sense. Adding a line here is enough; profiles know it of older signals once they are folded again from the log.
 */

/** What is counted, or added up where there is an `amount`, in the windows below. */
export const MEASURES = {
  orders: { events: ['Order Completed'] },
  /** Money, in thousandths while it is stored. */
  spent: { events: ['Order Completed'], amount: ['revenue', 'total', 'value'] },
  visits: { events: ['Page Viewed', 'Screen Viewed', 'Product Viewed', 'Product List Viewed'] },
} as const satisfies Readonly<Record<string, Measure>>;
export type Measure = { readonly events: readonly string[]; readonly amount?: readonly string[] };
export type MeasureName = keyof typeof MEASURES;

/** Windows by the name conditions read: this many hours or (UTC) days, the current one included. */
export const WINDOWS = {
  hours24: { of: 'hours', length: 24 },
  days7: { of: 'days', length: 7 },
  days30: { of: 'days', length: 30 },
  days90: { of: 'days', length: 90 },
} as const;
export type WindowName = keyof typeof WINDOWS;

/** Answers and judgements: the property of that name, on any track event or on these only. */
export const SCORES = {
  csat: { from: 1, to: 5 },
  nps: { from: 0, to: 10 },
  ces: { from: 1, to: 7 },
  rating: { from: 1, to: 5, events: ['Product Reviewed', 'Review Submitted'] },
  /** Of a chat, a call, a review or a post: a number, or one of these words. */
  sentiment: { from: -1, to: 1, words: { negative: -1, neutral: 0, mixed: 0, positive: 1 } },
} as const satisfies Readonly<Record<string, Score>>;
export type Score = {
  readonly from: number;
  readonly to: number;
  readonly events?: readonly string[];
  readonly words?: Readonly<Record<string, number>>;
};
export type ScoreName = keyof typeof SCORES;

export const COMPLAINTS = {
  opened: ['Complaint Filed', 'Complaint Received', 'Complaint Opened'],
  closed: ['Complaint Resolved', 'Complaint Closed', 'Complaint Withdrawn'],
  /** The first of these there is tells complaints apart. */
  ids: ['complaint_id', 'case_id', 'ticket_id', 'order_id'],
} as const;

/** What came back on each channel. Opens and clicks of email count when a person made them. */
export const ENGAGEMENT = {
  email: {
    delivered: 'Email Delivered',
    opened: 'Email Opened',
    clicked: 'Email Link Clicked',
    replied: 'Email Replied',
  },
  sms: { delivered: 'SMS Delivered', opened: '', clicked: 'SMS Link Clicked', replied: 'SMS Received' },
  push: { delivered: 'Push Notification Received', opened: 'Push Notification Tapped', clicked: '', replied: '' },
} as const;
/** Counted only with the property `human: true`. */
export const HUMAN = ['Email Opened', 'Email Link Clicked'] as const;
/** A person did it then: hours of the day are learned from these. */
export const REACTIONS = [...HUMAN, 'SMS Received', 'SMS Link Clicked', 'Push Notification Tapped'] as const;
/** With fewer reactions an hour is chance. */
export const FEWEST_REACTIONS = 3;

/** How many of the last are remembered. */
export const VIEWED = {
  products: { events: ['Product Viewed', 'Product Clicked'], ids: ['product_id', 'id', 'sku'], most: 4 },
  categories: { events: ['Product Viewed', 'Product List Viewed'], ids: ['category', 'list_id'], most: 3 },
} as const;

const day = 86_400_000;

/** Scores from 5 down to 1: at most as long ago, at least as many, at least as much. */
export const RFM = {
  recency: [30 * day, 60 * day, 120 * day, 240 * day],
  frequency: [10, 5, 3, 2],
  monetary: [1000, 500, 200, 50],
} as const;

/** How long something counts for the stage of the journey. */
export const STAGE = {
  /** An order is on its way, until it is said to have arrived. */
  purchaseMs: 14 * day,
  postPurchaseMs: 180 * day,
  loyalty: { orders: 3, withinMs: 365 * day },
  considerationMs: 30 * day,
  delivered: ['Order Delivered', 'Order Fulfilled'],
  interest: [
    'Product Viewed',
    'Product Added',
    'Products Searched',
    'Product List Viewed',
    'Cart Viewed',
    'Checkout Started',
    'Product Added to Wishlist',
  ],
} as const;
