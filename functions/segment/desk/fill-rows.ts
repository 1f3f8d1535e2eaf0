import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { dynamodb, sqs } from '../../aws/clients.ts';
import { orRefused } from '../../aws/conditional.ts';
import { item, type Key, keyItem, plain } from '../../aws/keys.ts';

/** The table is walked through by so many at once. */
export const parts = 4;

/** What one walk goes on with: which publication it is for, its part of the table, where it stands and whom it has seen. */
export const FillRequest = z.object({
  fill: z.number(),
  part: z.number(),
  customers: z.number(),
  after: z.optional(z.object({ pk: z.string(), sk: z.string() })),
});
export type FillRequest = z.infer<typeof FillRequest>;

export type FillProgress = {
  readonly fill: number;
  readonly customers: number;
  /** All its parts are on their way. */
  readonly isBegun: boolean;
  readonly isDone: boolean;
};

const prefix = 'FILL#';
const fillKey = ({ fill, part }: FillRequest): Key => ({
  pk: 'SEGMENTS',
  sk: `${prefix}${String(fill).padStart(8, '0')}#${part}`,
});

/** How far every customer has been looked at since segments were published. */
export const fillRows = (table: string) => {
  const note = async (request: FillRequest, isDone: boolean): Promise<void> => {
    const { fill, customers } = request;
    await dynamodb().send(
      new PutItemCommand({
        TableName: table,
        Item: { ...keyItem(fillKey(request)), ...item({ fill, customers, isDone }) },
      }),
    );
  };

  /** Notes that a part is to be walked through, unless whoever walks was faster. */
  const begin = async (request: FillRequest): Promise<void> => {
    const { fill, customers } = request;
    await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName: table,
          Item: { ...keyItem(fillKey(request)), ...item({ fill, customers, isDone: false }) },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
  };

  /** Every walk that was begun, oldest first: customers looked at so far, and whether that is all of them. */
  const walks = async (): Promise<readonly FillProgress[]> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :fill)',
        ExpressionAttributeValues: item({ ':pk': 'SEGMENTS', ':fill': prefix }),
      }),
    );
    const byFill = Map.groupBy(Items.map(plain), ({ fill }) => Number(fill));
    return [...byFill].map(([fill, rows]) => ({
      fill,
      customers: rows.reduce((sum, { customers }) => sum + Number(customers), 0),
      isBegun: rows.length === parts,
      isDone: rows.length === parts && rows.every(({ isDone }) => isDone === true),
    }));
  };

  return { begin, note, walks };
};

export const requestFill = async (request: FillRequest, queueUrl: string): Promise<void> => {
  await sqs().send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(request) }));
};
