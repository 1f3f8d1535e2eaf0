import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { crashing, unwatched, watched } from '../world/calls.ts';
import { callStep, carryOn, fold, shopper, type Somebody } from '../world/customer.ts';
import { enter } from '../world/step-functions.ts';
import { at, hour, journeyOf, minute, monday, publish, startWorld, stopWorld } from '../world/world.ts';

const day = 24 * hour;
const email = (id: string, more: object = {}) => ({
  id,
  send: { message: 'cart-reminder', channels: ['email'], ...more },
});

/** A choice, and a message that the evening holds. */
const evening = journeyOf({
  name: 'evening',
  triggers: [{ signal: 'Start evening' }],
  window: { from: '08:00', to: '21:00', zone: 'UTC', atMost: '2 days' },
  steps: [
    {
      id: 'choice',
      branch: [{ when: 'profile.traits.plan = "gold"', then: [email('for-gold'), { end: 'gold' }] }],
      otherwise: [email('for-others'), { end: 'others' }],
    },
  ],
});

/** What its steps noted decides where it goes. */
const noting = journeyOf({
  name: 'noting',
  triggers: [{ signal: 'Start noting' }],
  steps: [
    email('first'),
    { id: 'asked', waitFor: { yes: { on: 'Said Yes' } }, within: '1 day' },
    { wait: '1 hour' },
    {
      branch: [
        { when: 'steps.asked.outcome = "timeout" and steps.first.delivered > 0', then: [{ end: 'silent-delivered' }] },
        { when: 'steps.asked.outcome = "timeout"', then: [{ end: 'silent' }] },
        { when: 'steps.asked.event.properties.sure = true', then: [{ end: 'sure' }] },
      ],
      otherwise: [{ end: 'unsure' }],
    },
  ],
});

/** The same question every day. */
const daily = journeyOf({
  name: 'daily',
  triggers: [{ signal: 'Start daily' }],
  steps: [
    {
      id: 'days',
      repeat: {
        every: '1 hour',
        times: 3,
        steps: [email('tip'), { id: 'asked', waitFor: { yes: { on: 'Said Yes' } }, within: '1 day' }],
      },
    },
    { end: 'over' },
  ],
});

const clicking = journeyOf({
  name: 'clicking',
  triggers: [{ signal: 'Start clicking' }],
  steps: [
    {
      repeat: {
        every: '1 day',
        times: 3,
        steps: [
          email('tip'),
          { wait: '1 hour' },
          { branch: [{ when: 'steps.tip.clicked > 0', then: [{ end: 'clicked' }] }] },
        ],
      },
    },
    { end: 'over' },
  ],
});

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  for (const journey of [evening, noting, daily, clicking]) await publish(journey);
});
afterAll(stopWorld);
beforeEach(() => at(monday));

const begun = async (event: string, start = monday): Promise<Somebody> => {
  at(start);
  const who = await shopper();
  await fold(await who.track(event));
  return who;
};

const reports = async (who: Somebody, event: string, step: string) => {
  const [run] = await who.runs();
  return who.track(event, { enrol: run!['enrol'], occurrence: 1, step, human: true });
};

test('a message that was held is the one that leaves: no choice is made again, whatever has changed overnight', async () => {
  const who = await begun('Start evening', monday + 13 * hour);
  await who.until(monday + 14 * hour);
  expect((await who.runs())[0]).toMatchObject({ step: 'hold:for-others', deadline: monday + 23 * hour });
  await fold(await who.identify({ plan: 'gold' }));
  await who.until(monday + day);
  expect((await who.sends()).map(({ sk }) => String(sk).split('#').at(-1))).toEqual(['for-others']);
  expect(await who.runs()).toMatchObject([{ endReason: 'others' }]);
});

test('a message that another attempt may be sending is come back to, whatever has changed meanwhile', async () => {
  const who = await begun('Start evening');
  const execution = who.executions()[0]!;
  await enter(execution);
  // Dies with the claim made, before the provider is asked.
  await crashing({ at: (calls) => calls.at(-1) === 'SendRawEmail', when: 'before', dead: true }, () =>
    callStep(execution),
  );
  at(monday + minute / 60);
  await carryOn(execution);
  expect((await who.runs())[0]).toMatchObject({ step: 'hold:for-others' });
  await fold(await who.identify({ plan: 'gold' }));
  await who.until(monday + hour);
  expect(await who.runs()).toMatchObject([{ endReason: 'others' }]);
  expect(await who.sends()).toMatchObject([{ status: 'UNKNOWN' }]);
  expect(who.got()).toEqual([]);
});

test('a wait that heard nothing says so to the conditions after it', async () => {
  const who = await begun('Start noting');
  await who.until(monday + 2 * day);
  expect(await who.runs()).toMatchObject([
    { endReason: 'silent', steps: { asked: { status: 'timed-out', outcome: 'timeout' } } },
  ]);
});

test('what was heard is kept where a condition reads it', async () => {
  for (const sure of [true, false]) {
    const who = await begun('Start noting');
    await who.until(monday + hour);
    await fold(await who.track('Said Yes', { sure }));
    await who.until(monday + 2 * day);
    expect(await who.runs()).toMatchObject([{ endReason: sure ? 'sure' : 'unsure' }]);
  }
});

test('a delivery that is reported before the step has written down that it sent is not lost', async () => {
  const who = await begun('Start noting');
  const delivered = await reports(who, 'Email Delivered', 'first');
  let isTold = false;
  const after = async (operation: string): Promise<void> => {
    if (operation !== 'SendRawEmail' || isTold) return;
    isTold = true;
    await unwatched(() => fold(delivered));
  };
  await watched({ after }, () => carryOn(who.executions()[0]!));
  expect((await who.runs())[0]).toMatchObject({ came: { 'first/delivered': monday } });
  await who.until(monday + 2 * day);
  expect(await who.runs()).toMatchObject([{ endReason: 'silent-delivered' }]);
});

test('a click in the message of one round is none in that of the next', async () => {
  const ends = async (step: string, at_: number): Promise<unknown> => {
    const who = await begun('Start clicking');
    await who.until(monday + at_);
    await fold(await reports(who, 'Email Link Clicked', step));
    await who.until(monday + 10 * day);
    return (await who.runs())[0]!['endReason'];
  };
  // While it pauses: the choice of the first round is made, and that of the second is about the second tip.
  expect(await ends('tip', 2 * hour)).toBe('over');
  expect(await ends('tip', minute)).toBe('clicked');
  expect(await ends('tip@2', 25 * hour + minute)).toBe('clicked');
});

test('what was heard in one round does not end the wait of the next, though it is told again', async () => {
  const who = await begun('Start daily');
  await who.until(monday + hour);
  const yes = await who.track('Said Yes');
  // The wait is left, and the fold dies before it has forgotten what it owed.
  await crashing({ at: (calls) => calls.at(-2) === 'SendTaskFailure', when: 'before', dead: true }, () => fold(yes));
  expect((await who.profile())!.owed).toContain('hear');
  await who.until(monday + 2 * hour + minute);
  expect((await who.runs())[0]).toMatchObject({
    step: 'asked',
    steps: { days: { round: 2 } },
    heard: { asked: 'yes' },
  });
  await fold(yes);
  await who.until(monday + 3 * hour);
  expect((await who.profile())!.owed).toBeUndefined();
  expect((await who.runs())[0]).toMatchObject({ step: 'asked', steps: { days: { round: 2 } } });
});
