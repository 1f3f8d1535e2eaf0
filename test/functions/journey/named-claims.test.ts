import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { crashing, services } from '../world/calls.ts';
import { callStep, carryAllOn, fold, type Somebody, shopper } from '../world/customer.ts';
import { enter, executionsOf } from '../world/step-functions.ts';
import { at, hour, journeyOf, monday, providersAccept, publish, startWorld, stopWorld } from '../world/world.ts';

const email = { message: 'cart-reminder', channels: ['email'] };

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const steps = [{ id: 'one', send: email }, { id: 'two', send: email }, { wait: '30 days' }];
  await publish(journeyOf({ name: 'twice', triggers: [{ signal: 'Come Twice' }], steps }));
});
afterAll(stopWorld);
beforeEach(() => at(monday));
afterEach(providersAccept);

const comes = async (): Promise<Somebody> => {
  const who = await shopper();
  await fold(await who.track('Come Twice'));
  return who;
};
/** The steps of the claims that the run's row names. */
const named = async (who: Somebody): Promise<readonly string[]> => {
  const [run] = await who.runs();
  const claiming: ReadonlySet<string> = run!['claiming'] ?? new Set();
  return [...claiming].map((send) => send.split('#')[2]!).toSorted();
};

test('a run names what it is sending, and no longer what is settled', async () => {
  const who = await comes();
  const during: (readonly string[])[] = [];
  services.ses.on(SendRawEmailCommand).callsFake(async () => {
    during.push(await named(who));
    return { MessageId: `ses-${during.length}` };
  });
  await carryAllOn(who.id);
  // Both are settled with the wait that ends the step.
  expect(during).toEqual([['one'], ['one', 'two']]);
  expect(await named(who)).toEqual([]);
  expect((await who.sends()).map(({ status }) => status)).toEqual(['SENT', 'SENT']);
});

test('a claim whose function died is named until the next attempt settles it', async () => {
  const who = await comes();
  const asked = (calls: readonly string[]): boolean => calls.at(-1) === 'SendRawEmail';
  const [execution] = executionsOf(who.id);
  await enter(execution!);
  await crashing({ at: asked, when: 'after', dead: true }, () => callStep(execution!));
  expect(await named(who)).toEqual(['one']);
  await who.until(monday + hour);
  expect((await who.sends()).map(({ status }) => status).toSorted()).toEqual(['SENT', 'UNKNOWN']);
  expect(await named(who)).toEqual([]);
});

test('a claim that is given back is named no more', async () => {
  const who = await comes();
  services.ses
    .on(SendRawEmailCommand)
    .rejects(Object.assign(new Error('no'), { name: 'Throttling', $metadata: { httpStatusCode: 400 } }));
  await carryAllOn(who.id);
  expect(await who.sends()).toEqual([]);
  expect(await named(who)).toEqual([]);
});
