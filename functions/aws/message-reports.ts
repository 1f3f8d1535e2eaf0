import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Reported } from '#core/feedback';
import { sendId } from '#core/journey';
import { readReports, settledBy, writeReport } from '#core/message';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { item, keyItem, plain, sendKey } from './keys.ts';
import { count } from './observed.ts';
import type { Statement, StatementBatch } from './statement-batch.ts';

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

  const recordOne = async (all: readonly [Reported, ...Reported[]]): Promise<void> => {
    const found = foundBy(all[0]);
    const row = await add(found, all);
    if (row !== undefined) await settle(found, row, all);
  };

  const recording =
    (one: typeof recordOne) =>
    async (reported: readonly Reported[]): Promise<void> => {
      const bySend = Map.groupBy(reported, ({ send }) => JSON.stringify(send));
      for (const [first, ...others] of bySend.values()) if (first !== undefined) await one([first, ...others]);
    };

  /**
   * Writes down what was reported, and settles what nobody knew. A claim that is being sent is left to who sends it, and to
   * whoever comes after; both see the reports.
   */
  const record = recording(recordOne);

  /** That a message arrived is nearly always the first word of it, and changes nothing about one that is known to be sent. */
  const firstWord = (all: readonly [Reported, ...Reported[]]): Statement => {
    const { customer, send } = foundBy(all[0]);
    const { pk, sk } = sendKey(customer, send);
    return {
      text: `UPDATE "${table}" SET provider = ?, reports = ? WHERE pk = ? AND sk = ? AND "status" = ? AND reports IS MISSING`,
      values: [
        { S: all[0].provider },
        { SS: [...new Set(all.map(({ report }) => writeReport(report)))] },
        { S: pk },
        { S: sk },
        { S: 'SENT' },
      ],
    };
  };

  /** The same for many customers at a time: first words go 25 to a call. */
  const together = (batch: StatementBatch): { readonly record: typeof record } => ({
    record: recording(async (all) => {
      const isFirst = all.every(({ report }) => report.kind === 'delivered');
      if (!isFirst || !(await batch(firstWord(all)))) await recordOne(all);
    }),
  });

  return { record, together };
};
export type MessageReports = ReturnType<typeof messageReports>;
