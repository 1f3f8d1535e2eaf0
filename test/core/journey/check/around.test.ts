import { describe, expect, test } from 'vitest';
import { around, fine, refused, told, warned } from './checked.ts';

const trigger = (fields: object) => told({ triggers: [fields] });

describe('a trigger', () => {
  test('has a key its event carries', () => {
    expect(trigger({ signal: 'Order Completed', key: 'properties.order_id' })).toEqual(fine);
    expect(trigger({ signal: 'Order Completed', key: 'properties.checkout_id' })).toEqual(fine);
    expect(trigger({ signal: 'Order Completed', key: 'properties.cart_id' }).warnings[0]).toMatch(
      /^triggers\.0\.key: `Order Completed` has no `cart_id` in the Segment Spec, and an event without its key starts nothing\. Known: `checkout_id`, /,
    );
    expect(trigger({ signal: 'Order Completed', key: 'properties.ordr_id' }).warnings[0]).toMatch(
      /Did you mean `order_id`\?$/,
    );
    expect(trigger({ signal: ['Product Added', 'Checkout Started'], key: 'properties.cart_id' })).toEqual(fine);
    expect(trigger({ signal: 'Something Of Ours', key: 'properties.anything' })).toEqual(fine);
    expect(trigger({ signal: 'Order Completed', key: 'traits.anything' })).toEqual(fine);
  });
  test('has a key that is a path in the event', () => {
    const path = (key: string) => trigger({ signal: 'Order Completed', key }).mistakes;
    expect(path('order_id')).toEqual([
      'triggers.0.key: A key is a path in the event, such as `properties.cart_id`. Did you mean `properties.order_id`?',
    ]);
    expect(path('propertis.order_id')[0]).toMatch(/Did you mean `properties\.order_id`\?$/);
    expect(path('properties')[0]).toMatch(/^triggers\.0\.key: A key is a path in the event/);
    expect(trigger({ api: true, key: 'ticket' }).mistakes[0]).toMatch(/Did you mean `properties\.ticket`\?$/);
  });
  test('has the name of an event everybody knows, or quite another', () => {
    const near = (name: string) => trigger({ signal: [name] }).warnings;
    expect(near('Order Completd')).toEqual([
      'triggers.0.signal.0: No event of the Segment Spec is called `Order Completd`. Did you mean `Order Completed`?',
    ]);
    expect(near('order completed')).toHaveLength(1);
    expect(near('Product Rated')).toEqual([]);
    expect(trigger({ signal: 'Cart Veiwed' }).warnings).toEqual([
      'triggers.0.signal: No event of the Segment Spec is called `Cart Veiwed`. Did you mean `Cart Viewed`?',
    ]);
  });
  test('has a condition over the customer and the event', () => {
    expect(
      trigger({ signal: 'Order Completed', where: 'event.properties.total > 3 and profile.orders.count > 1' }),
    ).toEqual(fine);
    expect(trigger({ signal: 'Order Completed', where: 'false' }).mistakes[0]).toMatch(
      /^triggers\.0\.where: This can never hold/,
    );
    expect(trigger({ signal: 'Order Completed', where: 'event.properties.totla > 3' }).warnings).toHaveLength(1);
    expect(trigger({ segment: 'vip', where: 'entry.event = "x"' }).mistakes).toHaveLength(1);
  });
  test('is one kind of thing', () => {
    expect(trigger({ segmnt: 'vip' }).mistakes).toEqual(['triggers.0: This is no trigger. Did you mean `segment`?']);
    expect(trigger({ schedule: 'every day', segment: 'all' }).mistakes[0]).toMatch(
      /^triggers\.0\.schedule: Write a schedule as EventBridge/,
    );
    expect(trigger({ schedule: 'rate(1 day)' }).mistakes).toEqual(['triggers.0.segment: `segment` is missing.']);
    expect(trigger({ schedule: 'rate(1 day)', segment: 'all' })).toEqual(fine);
    expect(trigger({ segment: 'vip', on: 'entred' }).mistakes).toEqual([
      'triggers.0.on: `entred` is not possible here. Did you mean `entered`?',
    ]);
  });
  test('names a journey there is', () => {
    const by = (journey: string) =>
      told({ triggers: [{ journey }] }, { ...around, journeys: { other: { triggers: [] } } });
    expect(by('other')).toEqual(fine);
    expect(by('othr')).toEqual(warned('triggers.0.journey: There is no journey `othr`. Did you mean `other`?'));
    expect(trigger({ journey: 'anything' })).toEqual(fine);
  });
});

describe('an exit', () => {
  const exit = (fields: object) => told({ exit: [fields] });
  test('by a condition must be able to become true', () => {
    expect(exit({ when: 'profile.orders.count > 3' })).toEqual(fine);
    expect(exit({ when: '1 = 1' })).toEqual(
      refused(
        'exit.0.when: This holds for everybody as they enter, so it never becomes true. Compare something that changes.',
      ),
    );
    expect(exit({ when: 'false' }).mistakes[0]).toMatch(/^exit\.0\.when: This can never hold/);
    expect(exit({ when: 'entry.event = "a"' }).mistakes[0]).toMatch(/"entry" is nothing an expression can read/);
  });
  test('by an event about the same thing needs a property both have', () => {
    expect(exit({ on: 'Order Cancelled', same: ['order_id'] })).toEqual(fine);
    expect(exit({ on: 'Order Cancelled', same: ['cart_id', 'order_id'] })).toEqual(fine);
    expect(exit({ on: 'Order Cancelled', same: ['products.product_id'] })).toEqual(fine);
    expect(exit({ on: 'Product Added', same: ['products.product_id'] })).toEqual(fine);
    expect(exit({ on: 'Something Of Ours', same: ['order_id'] })).toEqual(fine);
    expect(exit({ on: 'Order Cancelled', same: ['cart_id'] })).toEqual(
      warned(
        'exit.0.same: By the Segment Spec no path of `same` is in both the entry and the event, so they are never the same. Known: `order_id`.',
      ),
    );
    expect(exit({ on: 'Order Cancelled', same: ['properties.order_id'] })).toEqual(
      refused('exit.0.same.0: `same` begins with a property: write `order_id`.'),
    );
  });
  test('by an event about the same product needs the path of a product', () => {
    expect(exit({ on: 'Order Cancelled', same: ['order_id.product_id'] })).toEqual(fine);
    expect(exit({ on: 'Order Cancelled', same: ['products'] })).toEqual(fine);
    expect(exit({ on: 'Product Added', same: ['products'] }).warnings).toHaveLength(1);
    expect(exit({ on: 'Product Added', same: ['products.colour_of_ours'] }).warnings).toHaveLength(1);
    expect(exit({ on: 'Product Added', same: ['others.product_id'] }).warnings).toHaveLength(1);
  });
  test('by an event reads what such an event carries', () => {
    expect(exit({ on: 'Order Cancelled', where: 'event.properties.order_di = 1' })).toEqual(
      warned('exit.0.where: No such event carries `order_di` by the Segment Spec. Did you mean `order_id`?'),
    );
    expect(exit({ on: 'Order Cancelled', where: 'entry.properties.order_di = 1' })).toEqual(
      warned(
        'exit.0.where: No trigger of this journey carries `order_di` by the Segment Spec. Did you mean `order_id`?',
      ),
    );
    expect(exit({ on: 'Order Cancelled', where: 'profile.traits.order_di = 1' })).toEqual(fine);
    expect(exit({ on: 'Something Of Ours', where: 'event.properties.order_di = 1' })).toEqual(fine);
  });
  test('names its event rightly', () =>
    expect(exit({ on: 'Order Cancelld' })).toEqual(warned(/^exit\.0\.on: No event of the Segment Spec is called/)));
});

describe('a goal', () => {
  const goal = (fields: object) => told({ goals: [{ on: 'Order Completed', within: '1 day', ...fields }] });
  test('has time and a worth', () => {
    expect(goal({ value: 'event.properties.revenue' })).toEqual(fine);
    expect(goal({ within: '0 days' })).toEqual(refused('goals.0.within: A goal needs some time: write `7 days`.'));
    expect(goal({ value: 'event.properties.revenu' })).toEqual(
      warned(/^goals\.0\.value: No such event carries `revenu`/),
    );
    expect(goal({ on: 'Order Complete' })).toEqual(warned(/^goals\.0\.on: No event/));
    expect(goal({ value: 'steps.a.status' }).mistakes).toHaveLength(1);
    expect(goal({ where: 'event.properties.revenue > 100' })).toEqual(fine);
    expect(goal({ where: 'event.properties.revenu > 100' })).toEqual(warned(/^goals\.0\.where: No such event carries/));
    expect(goal({ where: 'steps.a.status = "sent"' }).mistakes).toHaveLength(1);
  });
});

describe('a window', () => {
  const window = (fields: object) => told({ window: { from: '08:00', to: '20:00', zone: 'customer', ...fields } });
  test('opens', () => {
    expect(window({ to: '08:00' })).toEqual(
      refused('window: The window opens and closes at the same time; give it some hours.'),
    );
    expect(window({ per: { sms: { from: '10:00', to: '10:00' } } })).toEqual(
      refused('window.per.sms: The window opens and closes at the same time; give it some hours.'),
    );
    expect(window({ from: '22:00', to: '06:00' })).toEqual(fine);
  });
  test('is not shut for longer than a message is held', () => {
    const days = ['mon', 'tue', 'wed', 'thu', 'fri'];
    expect(window({ days })).toEqual(
      warned(
        'window.days: The window can be shut for 60 hours, and a message is held for less: what comes just after closing is skipped. Write `atMost: 60 hours`.',
      ),
    );
    expect(window({ days, atMost: '60 hours' })).toEqual(fine);
    expect(window({ days, atMost: '59 hours' })).toEqual(
      warned(/^window\.atMost: The window can be shut for 60 hours/),
    );
    expect(window({ days, otherwise: 'skip' })).toEqual(fine);
    expect(window({ closed: ['2026-12-25', '2026-12-26'] })).toEqual(warned(/can be shut for 60 hours/));
    expect(window({ days, closed: ['2026-12-25'] })).toEqual(warned(/can be shut for 84 hours/));
    expect(window({ closed: ['2026-12-25'] })).toEqual(warned(/can be shut for 36 hours/));
    expect(window({ from: '09:00', to: '08:30', atMost: '20 minutes' })).toEqual(
      warned(/can be shut for 1 hour, and .* Write `atMost: 1 hour`\.$/),
    );
    expect(window({ atMost: '11 hours' })).toEqual(warned(/^window\.atMost: The window can be shut for 12 hours/));
    expect(window({ atMost: '12 hours' })).toEqual(fine);
  });
  test('of a channel opens, too', () => {
    for (const channel of ['email', 'sms', 'push'])
      expect(window({ per: { [channel]: { from: '10:00', to: '10:00' } } })).toEqual(
        refused(`window.per.${channel}: The window opens and closes at the same time; give it some hours.`),
      );
  });
  test('is shut for as long as its minutes say', () => {
    expect(window({ from: '08:30', to: '08:00', atMost: '29 minutes' })).toEqual(warned(/can be shut for 1 hour, and/));
    expect(window({ from: '08:30', to: '08:00', atMost: '30 minutes' })).toEqual(fine);
    expect(window({ from: '08:00', to: '08:30', atMost: '23 hours' })).toEqual(warned(/can be shut for 24 hours/));
  });
  test('is shut from before a closed day until after it', () => {
    // Thursday and Friday are closed, then comes the weekend: from Wednesday 20:00 to Monday 08:00.
    const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'];
    expect(window({ days: weekdays, closed: ['2026-12-24', '2026-12-25'] })).toEqual(
      warned(/can be shut for 108 hours/),
    );
    expect(window({ days: weekdays, closed: ['2026-12-28'] })).toEqual(warned(/can be shut for 84 hours/));
    expect(window({ days: ['mon'], closed: ['2026-12-28'], atMost: '13 days' })).toEqual(
      warned(/^window\.atMost: The window can be shut for 324 hours/),
    );
  });
  test('opens within a year', () => {
    const mondays = Array.from({ length: 60 }, (_, n) =>
      new Date(Date.UTC(2026, 0, 5) + n * 7 * 86_400_000).toISOString().slice(0, 10),
    );
    expect(window({ days: ['mon'], closed: mondays })).toEqual(
      refused('window.closed: The window is closed on every day for a year; leave some open.'),
    );
    expect(window({ days: ['mon'], closed: mondays.slice(0, 50), otherwise: 'skip' })).toEqual(fine);
  });
  test('has days there are', () => {
    expect(window({ closed: ['2026-02-30'] })).toEqual(
      refused('window.closed.0: Write a day as "2026-12-25", in quotes.'),
    );
    expect(window({ days: ['mon', 'tu'] }).mistakes).toEqual([
      'window.days.1: `tu` is not possible here. Did you mean `tue`?',
    ]);
    expect(window({ days: [] }).mistakes).toHaveLength(1);
  });
});

test('a journey may open or close alone', () => {
  for (const open of [{ from: '2026-11-27T00:00:00Z' }, { until: '2026-11-27T00:00:00Z' }, {}])
    expect(told({ open })).toEqual(fine);
});

test('a journey closes after it opened', () => {
  const open = (from: string, until: string) => told({ open: { from, until } });
  expect(open('2026-11-27T00:00:00+01:00', '2026-12-01T00:00:00+01:00')).toEqual(fine);
  expect(open('2026-11-27T00:00:00+01:00', '2026-11-26T23:00:01Z')).toEqual(fine);
  expect(open('2026-11-27T00:00:00+01:00', '2026-11-26T23:00:00Z')).toEqual(
    refused('open.until: Nobody can enter: `until` is not after `from`. Write a later instant.'),
  );
  expect(told({ open: { from: 'tomorrow' } }).mistakes).toHaveLength(1);
});

test('what is too deep, too large or within itself is told as such', () => {
  let steps: object[] = [{ wait: '1 hour' }];
  for (let depth = 0; depth < 40; depth++) steps = [{ branch: [{ when: 'true', then: steps }] }];
  expect(told({ steps })).toEqual(refused(/^: This is more than 100 levels deep/));
  const loop: unknown[] = [];
  loop.push({ branch: [{ when: 'true', then: loop }] });
  expect(told({ steps: loop })).toEqual(refused(/^: This is more than 100 levels deep/));
  expect(told({ steps: Array.from({ length: 60_000 }, () => 1) })).toEqual(
    refused(/^: This is more than 50,000 values long/),
  );
  let deep: unknown = 1;
  for (let depth = 0; depth < 20_000; depth++) deep = [deep];
  expect(told({ steps: deep }).mistakes).toHaveLength(1);
});

test('a journey of thousands of steps in a row is read', () => {
  const steps = Array.from({ length: 3_000 }, (_, i) => ({ id: `w-${i}`, wait: '1 hour' }));
  expect(told({ steps })).toEqual(fine);
});
