import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileJourney } from '#compiler';
import { JourneyDocument } from '#core/journey';
import type { JsonObject } from '../../../local/world.ts';
import type { Change } from './grants.ts';
import type { Segue } from './segue-ground.ts';

/** A small part of what the product does. */
export type Scene = {
  readonly name: string;
  /** How the deployment differs from the template. */
  readonly deployed?: Change;
  readonly play: (segue: Segue) => Promise<void>;
  /** Some of the facts afterwards. */
  readonly expected: object;
};

const journeyFile = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../state-machines/cart-abandonment/${name}`, import.meta.url)), 'utf8');

const lea = (traits: object = {}) => ({
  type: 'identify',
  userId: 'lea',
  messageId: 'lea',
  traits: {
    email: 'lea@example.com',
    phone: '+447700900001',
    firstName: 'Lea',
    timezone: 'UTC',
    prefers: 'sms',
    consent: { email: true, sms: true, push: true },
    devices: [{ token: 'lea-phone', type: 'ios' }],
    ...traits,
  },
});
const cart = { cart_id: 'cart', product_id: 'shoes', name: 'Shoes', price: 80, quantity: 1 };
const adds = (messageId = 'adds') => ({
  type: 'track',
  event: 'Product Added',
  userId: 'lea',
  messageId,
  properties: cart,
});
const buys = {
  type: 'track',
  event: 'Order Completed',
  userId: 'lea',
  messageId: 'buys',
  properties: { order_id: 'o', revenue: 80, products: [{ product_id: 'shoes', price: 80, quantity: 1 }] },
};

const leavesCart = async ({ put }: Segue, traits: object = {}): Promise<void> => {
  await put(lea(traits));
  await put(adds());
};

/** A minute later: whoever clicks at once is taken for a machine. */
const clicks = async ({ outbox, local, advance }: Segue): Promise<void> => {
  await advance('PT1M');
  const [email] = await outbox();
  if (email !== undefined) await local('POST', `outbox/${email.id}/click`);
  await advance('PT1S');
};

/** A rule without leave to send to its queue: what it finds it cannot deliver. Other statements keep their places. */
const cannotDeliver =
  (rule: string): Change =>
  ({ Resources }) => {
    const policies = Object.values(Resources).filter(({ Type }) => Type === 'AWS::SQS::QueuePolicy');
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument!.Statement);
    const isLeave = (one: object): boolean =>
      JSON.stringify(one).includes(`"${rule}`) && JSON.stringify(one).includes('sqs:GetQueueUrl');
    statements.find(isLeave)!.Action = [];
  };

/** Nothing is folded but what an operator sends to the refolds queue. */
const foldPaused: Change = ({ Resources }) => {
  const mapping = Object.values(Resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::EventSourceMapping' && Properties['DestinationConfig'] !== undefined,
  );
  mapping!.Properties['Enabled'] = false;
};

const refolds = async ({ scan, send }: Segue, messageIds: readonly string[]): Promise<void> => {
  const [row] = await scan('Log');
  const pk = (row?.['pk'] as { S: string } | undefined)?.S ?? '';
  await send('Refolds', { customer: pk.slice('C#'.length), messageIds: [...messageIds] });
};

const stopsRun = async (segue: Segue): Promise<void> => {
  await leavesCart(segue);
  const [run] = (await segue.local('GET', 'executions')) as { execution: string }[];
  const executionArn = run?.execution ?? '';
  await segue.ground.call('states', 'StopExecution', { executionArn });
  await segue.advance('PT1S');
};

/** One more row, as somebody with a console would write it. */
const writes = ({ ground, refOf }: Segue, table: string, item: JsonObject) =>
  ground.call('dynamodb', 'PutItem', { TableName: refOf(table), Item: item });

const profileRow = async ({ scan }: Segue): Promise<JsonObject | undefined> =>
  (await scan('State')).find(({ sk }) => JSON.stringify(sk) === '{"S":"PROFILE"}');

type Document = { journey: { steps: { id?: string; then?: Record<string, unknown> }[] } };

/** The journey in a new version, where a click is answered with an SMS. */
const newVersion = (): { definition: string; document: string } => {
  const document: Document = JSON.parse(journeyFile('journey.json'));
  document.journey.steps.find(({ id }) => id === 'response')!.then!['clicked'] = [
    { id: 'thanks', send: { message: 'last-call', channels: ['sms'] } },
  ];
  const definition = compileJourney(JourneyDocument.parse(document.journey));
  return { definition: JSON.stringify(definition), document: JSON.stringify(document) };
};

const machineOf = ({ ground }: Segue) => ground.stack.all('AWS::StepFunctions::StateMachine')[0]!;

const tellPublisher = async (segue: Segue, RequestType: string, properties: JsonObject): Promise<void> => {
  const { ground, refOf, answers } = segue;
  const said = new Promise<string>((resolve) => ground.awaitAnswer('new', resolve));
  await ground.call('lambda', 'Invoke', {
    FunctionName: refOf('PublishJourney'),
    Payload: {
      RequestType,
      ResponseURL: `${ground.awsUrl}/_local/answers/new`,
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'l',
      ResourceProperties: { Name: 'cart-abandonment', ...properties },
    },
  });
  // A refusal names the role and the physical table.
  answers.push((await said).slice(0, 60));
};

const publishNew = async (segue: Segue): Promise<void> => {
  const { definition, document } = newVersion();
  const machine = machineOf(segue);
  const substitutions = machine.properties['DefinitionSubstitutions'] as Record<string, string>;
  const { stateMachineVersionArn } = await segue.ground.call('states', 'UpdateStateMachine', {
    stateMachineArn: machine.arn,
    definition: definition.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => substitutions[name]!),
    publish: true,
  });
  await tellPublisher(segue, 'Update', { Document: document, Machine: String(stateMachineVersionArn) });
};

const calls = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;

const sendsOverHttp = async ({ http, advance }: Segue): Promise<void> => {
  const authorization = `Basic ${Buffer.from('local:').toString('base64')}`;
  const request = (body: object) => ({
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization },
  });
  for (const call of calls) await http('POST', `/v1/${call}`, request({ userId: 'lea', event: 'X', messageId: call }));
  await http('POST', '/v1/batch', request({ batch: [{ ...lea(), messageId: 'of a batch' }, { type: 'track' }] }));
  await advance('PT1S');
};

/** An event of somebody else's, as the repository has one for each of its mappings. */
const sendsSample = async ({ ground, advance }: Segue, name: string): Promise<void> => {
  const file = fileURLToPath(new URL(`../../../mappings/samples/${name}.json`, import.meta.url));
  const sample = JSON.parse(readFileSync(file, 'utf8'));
  const entry = { Source: 'elsewhere', DetailType: sample['detail-type'], Detail: JSON.stringify(sample.detail) };
  await ground.call('events', 'PutEvents', { Entries: [entry] });
  await advance('PT1S');
};

const textsBack = async ({ ground, refOf, advance }: Segue): Promise<void> => {
  const message = { originationNumber: '+447700900001', messageBody: 'STOP', inboundMessageId: 'in' };
  await ground.call('sns', 'Publish', { TopicArn: refOf('InboundSms'), Message: JSON.stringify(message) });
  await advance('P2D');
};

/** The topic has no leave to send to the signals queue. */
const cannotHandOn: Change = ({ Resources }) => {
  const policies = Object.values(Resources).filter(({ Type }) => Type === 'AWS::SQS::QueuePolicy');
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument!.Statement);
  statements.find(
    (one) => JSON.stringify(one).includes('sns.amazonaws.com') && JSON.stringify(one).includes('"Signals"'),
  )!.Action = [];
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
    expected: { signals: { 'Consent Changed': 1 }, answers: ['GET /v1/unsubscribe: 200', 'POST /v1/unsubscribe: 200'] },
    async play(segue) {
      await leavesCart(segue);
      await segue.advance('PT4H');
      const [email] = await segue.outbox();
      const { pathname } = new URL(/<(http[^>]+)>/.exec(email?.headers['List-Unsubscribe'] ?? '')?.[1] ?? 'http://x/');
      await segue.http('GET', pathname);
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
    name: 'what is no signal is parked',
    expected: { queues: { RefusedSignals: 1 } },
    play: ({ put }) => put('{"type":"nonsense"}'),
  },
  {
    name: 'signals arrive over HTTP, and what is none is parked',
    expected: {
      signals: { X: 1, Identified: 2, 'Page Viewed': 1 },
      queues: { RefusedSignals: 1 },
      answers: [...calls, 'batch'].map((call) => `POST /v1/${call}: 200`),
    },
    play: sendsOverHttp,
  },
  {
    name: 'what others say becomes signals by its mapping',
    expected: { signals: { 'Order Completed': 2 } },
    async play(segue) {
      await sendsSample(segue, 'shopify-order');
      await sendsSample(segue, 'stripe-checkout');
    },
  },
  {
    name: 'a customer texts back',
    expected: { signals: { 'SMS Received': 1 } },
    play: textsBack,
  },
  {
    name: 'a text that cannot be delivered rests in the dead-letter queue',
    expected: { signals: {}, queues: { SignalsDead: 1 } },
    deployed: cannotHandOn,
    play: textsBack,
  },
  ...(['Shopify', 'Stripe'] as const).map((name): Scene => ({
    name: `an event for the mapping ${name} that cannot be delivered rests in the dead-letter queue`,
    expected: { signals: {}, queues: { SignalsDead: 1 } },
    deployed: cannotDeliver(`SignalMappings${name}`),
    play: (segue) => sendsSample(segue, name === 'Shopify' ? 'shopify-order' : 'stripe-checkout'),
  })),
  {
    name: 'a customer whose fold fails is set aside and rests in the dead-letter queue',
    expected: { queues: { RefoldsDead: 1 } },
    async play(segue) {
      await segue.put(lea());
      const row = await profileRow(segue);
      if (row !== undefined) await writes(segue, 'State', { ...row, owed: { S: 'no JSON' } });
      await segue.put(adds());
      await segue.advance('PT1H');
    },
  },
  {
    name: 'an operator refolds, and what was due is done',
    expected: { runs: { 'SUCCEEDED after Wait 4 hours': 1 } },
    deployed: foldPaused,
    async play(segue) {
      await leavesCart(segue);
      await refolds(segue, ['lea', 'adds']);
      await segue.advance('PT3H');
      await segue.put(adds('again'));
      await refolds(segue, ['again']);
      await segue.advance('PT2H');
      await segue.put(buys);
      await refolds(segue, ['buys']);
    },
  },
  {
    name: 'an operator refolds a click',
    expected: { messages: { email: 1, sms: 1 }, answers: ['live, version 2'] },
    deployed: foldPaused,
    async play(segue) {
      await publishNew(segue);
      await leavesCart(segue);
      await refolds(segue, ['lea', 'adds']);
      await segue.advance('PT4H');
      await clicks(segue);
      const ids = (await segue.scan('Log')).map(({ sk }) => (sk as { S: string }).S);
      await refolds(
        segue,
        ids.filter((id) => !['lea', 'adds'].includes(id)),
      );
    },
  },
  {
    name: 'a signal right after a refold folds the whole log',
    expected: { runs: { 'RUNNING after Wait 4 hours': 1 } },
    async play(segue) {
      await segue.put(lea());
      await refolds(segue, ['lea']);
      await segue.put(adds());
    },
  },
  {
    name: 'signals that cannot be folded at all are kept in the bucket',
    expected: { failedBatches: 1 },
    async play(segue) {
      await segue.put(lea());
      const row = await profileRow(segue);
      if (row !== undefined) await writes(segue, 'State', { ...row, body: { S: 'no JSON' } });
      await segue.put(adds());
      await segue.advance('PT1H');
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
      await publishNew(segue);
      await leavesCart(segue);
      await segue.advance('PT4H');
      await clicks(segue);
    },
  },
  {
    name: 'a journey that leaves the stack starts nobody',
    expected: { runs: {}, answers: ['retired'] },
    async play(segue) {
      const { document } = newVersion();
      await tellPublisher(segue, 'Delete', { Document: document, Machine: machineOf(segue).arn });
      await leavesCart(segue);
    },
  },
  {
    name: 'a signal that cannot be delivered rests in the dead-letter queue',
    expected: { queues: { SignalsDead: 1 }, signals: {} },
    deployed: cannotDeliver('SignalToSignals'),
    play: ({ put }) => put(lea()),
  },
  {
    name: 'a lost run that cannot be delivered rests in the dead-letter queue',
    expected: { queues: { LostRunsDead: 1 } },
    deployed: cannotDeliver('JourneyLostRunsDied'),
    play: stopsRun,
  },
  ...(['Email', 'Sms'] as const).map((channel): Scene => ({
    name: `a delivery report of the channel ${channel} that cannot be delivered rests in the dead-letter queue`,
    expected: { messages: { email: 1, sms: 1 }, queues: { SignalsDead: 2 } },
    deployed: cannotDeliver(`Feedback${channel}Events`),
    async play(segue) {
      await leavesCart(segue);
      await segue.advance('PT29H');
    },
  })),
];
