import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Note, Place } from '#core/customer';
import { type Gate } from '#core/decision';
import { type MessageRow, readMessageRow } from '#core/message';
import type { Signal } from '#core/signal';
import { dynamodb } from '../../aws/clients.ts';
import { readEnrolment, type StoredRun } from '../../aws/enrolment-store.ts';
import { readGate } from '../../aws/gate-store.ts';
import { customerPk, item, plain, profileKey } from '../../aws/keys.ts';
import { type Link, readLink } from '../../aws/link-rows.ts';
import { readTask, type Task } from '../../aws/task.ts';
import { allRows, type Row, rowsAt } from '../../aws/rows.ts';

/** What one partition says of a customer, beside what is read newest first. */
export type CardRows = {
  readonly profile: Row;
  readonly gate: Gate;
  readonly gateRow: Row;
  readonly runs: readonly StoredRun[];
  readonly notes: readonly Note[];
  readonly consents: readonly Row[];
  /** Who turned out to be this customer. */
  readonly links: readonly Link[];
  readonly tasks: readonly Task[];
  /** What was sent. */
  readonly messages: readonly MessageRow[];
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const noteOf = ({ sk, id, by, text: words, did }: Row): Note => ({
  at: text(sk).split('#')[1] ?? '',
  id: text(id),
  by: text(by),
  text: text(words),
  ...(typeof did === 'string' ? { did } : {}),
});

const starting = (rows: readonly Row[], prefix: string): readonly Row[] =>
  rows.filter(({ sk }) => text(sk).startsWith(prefix));

/** The rows of a customer as a card shows them: a query each side of the rows that only say who read it. */
export const cardRows = (tables: { readonly state: string; readonly log: string }) => {
  const between = (customer: string, from: string, to: string): Promise<readonly Row[]> =>
    allRows({
      TableName: tables.state,
      // Whoever has just done something looks again at once.
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: item({ ':pk': customerPk(customer), ':from': from, ':to': to }),
    });

  const read = async (customer: string): Promise<CardRows> => {
    const [before, after] = await Promise.all([
      between(customer, '!', profileKey('').sk),
      between(customer, 'SEND#', 'TASK$'),
    ]);
    const gateRow = before.find(({ sk }) => sk === 'GATE') ?? {};
    return {
      profile: before.find(({ sk }) => sk === 'PROFILE') ?? {},
      gate: readGate(Object.keys(gateRow).length === 0 ? undefined : gateRow),
      gateRow,
      runs: starting(before, 'ENROL#').map(readEnrolment),
      notes: starting(before, 'NOTE#').map(noteOf),
      consents: starting(before, 'CONSENT#'),
      links: starting(before, 'LINKED#').map(readLink),
      tasks: starting(after, 'TASK#').map(readTask),
      messages: starting(after, 'SEND#').flatMap((row) => readMessageRow(customer, row) ?? []),
    };
  };

  /** What was not sent and why: the newest so many, up to an instant. */
  const withheld = async (customer: string, limit: number, from?: Place): Promise<readonly MessageRow[]> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: tables.state,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: item({
          ':pk': customerPk(customer),
          ':from': 'WHY#',
          ':to': from === undefined ? 'WHY$' : `WHY#${from.at}$`,
        }),
        ScanIndexForward: false,
        Limit: limit + (from?.given ?? 0),
      }),
    );
    return Items.flatMap((row) => readMessageRow(customer, plain(row)) ?? []);
  };

  /** The newest so many, up to an instant, in the order of the log's index. */
  const signals = async (customer: string, limit: number, from?: Place): Promise<readonly Signal[]> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: tables.log,
        IndexName: 'byTime',
        KeyConditionExpression: from === undefined ? 'pk = :pk' : 'pk = :pk AND #at <= :at',
        ...(from === undefined ? {} : { ExpressionAttributeNames: { '#at': 'at' } }),
        ExpressionAttributeValues: item({
          ':pk': customerPk(customer),
          ...(from === undefined ? {} : { ':at': from.at }),
        }),
        ScanIndexForward: false,
        Limit: limit + (from?.given ?? 0),
      }),
    );
    const ids = Items.map(plain).map(({ sk }) => text(sk));
    const keys = ids.map((sk) => ({ pk: customerPk(customer), sk }));
    const rows = await rowsAt(tables.log, keys, {});
    const found = new Map<string, Signal>(rows.map(({ sk, signal }) => [text(sk), JSON.parse(text(signal))]));
    return ids.flatMap((id) => found.get(id) ?? []);
  };

  return { read, withheld, signals };
};
export type CardStore = ReturnType<typeof cardRows>;
