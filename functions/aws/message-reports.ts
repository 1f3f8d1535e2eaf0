import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Reported } from '#core/feedback';
import { sendId } from '#core/journey';
import { readReports, settledBy, writeReport } from '#core/message';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { item, keyItem, plain, sendKey } from './keys.ts';
import { count } from './observed.ts';

/** A row keeps this many reports: somebody who opens a message every day is told of no further. */
const mostReports = 16;

type Row = Record<string, unknown>;
type Found = { readonly customer: string; readonly send: string };

/** What the ledger calls the message. */
const foundBy = ({ send }: Reported): Found => ({
  customer: send.customer,
  send: sendId({ run: send, key: send.step }),
});

/** What providers report of messages, written into their rows. */
export const messageReports = (table: string) => {
  /** A set: the same said again changes nothing, and no order counts. A message that has no row gets none. */
  const add = async ({ customer, send }: Found, all: readonly Reported[]): Promise<Row | undefined> => {
    const [first] = all;
    if (first === undefined) return undefined;
    const answer = await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(sendKey(customer, send)),
          UpdateExpression: 'SET provider = if_not_exists(provider, :provider) ADD reports :new',
          ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(reports) OR size(reports) < :most)',
          ExpressionAttributeValues: item({
            ':provider': first.provider,
            ':new': new Set(all.map(({ report }) => writeReport(report))),
            ':most': mostReports,
          }),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return 'done' in answer ? plain(answer.done.Attributes ?? {}) : answer.refused;
  };

  /** Nobody knew whether it had left, or all that was known was a refusal: now it is known better. */
  const settle = async ({ customer, send }: Found, row: Row, all: readonly Reported[]): Promise<void> => {
    const kept = row['reports'] instanceof Set ? readReports(row['reports']) : [];
    const status = settledBy([...kept, ...all.map(({ report }) => report)]);
    const isOpen = row['status'] === 'UNKNOWN' || (row['status'] === 'FAILED' && row['settledBy'] === 'report');
    if (status === undefined || !isOpen || row['status'] === status) return;
    const at = all.map(({ report }) => report.at).toSorted()[0] ?? '';
    const answer = await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(sendKey(customer, send)),
          UpdateExpression: 'SET #status = :status, settledAt = :at, detail = :detail, settledBy = :report',
          ConditionExpression: '#status = :unknown OR (#status = :failed AND settledBy = :report)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: item({
            ':status': status,
            ':at': at,
            ':detail': String(row['provider'] ?? ''),
            ':report': 'report',
            ':unknown': 'UNKNOWN',
            ':failed': 'FAILED',
          }),
        }),
      ),
    );
    if ('done' in answer) count('MessageResolved', status);
  };

  /**
   * Writes down what was reported, and settles what nobody knew. A claim that is being sent is left to who sends it, and to
   * whoever comes after; both see the reports.
   */
  const record = async (reported: readonly Reported[]): Promise<void> => {
    const bySend = Map.groupBy(reported, ({ send }) => JSON.stringify(send));
    for (const all of bySend.values()) {
      const [first] = all;
      if (first === undefined) continue;
      const found = foundBy(first);
      const row = await add(found, all);
      if (row !== undefined) await settle(found, row, all);
    }
  };

  return { record };
};
export type MessageReports = ReturnType<typeof messageReports>;
