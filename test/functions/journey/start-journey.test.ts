import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { crashing } from '../world/calls.ts';
import { fold, shoes, shopper, somebody, type Somebody } from '../world/customer.ts';
import { inEveryOrder } from '../world/every-order.ts';
import {
  at,
  cartAbandonment,
  context,
  hour,
  journeyOf,
  monday,
  publish,
  startWorld,
  stopWorld,
} from '../world/world.ts';

const once = journeyOf({ name: 'once', triggers: [{ signal: 'Never' }], steps: [{ wait: '1 day' }] });
const byRequest = journeyOf({
  name: 'by-request',
  triggers: [
    { signal: 'Never', key: 'properties.cart_id' },
    { api: true, key: 'properties.order_id' },
  ],
  steps: [
    {
      id: 'seen',
      branch: [{ when: 'seen.`Product Viewed` > 0', then: [{ end: 'looked' }] }],
      otherwise: [{ wait: '1 day' }],
    },
  ],
});
const inSummer = journeyOf({
  name: 'in-summer',
  triggers: [{ api: true }],
  open: { from: '2026-06-01T00:00:00Z', until: '2026-07-01T00:00:00Z' },
  steps: [{ wait: '1 day' }],
});
/** Somebody who starts another journey, and half of whose customers only count. */
const half = journeyOf({
  name: 'half',
  triggers: [{ api: true }],
  holdout: 50,
  steps: [{ start: { journey: 'once' } }, { wait: '1 day' }],
});

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  await publish(cartAbandonment);
  for (const journey of [once, byRequest, inSummer, half]) await publish(journey);
});
afterAll(stopWorld);
beforeEach(() => at(monday));

type Asked = {
  readonly key?: string;
  readonly journey?: string;
  readonly properties?: object;
  readonly caller?: string;
};
type Answer = { readonly status: number; readonly run?: string; readonly title?: string };

let keys = 0;
const newKey = (): string => `key-${++keys}`;

/** `POST /v1/journeys/{journey}/runs` */
const ask = async (
  who: Somebody,
  { key, journey = 'cart-abandonment', properties = { cart_id: 'cart-1' }, caller = 'shop' }: Asked = {},
): Promise<Answer> => {
  const { handler } = await import('../../../functions/journey/start-journey.ts');
  const event = {
    pathParameters: { name: journey },
    body: JSON.stringify({ customer: who.user, properties }),
    headers: key === undefined ? {} : { 'idempotency-key': key },
    requestContext: { authorizer: { jwt: { claims: { sub: caller } } } },
  };
  const answer = await handler(event as unknown as APIGatewayProxyEventV2WithJWTAuthorizer, context);
  return { status: answer.statusCode!, ...JSON.parse(answer.body!) };
};

describe('a shop that asks for a run', () => {
  test('gets one, and an order of the customer ends it', async () => {
    const who = await shopper();
    expect(await ask(who)).toMatchObject({ status: 202, journey: 'cart-abandonment', version: 1 });
    await who.until(monday + hour);
    await fold(await who.track('Order Completed', { cart_id: 'cart-1' }));
    expect(await who.runs()).toMatchObject([{ exitReason: 'Order Completed' }]);
    expect(who.executions()).toMatchObject([{ status: 'succeeded' }]);
  });

  test('with the same key and body gets the same run, also days later, and nothing new is started', async () => {
    const who = somebody();
    const key = newKey();
    const first = await ask(who, { key });
    at(monday + 2 * hour);
    expect(await ask(who, { key })).toEqual(first);
    expect(who.executions()).toHaveLength(1);
  });

  test('with the same key and another body is told so', async () => {
    const who = somebody();
    const key = newKey();
    await ask(who, { key });
    expect(await ask(who, { key, properties: { cart_id: 'cart-2' } })).toMatchObject({
      status: 422,
      title: 'other-request-same-key',
    });
    expect(await ask(who, { key, journey: 'once' })).toMatchObject({ status: 422, title: 'other-request-same-key' });
    expect(who.executions()).toHaveLength(1);
  });

  test('may use a key that another shop has used', async () => {
    const key = newKey();
    expect(await ask(somebody(), { key, caller: 'one' })).toMatchObject({ status: 202 });
    expect(await ask(somebody(), { key, caller: 'other' })).toMatchObject({ status: 202 });
  });

  test('twice at once with the same key gets the same run twice', async () => {
    const orders = await inEveryOrder(
      async () => {
        const who = somebody();
        const key = newKey();
        const answers: Answer[] = [];
        const asks = async (): Promise<unknown> => answers.push(await ask(who, { key }));
        return {
          actors: { one: asks, other: asks },
          holds: () => {
            expect(answers[0]).toMatchObject({ status: 202 });
            expect(answers[1]).toEqual(answers[0]);
            expect(who.executions()).toHaveLength(1);
          },
        };
      },
      { interruptions: 2 },
    );
    expect(orders).toBeGreaterThan(20);
  });

  test('twice at once with two keys gets one run and one refusal', async () => {
    await inEveryOrder(
      async () => {
        const who = somebody();
        const statuses: number[] = [];
        const asks = async (): Promise<unknown> => statuses.push((await ask(who, { key: newKey() })).status);
        return {
          actors: { one: asks, other: asks },
          holds: () => {
            expect(statuses.toSorted()).toEqual([202, 409]);
            expect(who.executions()).toHaveLength(1);
          },
        };
      },
      { interruptions: 1 },
    );
  });

  test('is refused with the reason', async () => {
    const who = await shopper();
    expect(await ask(who, { journey: 'nobody-knows' })).toMatchObject({ status: 404, title: 'unknown-journey' });
    expect(await ask(who, { properties: {} })).toMatchObject({ status: 422, title: 'missing-key' });
    expect(await ask(who)).toMatchObject({ status: 202 });
    expect(await ask(who)).toMatchObject({ status: 409, title: 'already-open' });
    await fold(await who.track('Order Completed', { cart_id: 'cart-1' }));
    expect(await ask(who)).toMatchObject({ status: 422, title: 'too-soon-to-reenter' });
    at(monday + 7 * 24 * hour);
    expect(await ask(who)).toMatchObject({ status: 202, run: expect.stringMatching(/-2$/) });
  });

  test('tells runs apart by the key of the trigger that is for requests', async () => {
    const who = somebody();
    const byKey = { journey: 'by-request', properties: { order_id: 'o-1' } };
    expect(await ask(who, byKey)).toMatchObject({ status: 202 });
    expect(await ask(who, byKey)).toMatchObject({ status: 409 });
    expect(await ask(who, { ...byKey, properties: { order_id: 'o-2' } })).toMatchObject({ status: 202 });
    expect(await ask(who, { ...byKey, properties: { cart_id: 'o-2' } })).toMatchObject({
      status: 422,
      title: 'missing-key',
    });
  });

  test('is refused where the journey may not be entered yet, or any more', async () => {
    const who = somebody();
    expect(await ask(who, { journey: 'in-summer' })).toMatchObject({ status: 422, title: 'not-open-yet' });
    at(Date.parse('2026-06-15T00:00:00Z'));
    expect(await ask(who, { journey: 'in-summer' })).toMatchObject({ status: 202 });
    at(Date.parse('2026-07-01T00:00:00Z'));
    expect(await ask(somebody(), { journey: 'in-summer' })).toMatchObject({ status: 422, title: 'closed' });
  });

  test('is counted from now on: what the customer did before the run is not seen in it', async () => {
    const who = await shopper();
    await fold(await who.track('Product Viewed'));
    await ask(who, { journey: 'by-request', properties: { order_id: 'o-1' } });
    await who.until(monday + hour);
    expect(await who.runs()).toMatchObject([{ seenBefore: { 'Product Viewed': 1 }, step: 'wait-24-hours' }]);
  });

  test('for somebody in the holdout gets a run that only counts: it is over as it begins', async () => {
    const reasons = new Set<unknown>();
    for (let n = 0; n < 16; n++) {
      const who = somebody();
      const key = newKey();
      const first = await ask(who, { journey: 'half', key });
      expect(first).toMatchObject({ status: 202 });
      expect(await ask(who, { journey: 'half', key })).toEqual(first);
      const [run] = await who.runs();
      expect(who.executions()).toHaveLength(run!['endReason'] === 'holdout' ? 0 : 1);
      expect(run).toMatchObject({ told: true });
      reasons.add(run!['endReason']);
    }
    expect([...reasons].toSorted()).toEqual(['holdout', undefined]);
  });

  test('may start only once what is entered only once', async () => {
    const who = somebody();
    expect(await ask(who, { journey: 'once' })).toMatchObject({ status: 202 });
    await who.until(monday + 48 * hour);
    expect(await ask(who, { journey: 'once' })).toMatchObject({ status: 422, title: 'may-enter-once' });
  });
});

describe('a request that breaks off at any of its calls to AWS', () => {
  for (const withKey of [true, false])
    for (const when of ['before', 'after'] as const)
      test(`${withKey ? 'with a key' : 'without a key'}, ${when} it arrives: asked again, there is one run and its execution`, async () => {
        const { calls } = await crashing({ at: 0, when, dead: true }, () =>
          ask(somebody(), withKey ? { key: newKey() } : {}),
        );
        expect(calls.length).toBeGreaterThan(3);
        for (let n = 1; n <= calls.length; n++) {
          const who = await shopper();
          const key = newKey();
          const asked = withKey ? { key } : {};
          await crashing({ at: n, when, dead: true }, () => ask(who, asked));
          at(Date.now() + 1000);
          const again = await ask(who, asked);
          if (withKey) expect(again).toMatchObject({ status: 202 });
          else expect([202, 409]).toContain(again.status);
          expect(await who.runs()).toHaveLength(1);
          expect(who.executions(), `${when} ${calls[n - 1]}`).toHaveLength(1);
          await who.until(Date.now() + hour);
          await fold(await who.track('Order Completed', { cart_id: 'cart-1' }));
          expect(await who.runs()).toMatchObject([{ exitReason: 'Order Completed' }]);
        }
      });
});

test('a customer who is let in again just as their last run is forgotten can still leave', async () => {
  await inEveryOrder(
    async () => {
      at(monday);
      const who = await shopper();
      await fold(await who.track('Product Added', shoes), await who.track('Order Completed', { cart_id: 'cart-1' }));
      await who.until(monday + 8 * 24 * hour);
      const order = await who.track('Order Completed', { order_id: 'another', products: [{ product_id: 'hat' }] });
      return {
        actors: { forgets: () => fold(order), asks: () => ask(who) },
        holds: async () => {
          expect(await who.runs()).toMatchObject([{ occurrence: 2 }]);
          await fold(await who.track('Order Completed', { cart_id: 'cart-1' }));
          expect(await who.runs()).toMatchObject([{ occurrence: 2, exitReason: 'Order Completed' }]);
        },
      };
    },
    { interruptions: 1, meetAt: /ENROL#|runs/ },
  );
});
