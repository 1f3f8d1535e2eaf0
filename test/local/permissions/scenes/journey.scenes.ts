import type { Change } from '../grants.ts';
import type { Segue } from '../segue-ground.ts';
import {
  adds,
  answersClick,
  buys,
  cannotDeliver,
  cart,
  clicks,
  languageOf,
  lea,
  leavesCart,
  machineOf,
  newVersion,
  publishNew,
  type Scene,
  tellPublisher,
} from './acts.ts';

const stopsRun = async (segue: Segue): Promise<void> => {
  await leavesCart(segue);
  const [run] = (await segue.local('GET', 'executions')) as { execution: string }[];
  const executionArn = run?.execution ?? '';
  await segue.ground.call('states', 'StopExecution', { executionArn });
  await segue.advance('PT1S');
};

/** Gives an order about the journey; functions go on for a second with what they have read. */
const orders = async (segue: Segue, order: '' | '/pause' | '/resume' | '/stop'): Promise<void> => {
  const headers = { authorization: `Bearer ${await segue.token()}` };
  await segue.http(order === '' ? 'GET' : 'POST', `/v1/journeys/cart-abandonment${order}`, { headers });
  await new Promise((resolve) => setTimeout(resolve, 1100));
};

/** A request puts its run, and dies before it starts it. */
const cannotStart: Change = ({ Resources }) => {
  const [, policy] = Object.entries(Resources).find(
    ([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.includes('StartJourneyRole'),
  )!;
  const start = policy.Properties.PolicyDocument!.Statement.find(({ Action }) => Action === 'states:StartExecution');
  start!.Action = [];
};

export const scenes: readonly Scene[] = [
  {
    name: 'a journey is paused, and goes on when it is resumed',
    expected: {
      messages: { email: 1 },
      answers: ['POST /v1/journeys: 200', 'GET /v1/journeys: 200', 'POST /v1/journeys: 200'],
    },
    async play(segue) {
      await leavesCart(segue);
      await segue.advance('PT1H');
      await orders(segue, '/pause');
      await segue.advance('PT5H');
      await orders(segue, '');
      await orders(segue, '/resume');
      await segue.advance('PT4H');
    },
  },
  {
    name: 'a journey is stopped, and its runs are over',
    expected: { rows: { 'ENROL   stopped': 1 }, answers: ['POST /v1/journeys: 200'] },
    async play(segue) {
      await leavesCart(segue);
      await orders(segue, '/stop');
      await segue.advance('PT3M');
    },
  },
  {
    name: 'a run that a request could not start is started a minute later',
    expected: { runs: { 'RUNNING after Wait 4 hours': 1 }, answers: ['POST /v1/journeys: 500'] },
    deployed: cannotStart,
    async play(segue) {
      const authorization = `Bearer ${await segue.token()}`;
      await segue.http('POST', '/v1/journeys/cart-abandonment/runs', {
        body: JSON.stringify({ customer: 'lea', properties: cart }),
        headers: { 'content-type': 'application/json', authorization },
      });
      await segue.advance('PT3M');
    },
  },
  {
    name: 'a cart is left: an email, and an SMS a day later',
    expected: { messages: { email: 1, sms: 1 }, signals: { 'Email Delivered': 1, 'SMS Delivered': 1 } },
    async play(segue) {
      await leavesCart(segue);
      await segue.advance('PT4H');
      await segue.advance('PT24H');
    },
  },
  {
    name: 'who prefers push is pushed',
    expected: { messages: { email: 1, push: 1 } },
    async play(segue) {
      await leavesCart(segue, { prefers: 'push' });
      await segue.advance('PT29H');
    },
  },
  {
    name: 'who buys is left alone',
    expected: { messages: {}, runs: { 'SUCCEEDED after Wait 4 hours': 1 } },
    async play(segue) {
      await leavesCart(segue);
      await segue.put(buys);
    },
  },
  {
    name: 'one more product begins the wait anew',
    expected: { messages: {}, runs: { 'RUNNING after Wait 4 hours': 1 } },
    async play(segue) {
      await leavesCart(segue);
      await segue.advance('PT3H');
      await segue.put(adds('again'));
      await segue.advance('PT2H');
    },
  },
  {
    name: 'a click ends the journey',
    expected: { messages: { email: 1 }, runs: { 'SUCCEEDED after Wait 4 hours, reminder': 1 } },
    async play(segue) {
      await leavesCart(segue);
      await segue.advance('PT4H');
      await clicks(segue);
    },
  },
  {
    name: 'a throttled provider is asked again a minute later',
    expected: { messages: { email: 1 }, runs: { 'RUNNING after Wait 4 hours, reminder, Hold reminder, reminder': 1 } },
    async play(segue) {
      await segue.local('PUT', 'providers', { sending: 'throttled' });
      await leavesCart(segue);
      await segue.advance('PT4H');
      await segue.local('PUT', 'providers', { sending: 'normal' });
      await segue.advance('PT5M');
    },
  },
  {
    name: 'an unsubscribe link is opened and clicked',
    expected: {
      signals: { 'Consent Changed': 1 },
      answers: ['GET /v1/unsubscribe: 200', 'de', 'POST /v1/unsubscribe: 200'],
    },
    async play(segue) {
      await leavesCart(segue, { locale: 'de-AT' });
      await segue.advance('PT4H');
      const [email] = await segue.outbox();
      const { pathname } = new URL(/<(http[^>]+)>/.exec(email?.headers['List-Unsubscribe'] ?? '')?.[1] ?? 'http://x/');
      segue.answers.push(languageOf(await segue.http('GET', pathname)));
      await segue.http('POST', pathname, {
        body: 'List-Unsubscribe=One-Click',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      await segue.advance('PT1S');
    },
  },
  {
    name: 'a journey is started over HTTP, once for one key',
    expected: { runs: { 'RUNNING after Wait 4 hours': 2 }, answers: Array(3).fill('POST /v1/journeys: 202') },
    async play(segue) {
      await segue.put(lea());
      const request = (body: object, headers: object) => ({
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      });
      const authorization = `Bearer ${await segue.token()}`;
      const path = '/v1/journeys/cart-abandonment/runs';
      const keyed = request({ customer: 'lea', properties: cart }, { authorization, 'idempotency-key': 'k' });
      await segue.http('POST', path, keyed);
      await segue.http('POST', path, keyed);
      await segue.http('POST', path, request({ customer: 'max', properties: cart }, { authorization }));
    },
  },
  {
    name: 'a run whose execution died is closed',
    expected: { rows: { 'ENROL   execution-aborted': 1 } },
    play: stopsRun,
  },
  {
    name: 'a new version of a journey is published, and a click leads to its new step',
    expected: { messages: { email: 1, sms: 1 }, answers: ['live, version 2'] },
    async play(segue) {
      await publishNew(segue, newVersion(answersClick));
      await leavesCart(segue);
      await segue.advance('PT4H');
      await clicks(segue);
    },
  },
  {
    name: 'a journey that leaves the stack starts nobody',
    expected: { runs: {}, answers: ['retired'] },
    async play(segue) {
      const { document } = newVersion(answersClick);
      await tellPublisher(segue, 'Delete', { Document: document, Machine: machineOf(segue).arn });
      await leavesCart(segue);
    },
  },
  {
    name: 'a lost run that cannot be delivered rests in the dead-letter queue',
    expected: { queues: { LostRunsDead: 1 } },
    deployed: cannotDeliver('JourneyLostRunsDied'),
    play: stopsRun,
  },
  ...(['Email', 'Sms'] as const).map((channel): Scene => ({
    name: `a delivery report of the channel ${channel} that cannot be delivered rests in the dead-letter queue`,
    expected: { messages: { email: 1, sms: 1 }, queues: { SignalsDead: 1 } },
    deployed: cannotDeliver(`Feedback${channel}Events`),
    async play(segue) {
      await leavesCart(segue);
      await segue.advance('PT29H');
    },
  })),
  {
    name: 'a step says something on the bus, and it comes back as a signal',
    expected: { signals: { 'Cart Looked At': 1 }, answers: ['live, version 2'] },
    async play(segue) {
      await publishNew(
        segue,
        newVersion(() => [{ id: 'say', emit: { event: 'Cart Looked At' } }, { wait: '1 hour' }]),
      );
      await leavesCart(segue);
      await segue.advance('PT1M');
    },
  },
  {
    name: 'a run with many rounds goes on in a new execution',
    expected: { runs: { 'SUCCEEDED after Begin, watch, watch': 1, 'RUNNING after Begin, watch pause, watch': 1 } },
    async play(segue) {
      const { definition, document } = newVersion(() => [
        { id: 'watch', repeat: { every: '1 hour', times: 900, steps: [{ id: 'nothing', update: { watched: true } }] } },
      ]);
      await publishNew(segue, {
        definition: definition.replaceAll(/"rounds":\{"watch":\d+\}/g, '"rounds":{"watch":2}'),
        document,
      });
      await leavesCart(segue);
      await segue.advance('PT150M');
    },
  },
];
