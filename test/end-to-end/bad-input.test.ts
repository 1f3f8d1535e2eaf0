import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customer, type Segue, shopClient, startSegue } from './segue-process.ts';

let segue: Segue;
beforeAll(async () => {
  segue = await startSegue('--memory');
}, 90_000);
afterAll(async () => segue?.stop());

const config = () => ({
  endpoint: segue.aws,
  region: 'us-east-1',
  credentials: { accessKeyId: 'ops', secretAccessKey: 'x' },
});

test('what is no signal is parked with its reason, and the others of the batch go through', async () => {
  const bad: [reason: string, detail: string][] = [
    ['unknown-shape', '{"type":"nonsense","userId":"u"}'],
    ['no-identity', '{"type":"track","event":"Product Added","properties":{}}'],
    [
      'too-large',
      JSON.stringify({ type: 'track', event: 'Big', userId: 'u', properties: { text: 'x'.repeat(70_000) } }),
    ],
    ['bad-timestamp', '{"type":"track","event":"E","userId":"u","timestamp":"yesterday"}'],
    ['forbidden-key', '{"type":"track","event":"E","userId":"u","properties":{"__proto__":{"a":1}}}'],
    [
      'too-deep',
      JSON.stringify({
        type: 'track',
        event: 'E',
        userId: 'u',
        properties: JSON.parse('{"a":'.repeat(12) + '1' + '}'.repeat(12)),
      }),
    ],
  ];
  const bus = new EventBridgeClient(config());
  const good = customer('good');
  await bus.send(
    new PutEventsCommand({
      Entries: [...bad.map(([, Detail]) => Detail), JSON.stringify(good)].map((Detail) => ({
        EventBusName: 'segue',
        Source: 'shop',
        DetailType: 'track',
        Detail,
      })),
    }),
  );
  await shopClient(segue.aws)({
    type: 'track',
    event: 'Product Added',
    userId: 'good',
    properties: { cart_id: 'c', product_id: 'p', name: 'P' },
  });
  await segue.advance('PT4H');
  expect(await segue.outbox('good@example.com')).toHaveLength(1);

  const sqs = new SQSClient(config());
  const QueueUrl = `${segue.aws}/000000000000/segue-local-refused-signals`;
  const parked: string[] = [];
  for (let i = 0; i < 5; i++) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    );
    parked.push(...Messages.map(({ MessageAttributes }) => MessageAttributes?.['reason']?.StringValue ?? ''));
  }
  expect(parked.toSorted()).toEqual(bad.map(([reason]) => reason).toSorted());
});
