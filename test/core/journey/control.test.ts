import { describe, expect, test } from 'vitest';
import {
  channelNeeds,
  endOfSpan,
  isPaused,
  JourneyDocument,
  mayEnterNow,
  readRun,
  unmetNeeds,
  windowOf,
  writeRun,
} from '#core/journey';

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.parse('2026-01-05T12:00:00Z');

describe('an entry rate', () => {
  const perMinute = { most: 5, per: 'minute' } as const;
  test('counts by the second, the minute or the hour of the clock', () => {
    const at = noon + 17 * minute + 3456;
    expect(windowOf({ most: 1, per: 'second' }, at)).toBe(noon + 17 * minute + 3000);
    expect(windowOf(perMinute, at)).toBe(noon + 17 * minute);
    expect(windowOf({ most: 1, per: 'hour' }, at)).toBe(noon);
  });
  test('lets in what is left of it, and begins anew with the next window', () => {
    expect(mayEnterNow(perMinute, noon + 1, undefined)).toBe(5);
    expect(mayEnterNow(perMinute, noon + 1, { from: noon, count: 3 })).toBe(2);
    expect(mayEnterNow(perMinute, noon + 1, { from: noon, count: 9 })).toBe(0);
    expect(mayEnterNow(perMinute, noon + minute, { from: noon, count: 5 })).toBe(5);
  });
  test('of an hour is spread over its minutes', () => {
    const perHour = { most: 120, per: 'hour' } as const;
    expect(mayEnterNow(perHour, noon, undefined)).toBe(2);
    expect(mayEnterNow(perHour, noon + minute - 1, undefined)).toBe(2);
    expect(mayEnterNow(perHour, noon + minute, { from: noon, count: 2 })).toBe(2);
    expect(mayEnterNow(perHour, noon + 59 * minute, { from: noon, count: 0 })).toBe(120);
    expect(mayEnterNow({ most: 1, per: 'hour' }, noon, { from: noon - hour, count: 1 })).toBe(1);
  });
});

describe('a pause', () => {
  test('lasts until its journey is resumed', () => {
    expect([isPaused([]), isPaused([{ from: 1, to: 2 }]), isPaused([{ from: 1, to: 2 }, { from: 3 }])]).toEqual([
      false,
      false,
      true,
    ]);
  });
  test('does not count in a wait: what was left of it is left afterwards', () => {
    const pauses = [
      { from: 20, to: 30 },
      { from: 50, to: 55 },
    ];
    expect(endOfSpan(0, 10, pauses)).toBe(10);
    expect(endOfSpan(0, 20, pauses)).toBe(20);
    expect(endOfSpan(0, 21, pauses)).toBe(31);
    expect(endOfSpan(0, 40, pauses)).toBe(50);
    expect(endOfSpan(0, 41, pauses)).toBe(56);
    expect(endOfSpan(25, 5, pauses)).toBe(35);
    expect(endOfSpan(30, 5, pauses)).toBe(35);
    expect(endOfSpan(40, 11, pauses)).toBe(56);
    expect(endOfSpan(60, 5, pauses)).toBe(65);
  });
  test('that still lasts leaves open when a wait ends, unless it was to end before', () => {
    expect(endOfSpan(0, 30, [{ from: 20 }])).toBeUndefined();
    expect(endOfSpan(0, 20, [{ from: 20 }])).toBe(20);
    expect(endOfSpan(25, 1, [{ from: 20 }])).toBeUndefined();
    expect(endOfSpan(0, 30, [{ from: 5, to: 10 }, { from: 20 }])).toBeUndefined();
  });
});

test('a run is remembered as text, and read back', () => {
  const run = { journey: 'cart', version: 12, enrol: 'e1' };
  expect(writeRun(run)).toBe('cart#12#e1');
  expect(readRun('cart#12#e1')).toEqual(run);
  expect(readRun('')).toEqual({ journey: '', version: 0, enrol: '' });
});

test('a journey needs for each of its sends one of the channels it may use', () => {
  const journey = JourneyDocument.parse({
    name: 'j',
    topic: 't',
    triggers: [{ signal: 'A' }],
    steps: [
      { send: { message: 'm', channels: ['email', 'sms'] } },
      { wait: '1 day' },
      {
        branch: [
          {
            when: 'profile.orders.count > 1',
            then: [{ send: { message: 'm', channels: 'preferred', among: ['push'] } }],
          },
        ],
      },
    ],
  });
  const needs = channelNeeds(journey);
  expect(needs).toEqual([['email', 'sms'], ['push']]);
  expect(unmetNeeds(needs, ['sms', 'push'])).toEqual([]);
  expect(unmetNeeds(needs, ['email'])).toEqual([['push']]);
  expect(unmetNeeds(needs, [])).toEqual(needs);
});
