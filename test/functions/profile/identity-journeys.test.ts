import '../world/environment.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Signal } from '#core/signal';
import { carryAllOn, carryOn, shoes } from '../world/customer.ts';
import { executionsOf, timeOut } from '../world/step-functions.ts';
import {
  at,
  cartAbandonment,
  hour,
  minute,
  monday,
  outbox,
  publish,
  refolds,
  rowsOf,
  startWorld,
  stopWorld,
} from '../world/world.ts';
import { ids, logStream, type LogStream } from './log-stream.ts';

beforeAll(async () => {
  await startWorld();
  await publish(cartAbandonment);
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(stopWorld);

let world = 0;
let made = 0;
let stream: LogStream;
let [ada, phone] = [{ user: '' }, { anonymous: '' }];
beforeEach(() => {
  at(monday);
  refolds.length = 0;
  outbox.length = 0;
  world += 1;
  [ada, phone] = [{ user: `ada.${world}` }, { anonymous: `phone.${world}` }];
  stream = logStream();
});

const email = (): string => `ada.${world}@shop.example`;

const signal = (fields: Partial<Signal> & Pick<Signal, 'subject' | 'event'>): Signal => ({
  messageId: `m-${String((made += 1)).padStart(5, '0')}`,
  type: 'track',
  timestamp: new Date(Date.now()).toISOString(),
  properties: {},
  traits: {},
  context: {},
  ...fields,
});

/** It happens now, and is folded. */
const happens = async (...signals: readonly Signal[]): Promise<void> => {
  for (const each of signals) {
    await stream.ingest([each]);
    await stream.settle();
  }
};

const fillsCart = (subject: Signal['subject']): Promise<void> =>
  happens(signal({ subject, event: 'Product Added', properties: shoes }));
const isKnown = (subject: Signal['subject']): Promise<void> =>
  happens(
    signal({ subject, event: 'Identified', type: 'identify', traits: { email: email(), consent: { email: true } } }),
  );
const signsIn = (): Promise<void> =>
  happens(signal({ subject: { ...ada, ...phone }, event: 'Identified', type: 'identify' }));
const buys = (subject: Signal['subject']): Promise<void> =>
  happens(signal({ subject, event: 'Order Completed', properties: { cart_id: 'cart-1' } }));

const customers = (): readonly string[] => [ids.idOf(ada), ids.idOf(phone)];

/** Everything that waits goes on until then, whoever it is about. */
const until = async (instant: number): Promise<void> => {
  for (;;) {
    for (const customer of customers()) await carryAllOn(customer);
    const [due] = customers()
      .flatMap((customer) => executionsOf(customer))
      .filter(({ status, dueAt }) => status === 'running' && dueAt <= instant)
      .toSorted((a, b) => a.dueAt - b.dueAt);
    if (due === undefined) break;
    timeOut(due);
    await carryOn(due);
  }
  at(instant);
};

const runsOf = async (subject: Signal['subject']) =>
  [...(await rowsOf(`C#${ids.idOf(subject)}`))].filter(([sk]) => sk.startsWith('ENROL#')).map(([, row]) => row);
const mails = (): number => outbox.filter(({ channel }) => channel === 'email').length;

describe('somebody who fills a cart before they sign in', () => {
  test('is reminded of it, once', async () => {
    await isKnown(ada);
    await fillsCart(phone);
    at(monday + 5 * minute);
    expect(await runsOf(phone)).toHaveLength(1);
    await signsIn();
    expect(await runsOf(phone)).toMatchObject([{ exitReason: 'merged' }]);
    expect(await runsOf(ada)).toHaveLength(1);
    await until(monday + 20 * hour);
    expect(mails()).toBe(1);
    expect(executionsOf(ids.idOf(phone))).toMatchObject([{ status: 'succeeded' }]);
  });

  test('and who was reminded of it already, is not reminded again', async () => {
    await isKnown(phone);
    await fillsCart(phone);
    await until(monday + 5 * hour);
    expect(mails()).toBe(1);
    await isKnown(ada);
    await signsIn();
    await fillsCart(ada);
    await fillsCart(phone);
    await until(monday + 100 * hour);
    expect(mails()).toBe(1);
    expect(await runsOf(phone)).toMatchObject([{ exitReason: 'merged' }]);
    expect(await runsOf(ada)).toMatchObject([{ exitReason: 'merged', inherited: true }]);
  });

  test('but long ago, is not reminded of it', async () => {
    await isKnown(ada);
    await fillsCart(phone);
    at(monday + 30 * hour);
    const [execution] = executionsOf(ids.idOf(phone));
    expect(execution?.status).toBe('running');
    await signsIn();
    expect(await runsOf(ada)).toEqual([]);
    await until(monday + 100 * hour);
    expect(mails()).toBe(0);
  });

  test('and bought before they signed in, is not reminded of it', async () => {
    await isKnown(ada);
    await fillsCart(phone);
    await buys(phone);
    await signsIn();
    await until(monday + 20 * hour);
    expect(mails()).toBe(0);
  });

  test('and buys on the telephone what they put into the cart at home, is not reminded either', async () => {
    await isKnown(ada);
    await fillsCart(ada);
    at(monday + hour);
    await buys(phone);
    await signsIn();
    expect(await runsOf(ada)).toMatchObject([{ exitReason: 'Order Completed' }]);
    await until(monday + 20 * hour);
    expect(mails()).toBe(0);
  });

  test('goes on being one customer: what comes late from the telephone counts at once', async () => {
    await isKnown(ada);
    await signsIn();
    await fillsCart(phone);
    expect(await runsOf(phone)).toEqual([]);
    expect(await runsOf(ada)).toHaveLength(1);
    await buys(phone);
    expect(await runsOf(ada)).toMatchObject([{ exitReason: 'Order Completed' }]);
  });
});

test('a no that was said before signing in holds afterwards', async () => {
  await isKnown(ada);
  await happens(
    signal({ subject: phone, event: 'Identified', type: 'identify', traits: { consent: { email: false } } }),
  );
  await fillsCart(phone);
  await signsIn();
  const gate = (await rowsOf(`C#${ids.idOf(ada)}`)).get('GATE');
  expect(JSON.parse(gate!['consents']).email['*']).toMatchObject({ granted: false });
  await until(monday + 20 * hour);
  expect(mails()).toBe(0);
});
