import { expect, test } from 'vitest';
import { flow, passTime, type River, source, type World } from '#core/flow';
import { segmentEntered, segmentLeft } from '#core/events';
import { JourneyDocument, planJourney } from '#core/journey';
import { emptyProfile } from '#core/profile';
import { compileSegment, nowhere, placeInSegments, SegmentDocument } from '#core/segment';
import type { Signal } from '#core/signal';
import { day, identify, monday, track } from './signals.ts';

const lapsed = SegmentDocument.parse({
  name: 'lapsed-buyers',
  when: ['profile.orders.count > 0', { since: 'profile.orders.lastAt', over: '60 days' }],
});
const live = [{ ...compileSegment(lapsed), fill: 1 }];

const winBack = JourneyDocument.parse({
  name: 'come-back',
  topic: 'news',
  triggers: [{ segment: 'lapsed-buyers', on: 'entered' }],
  exit: [{ on: segmentLeft, where: 'event.properties.segment = "lapsed-buyers"' }],
  steps: [
    { send: { message: 'we-miss-you', channels: ['email'] } },
    { wait: '7 days' },
    { send: { message: 'a-present', channels: ['email'] } },
  ],
});
const world: World = {
  journeys: [{ journey: winBack, plan: planJourney(winBack), version: 1, machine: 'machine' }],
  topics: { news: 'transactional' },
};

/** One customer with their segments: what the fold, the clock and the bus do between them. */
const customer = () => {
  let river: River = source('ada');
  let membership = nowhere;
  let before = emptyProfile();
  const look = (now: number): void => {
    const placed = placeInSegments({ before, after: river.profile, membership, live, now });
    ({ membership } = placed);
    before = river.profile;
    for (const { segment, on, isQuiet } of placed.moves)
      if (isQuiet !== true) take(track(on === 'entered' ? segmentEntered : segmentLeft, now, { segment }), now);
  };
  const take = (signal: Signal, now: number): void => {
    river = flow(river, signal, { world, now });
    look(now);
  };
  /** Whatever falls due first: a wait of a journey, or the minute somebody looks at the segments again. */
  const until = (end: number): void => {
    while (membership.due !== undefined && membership.due <= end) {
      const { due } = membership;
      river = passTime(river, due, world);
      look(due);
    }
    river = passTime(river, end, world);
  };
  return {
    take: (signal: Signal) => take(signal, Date.parse(signal.timestamp)),
    until,
    sent: () => river.sent.map(({ message, at }) => [message, Math.floor((at - monday) / day)]),
  };
};

const ada = identify(monday, { email: 'ada@example.com' });

test('who bought once and stays away for sixty days hears from us that day, and a week later again', () => {
  const who = customer();
  who.take(ada);
  who.take(track('Order Completed', monday, { revenue: 20 }));
  who.until(monday + 59 * day);
  expect(who.sent()).toEqual([]);
  who.until(monday + 100 * day);
  expect(who.sent()).toEqual([
    ['we-miss-you', 60],
    ['a-present', 67],
  ]);
});

test('who buys again after thirty days hears from us sixty days after that, and nothing more once they are back', () => {
  const who = customer();
  who.take(ada);
  who.take(track('Order Completed', monday, { revenue: 20 }));
  who.until(monday + 30 * day);
  who.take(track('Order Completed', monday + 30 * day, { revenue: 20 }));
  who.until(monday + 92 * day);
  expect(who.sent()).toEqual([['we-miss-you', 90]]);
  who.take(track('Order Completed', monday + 92 * day, { revenue: 20 }));
  who.until(monday + 120 * day);
  expect(who.sent()).toEqual([['we-miss-you', 90]]);
});
