import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOf, emptyProfile, foldSignal, viewProfile } from '#core/profile';
import type { Signal } from '#core/signal';
import { anySignal, day, identify, monday, profileOf, track } from '../segment/signals.ts';

const hour = 3_600_000;
const viewAt = (now: number, ...signals: readonly Signal[]) => viewProfile(profileOf(...signals), now);

describe('what is worked out of a customer’s signals', () => {
  test('is the same in whatever order the signals come', () => {
    fc.assert(
      fc.property(fc.array(anySignal, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (signals, chance) => {
        const shuffled = signals
          .map((signal) => ({ signal, rank: chance.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ signal }) => signal);
        const [one, other] = [profileOf(...signals), profileOf(...shuffled)];
        expect(viewProfile(other, monday)).toEqual(viewProfile(one, monday));
        expect(viewProfile(other)).toEqual(viewProfile(one));
      }),
    );
  });

  test('changes with time only at the instants that are foretold', () => {
    fc.assert(
      fc.property(fc.array(anySignal, { maxLength: 15 }), fc.integer({ min: 0, max: 400 * 24 }), (signals, hours) => {
        const profile = profileOf(...signals);
        const now = monday + hours * hour;
        const instants = (['stage', 'rfm', 'windows'] as const).flatMap((timed) => changesOf(profile, timed));
        const next = Math.min(...instants.filter((at) => at > now), now + 500 * day);
        const timed = (at: number) => {
          const { stage, stageReason, rfm, windows } = viewProfile(profile, at);
          return { stage, stageReason, rfm, windows };
        };
        expect(timed(next - 1)).toEqual(timed(now));
      }),
    );
  });

  test('of a stranger is nothing', () => {
    expect(viewProfile(emptyProfile(), monday)).toMatchObject({
      stage: 'awareness',
      stageReason: 'nothing-yet',
      rfm: { recency: 0, frequency: 0, monetary: 0 },
      complaint: { open: false, count: 0 },
      sentiment: { count: 0 },
      browsing: { products: [], categories: [] },
    });
  });
});

describe('windows', () => {
  const order = (at: number) => track('Order Completed', at, { revenue: 19.99 });

  test('count what lies in them, and the money of it', () => {
    const signals = [monday - hour, monday - 3 * day, monday - 20 * day, monday - 80 * day, monday - 100 * day];
    const { windows } = viewAt(monday, ...signals.map(order));
    expect(windows.orders).toEqual({ hours24: 1, days7: 2, days30: 3, days90: 4 });
    expect(windows.spent).toEqual({ hours24: 19.99, days7: 39.98, days30: 59.97, days90: 79.96 });
  });

  test('empty themselves while nothing happens', () => {
    const profile = profileOf(order(monday));
    const ordersAt = (now: number) => viewProfile(profile, now).windows.orders;
    expect(ordersAt(monday + 23 * hour)).toMatchObject({ hours24: 1 });
    expect(ordersAt(monday + 24 * hour)).toMatchObject({ hours24: 0, days7: 1 });
    expect(ordersAt(monday + 90 * day)).toEqual({ hours24: 0, days7: 0, days30: 0, days90: 0 });
  });

  test('stay small, however long a customer comes', () => {
    const visits = Array.from({ length: 1000 }, (_, n) => track('Page Viewed', monday + n * 5 * hour));
    const { facts } = profileOf(...visits);
    expect(JSON.stringify(facts?.windows).length).toBeLessThan(600);
  });
});

describe('a complaint', () => {
  const filed = (at: number, properties = {}) => track('Complaint Filed', at, properties);

  test('is open until that one is resolved', () => {
    const [one, two] = [filed(monday, { case_id: '1' }), filed(monday + hour, { case_id: '2' })];
    const resolved = track('Complaint Resolved', monday + 2 * hour, { case_id: '1' });
    expect(viewAt(monday, one, two).complaint).toEqual({ open: true, count: 2, since: '2026-01-05T09:00:00.000Z' });
    expect(viewAt(monday, resolved, two, one).complaint).toMatchObject({ open: true, count: 1 });
  });

  test('is closed with all others when nobody says which', () => {
    const closed = track('Complaint Closed', monday + hour);
    expect(viewAt(monday, filed(monday, { case_id: '1' }), filed(monday), closed).complaint.open).toBe(false);
    expect(viewAt(monday, closed, filed(monday + 2 * hour, { case_id: '1' })).complaint.open).toBe(true);
  });
});

describe('answers', () => {
  test('of one survey the last counts, once, in whatever order they are heard', () => {
    const said = [
      track('Survey Answered', monday, { csat: 2 }),
      track('Survey Answered', monday + 1, { csat: 4, replaces: 2 }),
      track('Survey Answered', monday + 2, { csat: 5, replaces: 4 }),
    ];
    for (const order of [said, said.toReversed(), [said[1]!, said[2]!, said[0]!]])
      expect(viewAt(monday, ...order).satisfaction.csat).toMatchObject({ count: 1, last: 5, average: 5 });
    expect(viewAt(monday, said[1]!).satisfaction.csat).toEqual({ count: 0 });
  });

  test('only of a survey of ours may an answer replace another', () => {
    const said = [track('Chat Ended', monday, { csat: 2 }), track('Chat Ended', monday + 1, { csat: 4, replaces: 2 })];
    expect(viewAt(monday, ...said).satisfaction.csat).toMatchObject({ count: 2 });
  });

  test('are known by the last and on average', () => {
    const said = [5, 2, 4].map((csat, n) => track('Survey Answered', monday + n, { csat }));
    expect(viewAt(monday, ...said).satisfaction.csat).toEqual({
      count: 3,
      last: 4,
      average: 3.667,
      lastAt: '2026-01-05T09:00:00.002Z',
    });
  });

  test.each([{ csat: 9 }, { csat: 'fine' }, { csat: null }, { nps: -1 }])(
    'outside their scale say nothing: %j',
    (said) => {
      const { satisfaction } = viewAt(monday, track('Survey Answered', monday, said));
      expect([satisfaction.csat.count, satisfaction.nps.count]).toEqual([0, 0]);
    },
  );

  test('sentiment is a number or a word', () => {
    const said = [
      track('Chat Ended', monday, { sentiment: 'Negative' }),
      track('Call Ended', monday + 1, { sentiment: 0.5 }),
    ];
    expect(viewAt(monday, ...said).sentiment).toMatchObject({ count: 2, last: 0.5, average: -0.25 });
  });
});

describe('the best hour', () => {
  const opened = (at: string, human = true) => track('Email Opened', Date.parse(at), { human });
  const opens = ['2026-01-05T18:10:00Z', '2026-01-06T18:50:00Z', '2026-01-07T07:00:00Z'].map((at) => opened(at));

  test('is the hour on the customer’s own clock at which they react', () => {
    const profile = profileOf(...opens, identify(monday, { timezone: 'Asia/Kolkata' }));
    // 18:30 UTC is midnight in India.
    expect(viewProfile(profile).traits['best_hour']).toBe(0);
  });

  test('is nothing without a zone, with few reactions, or by programs', () => {
    const zone = identify(monday, { timezone: 'Europe/Berlin' });
    const machines = Array.from({ length: 5 }, (_, n) => opened(`2026-01-0${n + 1}T18:00:00Z`, false));
    for (const signals of [opens, [zone, ...opens.slice(1)], [zone, ...machines]])
      expect(viewAt(monday, ...signals).traits['best_hour']).toBeUndefined();
  });

  test('is what the customer said, where they said it', () => {
    const said = identify(monday, { timezone: 'Europe/Berlin', best_hour: 7 });
    expect(viewAt(monday, said, ...opens).traits['best_hour']).toBe(7);
  });
});

describe('the stage', () => {
  const order = (at: number) => track('Order Completed', at, { revenue: 10 });
  const stage = (now: number, ...signals: readonly Signal[]) => {
    const view = viewAt(now, ...signals);
    return `${view.stage}: ${view.stageReason}`;
  };

  test('follows a customer from the first look to loyalty, and back', () => {
    const looked = track('Product Viewed', monday, { product_id: 'a' });
    expect(stage(monday, track('Page Viewed', monday))).toBe('awareness: nothing-yet');
    expect(stage(monday, looked)).toBe('consideration: looked-around');
    expect(stage(monday + 30 * day, looked)).toBe('awareness: nothing-yet');
    expect(stage(monday + 90 * day, track('Product Added', monday, { product_id: 'a' }))).toBe(
      'consideration: cart-open',
    );
    const first = order(monday);
    expect(stage(monday, first)).toBe('purchase: ordered-just-now');
    expect(stage(monday + 20 * day, first)).toBe('post-purchase: ordered-before');
    expect(stage(monday + 2 * day, first, track('Order Delivered', monday + day))).toBe(
      'post-purchase: order-delivered',
    );
    const three = [first, order(monday + day), order(monday + 2 * day)];
    expect(stage(monday + 20 * day, ...three)).toBe('loyalty: orders-often');
    expect(stage(monday + 400 * day, ...three)).toBe('awareness: ordered-long-ago');
  });
});

test('engagement counts what people did, channel by channel', () => {
  const events = ['Email Delivered', 'Email Delivered', 'SMS Delivered', 'SMS Received'].map((e, n) =>
    track(e, monday + n),
  );
  const opens = [true, true, false].map((human, n) => track('Email Opened', monday + n, { human }));
  const { engagement } = viewAt(monday, ...events, ...opens, track('Email Link Clicked', monday, { human: true }));
  expect(engagement.email).toEqual({ delivered: 2, opened: 2, clicked: 1, replied: 0 });
  expect(engagement.sms).toEqual({ delivered: 1, opened: 0, clicked: 0, replied: 1 });
});

test('the last products and categories looked at are known, each once', () => {
  const looks = ['a', 'b', 'a', 'c', 'd', 'e'].map((id, n) =>
    track('Product Viewed', monday + n, { product_id: id, category: id }),
  );
  expect(viewAt(monday, ...looks).browsing).toEqual({ products: ['e', 'd', 'c', 'a'], categories: ['e', 'd', 'c'] });
});

test('a signal that is summed up nowhere costs nothing', () => {
  const profile = foldSignal(emptyProfile(), track('Something Else', monday));
  expect(profile.facts).toBeUndefined();
});
