import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Note } from '#core/customer';
import { type StoredRun, stillOpen } from '../../aws/enrolment-store.ts';
import { enrolmentKey, gateKey, item, keyItem, noteKey, profileKey } from '../../aws/keys.ts';

/** What an agent does for a customer, as writes of one transaction: none of them reaches who was erased meanwhile. */
export const actionWrites = (table: string) => {
  /** @param request what the request is remembered under, so that an erasure finds that as well */
  const note = (customer: string, { at, id, by, text, did }: Note, request: string): TransactWriteItem => ({
    Put: { TableName: table, Item: item({ ...noteKey(customer, at, id), id, by, text, did, request }) },
  });

  const notErased = (customer: string): TransactWriteItem => ({
    ConditionCheck: {
      TableName: table,
      Key: keyItem(profileKey(customer)),
      ConditionExpression:
        'attribute_exists(pk) AND attribute_not_exists(erasedAt) AND attribute_not_exists(mergedInto)',
    },
  });

  /** What is sent demands the version it was decided on: a message that is just being sent is decided again. */
  const pause = (customer: string, until: number): TransactWriteItem => ({
    Update: {
      TableName: table,
      Key: keyItem(gateKey(customer)),
      UpdateExpression: 'SET pausedUntil = :until ADD version :one',
      ConditionExpression: 'attribute_not_exists(erasedAt)',
      ExpressionAttributeValues: item({ ':until': until, ':one': 1 }),
    },
  });

  const leave = (
    customer: string,
    run: StoredRun,
    how: { readonly at: number; readonly reason: string },
  ): TransactWriteItem => ({
    Update: {
      TableName: table,
      Key: keyItem(enrolmentKey(customer, run)),
      UpdateExpression: 'SET exitedAt = :at, exitReason = :reason',
      ConditionExpression: `occurrence = :occurrence AND ${stillOpen}`,
      ExpressionAttributeValues: item({ ':at': how.at, ':reason': how.reason, ':occurrence': run.occurrence }),
    },
  });

  return { note, notErased, pause, leave };
};
export type ActionWrites = ReturnType<typeof actionWrites>;
