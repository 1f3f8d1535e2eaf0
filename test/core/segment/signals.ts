import * as fc from 'fast-check';
import { emptyProfile, foldSignal, type Profile } from '#core/profile';
import type { JsonObject, Signal } from '#core/signal';

export const day = 86_400_000;
export const monday = Date.parse('2026-01-05T09:00:00Z');

let ids = 0;
export const track = (event: string, at: number, properties: JsonObject = {}): Signal => ({
  messageId: `m-${++ids}`,
  type: 'track',
  event,
  timestamp: new Date(at).toISOString(),
  subject: { user: 'ada' },
  properties,
  traits: {},
  context: {},
});

export const identify = (at: number, traits: JsonObject): Signal => ({
  ...track('Identified', at),
  type: 'identify',
  traits,
});

export const profileOf = (...signals: readonly Signal[]): Profile => signals.reduce(foldSignal, emptyProfile());

/** Everything that is summed up, in a quarter of a year. */
export const anySignal: fc.Arbitrary<Signal> = fc
  .record({
    at: fc.integer({ min: monday - 100 * day, max: monday }),
    what: fc.constantFrom<readonly [string, JsonObject]>(
      ['Order Completed', { revenue: 19.99 }],
      ['Order Completed', { total: '120' }],
      ['Order Delivered', {}],
      ['Product Viewed', { product_id: 'a', category: 'shoes' }],
      ['Product Viewed', { product_id: 'b', category: 'hats' }],
      ['Product Viewed', { product_id: 'c' }],
      ['Product Viewed', { product_id: 'd', category: 'bags' }],
      ['Product Viewed', { product_id: 'e', category: 'socks' }],
      ['Product Added', { product_id: 'a', price: 3 }],
      ['Product Removed', { product_id: 'a' }],
      ['Complaint Filed', { case_id: '1' }],
      ['Complaint Filed', {}],
      ['Complaint Resolved', { case_id: '1' }],
      ['Complaint Closed', {}],
      ['Survey Answered', { csat: 1, nps: 3 }],
      ['Survey Answered', { csat: 5, ces: 7 }],
      ['Chat Ended', { sentiment: 'negative' }],
      ['Call Ended', { sentiment: 0.4 }],
      ['Email Delivered', {}],
      ['Email Opened', { human: true }],
      ['Email Opened', { human: false }],
      ['Email Link Clicked', { human: true }],
      ['SMS Received', { text: 'hi' }],
    ),
    spread: fc.constantFrom(1, 3_600_000, day),
  })
  .map(({ at, what: [event, properties], spread }) => track(event, Math.floor(at / spread) * spread, properties));
