import fc from 'fast-check';
import type { JourneyDocument } from '#core/journey';

const email = { message: 'cart-reminder', channels: ['email'] };
const text = { message: 'last-call', channels: 'preferred', among: ['sms', 'push'] };

const waits = fc.constantFrom('1 minute', '5 minutes', '1 hour', '4 hours', '1 day', '3 days');
const conditions = fc.constantFrom(
  'profile.orders.count > 0',
  'profile.cart.items > 1',
  'profile.prefers = "sms"',
  'profile.orders.count = 0',
);
const ends = fc.constantFrom('done', 'enough', 'left');

type Draft = { [field: string]: unknown };

/** Steps as an author may write them. `sends` are the ids of sends so far: what a click can answer. */
const steps = (depth: number): fc.Arbitrary<Draft[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: waits.map((wait): Draft => ({ wait })) },
        {
          weight: 4,
          arbitrary: fc
            .record({ send: fc.constantFrom(email, text), otherwise: fc.constantFrom('continue', 'end') })
            .map(({ send, otherwise }): Draft => ({ send: { ...send, otherwise } })),
        },
        ...(depth === 0
          ? []
          : [
              {
                weight: 2,
                arbitrary: fc
                  .record({
                    within: waits,
                    bought: fc.option(steps(depth - 1)),
                    viewed: fc.option(steps(depth - 1)),
                    timeout: fc.option(steps(depth - 1)),
                  })
                  .map(({ within, bought, viewed, timeout }): Draft => ({
                    waitFor: { bought: { on: 'Order Completed' }, viewed: { on: 'Product Viewed' } },
                    within,
                    then: { ...(bought && { bought }), ...(viewed && { viewed }), ...(timeout && { timeout }) },
                  })),
              },
              {
                weight: 2,
                arbitrary: fc
                  .record({ when: conditions, then: steps(depth - 1), otherwise: fc.option(steps(depth - 1)) })
                  .map(({ when, then, otherwise }): Draft => ({
                    branch: [{ when, then }],
                    ...(otherwise && { otherwise }),
                  })),
              },
            ]),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .chain((list) => fc.option(ends, { freq: 3 }).map((end) => (end === null ? list : [...list, { end }])));

/** Gives every second send an id and lets the wait after it listen for its click, too. */
const withClicks = (list: readonly Draft[], count = { n: 0 }): Draft[] => {
  let last: string | undefined;
  return list.map((step): Draft => {
    if (step['send'] !== undefined) {
      last = `send-${++count.n}`;
      return { id: last, ...step };
    }
    const inner = (value: unknown): unknown => (Array.isArray(value) ? withClicks(value, count) : value);
    if (step['waitFor'] !== undefined) {
      const then = Object.fromEntries(Object.entries(step['then'] ?? {}).map(([winner, arm]) => [winner, inner(arm)]));
      return {
        ...step,
        waitFor: { ...(step['waitFor'] as Draft), ...(last === undefined ? {} : { clicked: last }) },
        then,
      };
    }
    if (step['branch'] !== undefined) {
      const branch = (step['branch'] as Draft[]).map((choice) => ({ ...choice, then: inner(choice['then']) }));
      return { ...step, branch, ...(step['otherwise'] === undefined ? {} : { otherwise: inner(step['otherwise']) }) };
    }
    return step;
  });
};

/** A journey with a trigger of its own, so that each customer enters the one meant for them. */
export const journeys = fc
  .record({
    steps: steps(2).map((list) => withClicks(list)),
    whileOpen: fc.constantFrom('ignore', 'restart', 'update'),
    exit: fc.constantFrom(
      [],
      [{ on: 'Order Completed' }],
      [{ when: 'profile.cart.items = 0' }],
      [{ on: 'Subscription Cancelled' }],
    ),
    window: fc.option(
      fc.record({
        from: fc.constantFrom('08:00', '20:00'),
        to: fc.constantFrom('21:00', '06:00'),
        zone: fc.constantFrom('UTC', 'customer'),
        otherwise: fc.constantFrom('hold', 'skip', 'end'),
        atMost: fc.constantFrom('1 day', '2 hours'),
      }),
    ),
  })
  .map(({ steps: list, window, ...rest }) => (trigger: string, name: string): Omit<JourneyDocument, never> | Draft => ({
    name,
    triggers: [{ signal: trigger }],
    topic: 'promotions',
    ...rest,
    ...(window === null ? {} : { window }),
    steps: list,
  }));

export type Happening = { readonly after: number; readonly what: string };

/** What happens to a customer, in minutes after they entered; a click answers the newest email. */
export const histories = fc
  .array(
    fc.record({
      after: fc.integer({ min: 2, max: 6 * 24 * 60 }),
      what: fc.constantFrom(
        'Order Completed',
        'Product Viewed',
        'Product Added',
        'Product Removed',
        'click',
        'again',
        'Subscription Cancelled',
      ),
    }),
    { maxLength: 5 },
  )
  .map((list) => list.toSorted((a, b) => a.after - b.after));
