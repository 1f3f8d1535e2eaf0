import { BatchWriteItemCommand, DynamoDBServiceException, type WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Signal } from '#core/signal';
import { dynamodb } from './clients.ts';
import { jitter } from './conditional.ts';
import { customerPk, type Item, item } from './keys.ts';
import { logger } from './observed.ts';

/** One signal in its customer's log. `receivedAt` is ISO 8601. */
export type LogRow = {
  readonly customer: string;
  readonly signal: Signal;
  readonly receivedAt: string;
  /** It is learned, and nothing follows from it: no journey hears of it. */
  readonly silent?: boolean;
  /** Whoever stores it folds it too: the stream passes it over. */
  readonly folded?: boolean;
};

/** The most that DynamoDB takes in one call. */
const CHUNK = 25;
const ATTEMPTS = 6;

/** A signal as it lies in the log. */
export const logItem = ({ customer, signal, receivedAt, silent, folded }: LogRow): Item =>
  item({
    pk: customerPk(customer),
    sk: signal.messageId,
    at: signal.timestamp,
    receivedAt,
    signal: JSON.stringify(signal),
    ...(silent === true && { silent }),
    ...(folded === true && { folded }),
  });

const writeOf = (row: LogRow): WriteRequest => ({ PutRequest: { Item: logItem(row) } });

const keyOf = (pk: string, sk: string): string => `${pk} ${sk}`;
const rowKey = ({ customer, signal }: LogRow): string => keyOf(customerPk(customer), signal.messageId);
const requestKey = ({ PutRequest }: WriteRequest): string =>
  keyOf(PutRequest?.Item?.['pk']?.S ?? '', PutRequest?.Item?.['sk']?.S ?? '');

/** The log: one row per signal. The same signal again rewrites its own row. */
export const logStore = (table: string, pause: (attempt: number) => Promise<void> = jitter) => {
  /** One call; answers what DynamoDB left for later. */
  const write = async (rows: readonly LogRow[]): Promise<readonly LogRow[]> => {
    const { UnprocessedItems } = await dynamodb().send(
      new BatchWriteItemCommand({ RequestItems: { [table]: rows.map(writeOf) } }),
    );
    const left = new Set((UnprocessedItems?.[table] ?? []).map(requestKey));
    return rows.filter((row) => left.has(rowKey(row)));
  };

  const putChunk = async (rows: readonly LogRow[]): Promise<readonly LogRow[]> => {
    let left = rows;
    try {
      for (let attempt = 1; attempt <= ATTEMPTS && left.length > 0; attempt++) {
        if (attempt > 1) await pause(attempt);
        left = await write(left);
      }
      return left;
    } catch (error) {
      if (isPoisoned(error) && left.length > 1) return (await Promise.all(left.map((row) => putChunk([row])))).flat();
      logger.error('Rows were not stored', { table, rows: left.length, reason: nameOf(error) });
      return left;
    }
  };

  /**
   * Stores rows with distinct customer and messageId.
   * @returns those that could not be stored, which the caller has to bring again
   */
  const put = async (rows: readonly LogRow[]): Promise<readonly LogRow[]> => {
    const failed: LogRow[] = [];
    for (let start = 0; start < rows.length; start += CHUNK)
      failed.push(...(await putChunk(rows.slice(start, start + CHUNK))));
    return failed;
  };

  return { put };
};
export type LogStore = ReturnType<typeof logStore>;

/** One row DynamoDB will not take makes it refuse the whole call: the others are then stored one by one. */
const isPoisoned = (error: unknown): boolean =>
  error instanceof DynamoDBServiceException && error.name === 'ValidationException';

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
