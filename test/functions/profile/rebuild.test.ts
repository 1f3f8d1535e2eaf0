import '../world/environment.ts';
import { DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Signal } from '#core/signal';
import { item } from '../../../functions/aws/keys.ts';
import { services } from '../world/calls.ts';
import { shoes } from '../world/customer.ts';
import { tables } from '../world/environment.ts';
import { executionsOf } from '../world/step-functions.ts';
import {
  at,
  cartAbandonment,
  hour,
  minute,
  monday,
  outbox,
  publish,
  putRow,
  refolds,
  rowsOf,
  startWorld,
  stopWorld,
} from '../world/world.ts';
import { bodyOf, seenOf, stateOf } from './identity-truth.ts';
import { ids, logStream, type LogStream } from './log-stream.ts';

let client: DynamoDBClient;
beforeAll(async () => {
  await startWorld();
  await publish(cartAbandonment);
  client = new DynamoDBClient({});
  vi.spyOn(Math, 'random').mockReturnValue(0);
  services.sqs.on(SendMessageBatchCommand).callsFake(({ Entries }: { Entries: { MessageBody: string }[] }) => {
    refolds.push(...Entries.map(({ MessageBody }) => MessageBody));
    return { Successful: [] };
  });
});
afterAll(stopWorld);

let made = 0;
let world = 0;
let stream: LogStream;
beforeEach(() => {
  at(monday);
  refolds.length = 0;
  outbox.length = 0;
  world += 1;
  stream = logStream();
});

const signal = (fields: Partial<Signal> & Pick<Signal, 'subject' | 'event'>): Signal => ({
  messageId: `m-${String((made += 1)).padStart(5, '0')}`,
  type: 'track',
  timestamp: new Date(Date.now() - (made % 7) * minute).toISOString(),
  properties: {},
  traits: {},
  context: {},
  ...fields,
});
const user = (id: string) => ({ user: `${id}.${world}` });

const shopping = (id: string): readonly Signal[] => [
  signal({
    subject: { ...user(id), anonymous: `phone-${id}.${world}` },
    event: 'Identified',
    type: 'identify',
    traits: { email: `${id}@shop.example`, consent: { email: true, sms: { news: false } } },
  }),
  signal({
    subject: { anonymous: `phone-${id}.${world}` },
    event: 'Product Viewed',
    properties: { product_id: 'mug' },
  }),
  signal({ subject: user(id), event: 'Zebra Seen' }),
  signal({ subject: user(id), event: 'Product Added', properties: shoes }),
  signal({ subject: user(id), event: 'Order Completed', properties: { order_id: 'o', revenue: 9.9 } }),
  signal({ subject: user(id), event: 'CSAT Given', properties: { csat: 4, nps: 9 } }),
  signal({ subject: user(id), event: 'Apple Seen' }),
];

const order = async (what: object): Promise<void> => {
  refolds.push(JSON.stringify({ rebuild: what }));
  await stream.settle();
};
const drop = async (customer: string): Promise<void> => {
  const Key = item({ pk: `C#${customer}`, sk: 'PROFILE' });
  await client.send(new DeleteItemCommand({ TableName: tables.state, Key }));
};

describe('a rebuild', () => {
  test('of one customer gives the profile as it was, to the byte', async () => {
    await stream.ingest(shopping('ada'));
    await stream.settle();
    const [customer, phone] = [ids.idOf(user('ada')), ids.idOf({ anonymous: `phone-ada.${world}` })];
    const before = await bodyOf(customer);
    const runs = (await stateOf(customer))!['runs'];
    await drop(customer);
    await drop(phone);
    await order({ customer: user('ada').user });
    expect(await bodyOf(customer)).toBe(before);
    expect((await stateOf(customer))!['runs']).toEqual(runs);
    expect((await stateOf(phone))!['mergedInto']).toBe(customer);
    expect(executionsOf(customer)).toHaveLength(1);
  });

  test('of everybody finds everybody in the log, and repairs who was wrong', async () => {
    for (const id of ['ada', 'ben', 'cleo']) await stream.ingest(shopping(id));
    await stream.settle();
    const customers = ['ada', 'ben', 'cleo'].map((id) => ids.idOf(user(id)));
    const before = await Promise.all(customers.map(bodyOf));
    await client.send(
      new UpdateItemCommand({
        TableName: tables.state,
        Key: item({ pk: `C#${customers[1]}`, sk: 'PROFILE' }),
        UpdateExpression: 'SET body = :body',
        ExpressionAttributeValues: item({ ':body': JSON.stringify({ writes: [], seen: {} }) }),
      }),
    );
    await drop(customers[0]!);
    await order('all' as never);
    expect(await Promise.all(customers.map(bodyOf))).toEqual(before);
    expect(outbox).toEqual([]);
  });

  test('while signals stream in counts each once', async () => {
    const customer = ids.idOf(user('ada'));
    await stream.ingest(shopping('ada'));
    for (let n = 0; n < 8; n++) {
      await stream.ingest([signal({ subject: user('ada'), event: 'Product Viewed' })]);
      refolds.push(JSON.stringify({ customer, messageIds: [] }));
      if (n % 2 === 0) await stream.refoldOne(() => 0);
      await stream.foldSome(() => 0);
      if (n % 3 === 0) await drop(customer);
      at(Date.now() + 4000);
    }
    await stream.settle();
    expect((await seenOf(customer))['Product Viewed']).toBe(9);
  });

  test('of nobody does nothing', async () => {
    await order({ customer: 'nobody' });
    expect(await stateOf(ids.idOf({ user: 'nobody' }))).toBeUndefined();
  });
});

describe('the whole archive, replayed in any order,', () => {
  test('changes nothing and sends nothing', async () => {
    const all = [...shopping('ada'), ...shopping('ben')];
    await stream.ingest(all);
    await stream.settle();
    const customers = ['ada', 'ben'].map((id) => ids.idOf(user(id)));
    const state = () => Promise.all(customers.map((customer) => rowsOf(`C#${customer}`)));
    const [before, starts] = [await state(), customers.flatMap((each) => executionsOf(each)).length];
    at(monday + 300 * hour);
    await stream.ingest(all.toSorted((a, b) => (a.messageId.at(-1)! < b.messageId.at(-1)! ? -1 : 1)).toReversed());
    await stream.settle();
    expect(await state()).toEqual(before);
    expect(customers.flatMap((each) => executionsOf(each))).toHaveLength(starts);
    expect(outbox).toEqual([]);
  });
});

describe('who was erased', () => {
  test('stays erased: what comes late is destroyed, in whichever log it comes', async () => {
    await stream.ingest(shopping('ada'));
    await stream.settle();
    const customer = ids.idOf(user('ada'));
    await putRow('state', { pk: `C#${customer}`, sk: 'PROFILE', erasedAt: Date.now() });
    const [late, viaPhone] = [
      signal({ subject: user('ada'), event: 'Product Viewed' }),
      signal({ subject: { anonymous: `phone-ada.${world}` }, event: 'Product Viewed' }),
    ];
    await stream.ingest([late, viaPhone]);
    await stream.settle();
    expect(await stateOf(customer)).toEqual({ pk: `C#${customer}`, sk: 'PROFILE', erasedAt: Date.now() });
    const log = await rowsOf(`C#${customer}`, 'log');
    expect([log.has(late.messageId), log.has(viaPhone.messageId)]).toEqual([false, false]);
    await order({ customer: user('ada').user });
    expect((await stateOf(customer))!['body']).toBeUndefined();
  });

  test('just while a fold is under way is not brought back by it', async () => {
    const customer = ids.idOf(user('ada'));
    await stream.ingest([signal({ subject: user('ada'), event: 'Product Viewed' })]);
    await stream.settle();
    await stream.ingest([signal({ subject: user('ada'), event: 'Product Viewed' })]);
    await client.send(
      new UpdateItemCommand({
        TableName: tables.state,
        Key: item({ pk: `C#${customer}`, sk: 'PROFILE' }),
        UpdateExpression: 'SET erasedAt = :at REMOVE body',
        ExpressionAttributeValues: item({ ':at': Date.now() }),
      }),
    );
    await stream.settle();
    expect((await stateOf(customer))!['body']).toBeUndefined();
  });
});

describe('a silent row', () => {
  test('is learned, and starts, wakes and exits nothing', async () => {
    const customer = ids.idOf(user('ada'));
    await stream.ingest([signal({ subject: user('ada'), event: 'Product Added', properties: shoes })], {
      silent: true,
    });
    await stream.settle();
    expect(await seenOf(customer)).toEqual({ 'Product Added': 1 });
    expect(executionsOf(customer)).toEqual([]);
    await stream.ingest([
      signal({ subject: user('ada'), event: 'Product Added', properties: { ...shoes, cart_id: '2' } }),
    ]);
    await stream.ingest([signal({ subject: user('ada'), event: 'Order Completed', properties: { cart_id: '2' } })], {
      silent: true,
    });
    await stream.settle();
    expect(executionsOf(customer)).toMatchObject([{ status: 'running' }]);
    expect(await seenOf(customer)).toEqual({ 'Order Completed': 1, 'Product Added': 2 });
  });
});
