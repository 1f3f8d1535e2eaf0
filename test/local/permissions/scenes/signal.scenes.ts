import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Change } from '../grants.ts';
import type { Segue } from '../segue-ground.ts';
import { type Scene, lea, cannotDeliver } from './acts.ts';

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
  const file = fileURLToPath(new URL(`../../../../mappings/samples/${name}.json`, import.meta.url));
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

export const scenes: readonly Scene[] = [
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
    name: 'a signal that cannot be delivered rests in the dead-letter queue',
    expected: { queues: { SignalsDead: 1 }, signals: {} },
    deployed: cannotDeliver('SignalToSignals'),
    play: ({ put }) => put(lea()),
  },
];
