import { SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { crashing, services, watched } from '../world/calls.ts';
import { callStep, carryAllOn, fold, type Somebody, shopper } from '../world/customer.ts';
import { enter, executionsOf } from '../world/step-functions.ts';
import {
  at,
  hour,
  journeyOf,
  monday,
  outbox,
  providersAccept,
  publish,
  startWorld,
  stopWorld,
} from '../world/world.ts';

const promotion = {
  ...journeyOf({
    name: 'promotion',
    triggers: [{ signal: 'Promote' }],
    reentry: { after: '1 day' },
    steps: [{ id: 'it', send: { message: 'note', channels: ['sms'] } }, { wait: '30 days' }],
  }),
  messages: { note: { sms: { channel: 'sms', text: 'Hi' } } } as const,
  needs: [],
};

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  await publish(promotion);
});
afterAll(stopWorld);
beforeEach(() => at(monday));
afterEach(providersAccept);

const failure = (name: string, status?: number): Error =>
  Object.assign(new Error('no'), { name, $metadata: status === undefined ? {} : { httpStatusCode: status } });

/** Somebody who gets a promotion right now. */
const sends = async (): Promise<Somebody> => {
  const who = await shopper();
  await fold(await who.track('Promote'));
  await carryAllOn(who.id);
  return who;
};
const rowOf = async (who: Somebody) => (await who.sends())[0];
const texts = (who: Somebody) =>
  outbox
    .filter(({ channel, input }) => channel === 'sms' && JSON.stringify(input).includes(who.id))
    .map(({ input }) => input['MessageBody']);

/** What its provider says of the message later. */
const reports = async (who: Somebody, event: string, more: object = {}): Promise<void> => {
  const [row] = await who.runs();
  const timestamp = new Date(Date.now()).toISOString();
  const properties = { enrol: row!['enrol'], occurrence: String(row!['occurrence']), step: 'it', ...more };
  const about = { event, timestamp, subject: { customer: who.id }, properties, traits: {}, context: {} };
  await fold(await who.stored({ messageId: `provider-1:${event}:${timestamp}`, type: 'track', ...about }, Date.now()));
};

/** The next promotion, a month later. */
const sendsAgain = async (who: Somebody): Promise<void> => {
  providersAccept();
  await who.until(Date.now() + 31 * 24 * hour);
  await fold(await who.track('Promote'));
  await carryAllOn(who.id);
};
const first = 'Shop: Hi Reply STOP to opt out';
/** The provider takes the text, and its answer is lost. */
const takesTextAndIsSilent = (): void => {
  services.sms.on(SendTextMessageCommand).callsFake((input) => {
    outbox.push({ channel: 'sms', input, at: Date.now() });
    throw failure('TimeoutError');
  });
};

test('a first text of which nobody knows may not have been read: it is said again', async () => {
  takesTextAndIsSilent();
  const who = await sends();
  expect(await rowOf(who)).toMatchObject({ status: 'UNKNOWN' });
  await sendsAgain(who);
  await sendsAgain(who);
  expect(texts(who)).toEqual([first, first, 'Hi']);
});

test('a first text of which nobody knew has said it, once it is reported', async () => {
  takesTextAndIsSilent();
  const who = await sends();
  await reports(who, 'SMS Delivered');
  await sendsAgain(who);
  expect(texts(who)).toEqual([first, 'Hi']);
});

test('a first text that was taken and never arrived has said nothing', async () => {
  const who = await sends();
  await reports(who, 'SMS Failed', { status: 'TEXT_UNREACHABLE' });
  await sendsAgain(who);
  expect(texts(who)).toEqual([first, first]);
});

test('a first text that a throttle held back says it when it comes', async () => {
  services.sms.on(SendTextMessageCommand).rejects(failure('ThrottlingException', 400));
  const who = await sends();
  providersAccept();
  await who.until(monday + hour);
  await sendsAgain(who);
  expect(texts(who)).toEqual([first, 'Hi']);
});

test('it is said to each of two customers who share a number', async () => {
  const [one, other] = [await sends(), await sends()];
  await sendsAgain(one);
  expect([texts(one), texts(other)]).toEqual([[first, 'Hi'], [first]]);
});

test('it is said again when its function died before the answer was written down', async () => {
  const who = await shopper();
  await fold(await who.track('Promote'));
  const asked = (calls: readonly string[]): boolean => calls.at(-1) === 'SendTextMessage';
  const [execution] = executionsOf(who.id);
  await enter(execution!);
  await crashing({ at: asked, when: 'after', dead: true }, () => callStep(execution!));
  await who.until(Date.now() + hour);
  expect(await rowOf(who)).toMatchObject({ status: 'UNKNOWN' });
  await sendsAgain(who);
  expect(texts(who)).toEqual([first, first]);
});

test('a first text costs what others do: two transactions, of four writes and of two', async () => {
  const who = await shopper();
  await fold(await who.track('Promote'));
  const items: number[] = [];
  const before = async (operation: string, input: string): Promise<void> => {
    if (operation === 'TransactWriteItems') items.push(JSON.parse(input).TransactItems.length);
  };
  await watched({ before }, () => carryAllOn(who.id));
  expect(texts(who)).toEqual([first]);
  expect(items).toEqual([4, 2]);
});
