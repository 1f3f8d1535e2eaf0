import { BatchWriteItemCommand, PutItemCommand, QueryCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { dynamodb, sfn } from '../../aws/clients.ts';
import { jitter } from '../../aws/conditional.ts';
import { item, type Key, keyItem, plain } from '../../aws/keys.ts';

/** `2026-03-06T09:05`: the minute at which somebody is to look again. */
const minuteOf = (at: number): string => new Date(at).toISOString().slice(0, 16);
const dueKey = (at: number, customer: string): Key => ({ pk: `DUE#${minuteOf(at)}`, sk: customer });

/** A minute as near as this may be swept already, by a clock that is ahead of ours. */
const marginMs = 5000;
const mostKnown = 5000;

/**
 * Who is to be looked at again in which minute. An execution waits for each minute that has somebody: nothing runs while
 * nobody is due.
 */
export const dueRows = (table: string, machine: string) => {
  /** Minutes this function has seen an execution for. */
  const waited = new Set<string>();

  const start = async (at: number, name: string): Promise<void> => {
    try {
      await sfn().send(
        new StartExecutionCommand({
          stateMachineArn: machine,
          name,
          input: JSON.stringify({ at: new Date(at).toISOString(), minute: minuteOf(at) }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  };

  const waitFor = async (at: number, customer: string, now: number): Promise<void> => {
    const name = `due-${minuteOf(at).replaceAll(':', '-')}`;
    if (at - now < marginMs) return start(at, `${name}-${customer}`);
    if (waited.has(name)) return;
    await start(at, name);
    if (waited.size >= mostKnown) waited.clear();
    waited.add(name);
  };

  /** Looks again at a customer in a minute (ms). */
  const plan = async (customer: string, at: number, now: number): Promise<void> => {
    await dynamodb().send(new PutItemCommand({ TableName: table, Item: item({ ...dueKey(at, customer) }) }));
    if (machine !== '') await waitFor(at, customer, now);
  };

  /** Some of those who are due in a minute, 25 at most. */
  const take = async (minute: string): Promise<readonly string[]> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: item({ ':pk': `DUE#${minute}` }),
        Limit: 25,
      }),
    );
    return Items.map(plain).map(({ sk }) => String(sk));
  };

  const forget = async (minute: string, customers: readonly string[]): Promise<void> => {
    let left: WriteRequest[] = customers.map((sk) => ({
      DeleteRequest: { Key: keyItem({ pk: `DUE#${minute}`, sk }) },
    }));
    for (let attempt = 1; left.length > 0; attempt++) {
      if (attempt > 1) await jitter(attempt);
      const { UnprocessedItems } = await dynamodb().send(
        new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
      );
      left = UnprocessedItems?.[table] ?? [];
    }
  };

  return { plan, take, forget };
};
