import type { DynamoDBRecord } from 'aws-lambda';
import { parseEvent, type Signal } from '#core/signal';
import { idsWith } from '../../../functions/aws/customer-id.ts';
import { item, plain } from '../../../functions/aws/keys.ts';
import { customerKey, tables } from '../../functions/world/environment.ts';
import { dynamo } from '../ground/aws.ts';
import type { Person } from './script.ts';

export const ids = idsWith(customerKey);
export const idOf = ({ user }: Person): string => ids.idOf({ user });

// oxlint-disable-next-line typescript/no-explicit-any -- rows are read freely in tests
export type Row = Record<string, any>;

/** Every row of a partition as it is now, past every fault. */
export const rowsOf = async (pk: string, TableName: string = tables.state): Promise<readonly Row[]> => {
  const { Items = [] } = await dynamo({
    operation: 'Query',
    input: {
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    },
  });
  return Items.map(plain);
};

/** As if these customers and their addresses had never been. */
export const forget = async (people: readonly Person[]): Promise<void> => {
  for (const person of people)
    for (const table of [tables.state, tables.log])
      for (const { pk, sk } of await rowsOf(`C#${idOf(person)}`, table))
        await dynamo({ operation: 'DeleteItem', input: { TableName: table, Key: item({ pk, sk }) } });
  for (const { traits } of people) {
    const address = ids.addressHash('email', String(Reflect.get(traits, 'email')));
    const Key = item({ pk: `ADDR#${address}`, sk: 'SUPPRESSED' });
    await dynamo({ operation: 'DeleteItem', input: { TableName: tables.state, Key } });
  }
};

/** A signal as it was received. */
export type Received = { readonly signal: Signal; readonly at: number; readonly record: DynamoDBRecord };

const signalOf = (person: Person, detail: object, messageId: string, now: number): Signal => {
  const parsed = parseEvent(
    {
      id: messageId,
      'detail-type': 'track',
      source: 'shop',
      time: new Date(now).toISOString(),
      detail: { userId: person.user, messageId, timestamp: new Date(now).toISOString(), ...detail },
    },
    now,
  );
  if (parsed.signal === undefined) throw new Error(parsed.refusal.message);
  return parsed.signal;
};

const recordOf = (id: string, fields: Row, sequence: number): DynamoDBRecord => ({
  eventName: 'INSERT',
  eventSourceARN: 'arn:aws:dynamodb:eu-central-1:000000000000:table/Log/stream/2026',
  dynamodb: {
    SequenceNumber: String(10n ** 20n + BigInt(sequence) * 100n),
    Keys: { pk: { S: `C#${id}` }, sk: { S: fields['sk'] } },
    NewImage: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { S: String(value) }])),
  },
});

type Said = {
  readonly person: Person;
  readonly detail: object;
  readonly messageId: string;
  readonly now: number;
  readonly sequence: number;
  /** A report about a message names the customer as we do. */
  readonly isReport?: boolean;
};

/** Writes a signal into the log: from now on it is acknowledged to whoever brought it. */
export const receive = async ({ person, detail, messageId, now, sequence, isReport }: Said): Promise<Received> => {
  const id = idOf(person);
  const parsed = signalOf(person, detail, messageId, now);
  const signal = isReport === true ? { ...parsed, subject: { customer: id } } : parsed;
  const receivedAt = new Date(now).toISOString();
  const row = { pk: `C#${id}`, sk: messageId, at: signal.timestamp, receivedAt, signal: JSON.stringify(signal) };
  await dynamo({ operation: 'PutItem', input: { TableName: tables.log, Item: item(row) } });
  return { signal, at: now, record: recordOf(id, row, sequence) };
};
