import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { jitter, transact } from './conditional.ts';
import { type Frozen, isMovedOn, stillOpen, type StoredRun, whereFound } from './enrolment-store.ts';
import { enrolmentKey, item, keyItem } from './keys.ts';
import { pointerPut } from './pointer-queue.ts';

/** Runs that stand still because their journey is paused, or whose wait goes on because it was. */
export const frozenRuns = (table: string) => {
  const update = (customer: string, run: StoredRun, frozen: Frozen): TransactWriteItem => ({
    Update: {
      TableName: table,
      Key: keyItem(enrolmentKey(customer, run)),
      UpdateExpression: 'SET frozen = :frozen, #step = :step',
      ConditionExpression: `occurrence = :occurrence AND ${stillOpen} AND ${whereFound(run)}`,
      ExpressionAttributeNames: { '#step': 'step', '#token': 'token' },
      ExpressionAttributeValues: item({
        ':frozen': frozen,
        ':step': frozen.is,
        ':occurrence': run.occurrence,
        ':found': run.token,
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });

  /**
   * Writes down that a run stands still, and how it was. `isCalled`: somebody is to call it back when the journey goes on.
   * @returns whether it was still open
   * @throws when another attempt has carried it on
   */
  const freeze = async (
    customer: string,
    run: StoredRun,
    { frozen, isCalled, at }: { readonly frozen: Frozen; readonly isCalled: boolean; readonly at: number },
  ): Promise<boolean> => {
    const { journey, enrol, occurrence } = run;
    const pointer = { customer, journey, enrol, occurrence, at, until: frozen.until };
    const TransactItems = [update(customer, run, frozen), ...(isCalled ? [pointerPut(table, 'HELD', pointer)] : [])];
    const refused = await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter);
    if (isMovedOn(refused?.item, run)) throw new Error('Another attempt has carried the run on.');
    return refused === undefined;
  };

  return { freeze };
};
export type FrozenRuns = ReturnType<typeof frozenRuns>;
