import { expect, test } from 'vitest';
import { channelNeeds, JourneyDocument, noPolicy, type PublishedDocument } from '#core/journey';
import { MessageDocuments } from '#core/message';
import { stepsRead } from '../../state-machines/steps-read.ts';
import { playOnMachine } from './machine.ts';
import { playPurely } from './pure.ts';
import { type Line, monday, reachable, type Told } from './river.ts';

/** Small journeys of unusual shapes, each carried by the core and by its state machine: they must come to the same. */
type Happening = { readonly after: number } & (
  | { readonly clicks: string }
  | { readonly event: string; readonly properties?: object }
  | { readonly answers: string; readonly outcome: string; readonly response: { readonly [name: string]: string } }
);
const [hour, day] = [3_600_000, 86_400_000];

const said = {
  thanks: 'You chose {{ steps.ask.event.properties.color }}, {{ steps.ask.outcome }}',
  called: 'We call {{ steps.call.response.at }}',
  hello: 'Hello',
};
const fallback = {
  'steps.ask.event.properties.color': 'any colour',
  'steps.ask.outcome': 'nothing',
  'steps.call.response.at': 'soon',
};
const messages = MessageDocuments.parse(
  Object.fromEntries(
    Object.entries(said).map(([name, subject]) => [
      name,
      { email: { channel: 'email', subject, html: '<p>x</p>', text: 'x', fallback } },
    ]),
  ),
);

const documentOf = (name: string, steps: readonly object[], more: object = {}): PublishedDocument => {
  const draft = { name, triggers: [{ signal: 'Begun' }], topic: 'promotions', steps, ...more };
  const journey = JourneyDocument.parse(draft);
  const topics = { promotions: 'marketing' } as const;
  const reads = [...stepsRead(journey, messages)];
  return { journey, topics, policy: noPolicy, messages, reads, needs: channelNeeds(journey) };
};

let count = 0;
/** Somebody who can be written to enters at once; what happens comes after that many milliseconds. */
const tell = async (steps: readonly object[], happenings: readonly Happening[] = [], child?: readonly object[]) => {
  const customer = `customer-${++count}`;
  const document = documentOf(`shape-${count}`, steps);
  const { name } = document.journey;
  const others = child === undefined ? [] : [documentOf('child', child, { triggers: [{ journey: name }] })];
  const documents = [document, ...others];
  const call = (at: number, n: number, detail: object): Line => ({
    at,
    signal: { userId: customer, messageId: `${customer}-${n}`, ...detail },
  });
  const lines: readonly Line[] = [
    call(monday, 1, { type: 'identify', traits: reachable }),
    call(monday, 2, { type: 'track', event: 'Begun' }),
    ...happenings.map(({ after, ...what }, n): Line => {
      const at = monday + after;
      if ('answers' in what || 'clicks' in what) return { at, ...what };
      return call(at, n + 3, { type: 'track', event: what.event, properties: what.properties ?? {} });
    }),
    { at: monday + 300 * day, passes: true },
  ];
  const script = { journeys: documents.map(({ journey }) => journey.name), customer, start: monday, lines };
  const told: Told = playPurely(script, documents);
  expect(await playOnMachine(script, documents)).toEqual(told);
  return {
    says: told.sent.map(({ says, at }) => `${says} after ${(at - monday) / hour} h`),
    ends: told.ended.map(({ reason }) => reason),
  };
};

const send = (message: string, more: object = {}) => ({ ...more, send: { message, channels: ['email'] } });
const ask = (then: object = {}) => ({
  id: 'ask',
  waitFor: { shown: { on: 'Shown' }, told: { on: 'Told' } },
  within: '1 day',
  then,
});

test('a journey that begins with its end is over at once, for its own reason', async () => {
  expect(await tell([{ end: 'done' }])).toEqual({ says: [], ends: ['done'] });
  const branch = { branch: [{ when: 'profile.orders.count > 0', then: [{ end: 'bought' }] }] };
  expect(await tell([branch, { end: 'done' }])).toEqual({ says: [], ends: ['done'] });
});

test('a message says what was heard before it, and only then', async () => {
  const steps = [ask(), send('thanks')];
  const red = { event: 'Told', properties: { color: 'red', card: 'secret' } };
  const none = ['You chose any colour, timeout after 24 h'];
  expect((await tell(steps, [{ after: hour, ...red }])).says).toEqual(['You chose red, told after 1 h']);
  expect((await tell(steps, [{ after: 2 * day, ...red }])).says).toEqual(none);
  expect((await tell(steps, [])).says).toEqual(none);
  const shown = { after: hour, event: 'Shown' };
  expect((await tell(steps, [shown, { after: 2 * hour, ...red }])).says).toEqual([
    'You chose any colour, shown after 1 h',
  ]);
});

test('a message of another way than the one on which something was heard says its fallback', async () => {
  const steps = [
    { branch: [{ when: 'profile.orders.count > 0', then: [ask()] }], otherwise: [{ wait: '2 hours' }] },
    send('thanks'),
  ];
  const told = { after: hour, event: 'Told', properties: { color: 'red' } };
  expect((await tell(steps, [told])).says).toEqual(['You chose any colour, nothing after 2 h']);
});

test('in each round of a repeat a message says what was heard in that round', async () => {
  const steps = [{ repeat: { every: '1 day', times: 3, steps: [ask(), send('thanks')] } }];
  const tells = (after: number, color: string) => ({ after, event: 'Told', properties: { color } });
  expect((await tell(steps, [tells(hour, 'red'), tells(50 * hour, 'blue')])).says).toEqual([
    'You chose red, told after 1 h',
    'You chose any colour, timeout after 49 h',
    'You chose any colour, timeout after 97 h',
  ]);
});

test('a message says what a person answered', async () => {
  const call = { id: 'call', task: { to: 'support', title: 'Call.', outcomes: ['yes', 'no'], due: '8 hours' } };
  const answer = { answers: 'call', outcome: 'yes', response: { at: 'noon', note: 'in a bad mood' } };
  expect((await tell([call, send('called')], [{ after: hour, ...answer }])).says).toEqual(['We call noon after 1 h']);
  expect((await tell([call, send('called')])).says).toEqual(['We call soon after 8 h']);
});

test('a wait that was over as it began is over: what comes later is for nobody', async () => {
  const mailed = (id: string) => ({
    id,
    waitFor: { buyer: { when: 'profile.traits.plan = "gold"' }, clicked: 'mail' },
    within: '1 day',
  });
  const clicked = [{ after: 2 * hour, clicks: 'mail' }];
  const gold = { update: { plan: 'gold' } };
  const first = [gold, send('hello', { id: 'mail' }), { wait: '1 hour' }];
  const last = [{ wait: '1 day' }, send('thanks')];
  const says = ['Hello after 0 h', 'You chose any colour, buyer after 25 h'];
  expect((await tell([...first, mailed('ask'), ...last], clicked)).says).toEqual(says);
  expect((await tell([...first, mailed('ask'), mailed('again'), ...last], clicked)).says).toEqual(says);
  expect((await tell([...first, mailed('again'), mailed('ask'), ...last], clicked)).says).toEqual(says);
});

test('what runs say is heard in the order in which they said it', async () => {
  const steps = [
    { emit: { event: 'Pinged' } },
    { start: { journey: 'child' } },
    { waitFor: { pinged: { on: 'Pinged' } }, within: '1 day', then: { pinged: [{ end: 'pinged' }] } },
  ];
  const told = await tell(steps, [], [{ wait: '1 day' }]);
  expect(told.ends.toSorted()).toEqual(['parent-ended', 'pinged']);
});

test('a wait that comes after what another wait heard is entered, whatever lies between', async () => {
  // So short that it is a state of its own: the one to which the first wait's time-out leads, too.
  const later = { id: 'later', waitFor: { bought: { on: 'Bought' } }, within: '72 seconds' };
  const told = [{ after: hour, event: 'Told' }];
  expect(await tell([ask({ told: [send('hello')] }), later, send('thanks')], told)).toEqual({
    says: ['Hello after 1 h', 'You chose any colour, told after 1.02 h'],
    ends: ['completed'],
  });
  const gold = { branch: [{ when: 'profile.traits.plan = "gold"', then: [send('hello')] }] };
  expect(await tell([ask({ told: [gold] }), later, send('thanks')], told)).toEqual({
    says: ['You chose any colour, told after 1.02 h'],
    ends: ['completed'],
  });
});
