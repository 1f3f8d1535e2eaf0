import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/clients.ts';
import { orRefused } from '../../aws/conditional.ts';
import { type StoredRun, stillOpen } from '../../aws/enrolment-store.ts';
import { enrolmentKey, item, type Key, keyItem } from '../../aws/keys.ts';
import { finish } from '../../aws/runs.ts';
import { allRows } from '../../aws/rows.ts';

/** Why the runs of a customer ended who was erased. */
const reason = 'erased';

export type Whose = { readonly customer: string; readonly at: number };

/** Ends a run, and the execution that waits for it; the second time finds it ended and only makes sure of the execution. */
const leave = async (table: string, { customer, at }: Whose, run: StoredRun): Promise<void> => {
  const left = await orRefused(
    dynamodb().send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyItem(enrolmentKey(customer, run)),
        UpdateExpression: 'SET exitedAt = :at, exitReason = :reason',
        ConditionExpression: `occurrence = :occurrence AND ${stillOpen}`,
        ExpressionAttributeValues: item({ ':at': at, ':reason': reason, ':occurrence': run.occurrence }),
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  // Whatever the run is registered in now: nothing can be registered any more.
  const token = 'done' in left ? left.done.Attributes?.['token']?.S : run.token;
  if (token !== undefined) await finish(token);
};

/** Where somebody looks for runs that stand still: when they were put there, only the row itself says. */
const heldPointers = async (table: string, customer: string, journey: string): Promise<readonly Key[]> => {
  const rows = await allRows({
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    FilterExpression: 'customer = :customer',
    ExpressionAttributeValues: item({ ':pk': `HELD#${journey}`, ':customer': customer }),
  });
  return rows.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
};

/** Where runs are found by those who look for a journey's, outside their customer's partition. */
const pointersTo = async (table: string, customer: string, run: StoredRun): Promise<readonly Key[]> => {
  const { journey, enrol, occurrence, enteredAt, frozen } = run;
  const pending = { pk: `PENDING#${journey}`, sk: `${new Date(enteredAt).toISOString()}#${enrol}-${occurrence}` };
  return [pending, ...(frozen === undefined ? [] : await heldPointers(table, customer, journey))];
};

/** Ends all runs of a customer. @returns the pointers to them, which are to go as well */
export const leaveEverything = async (
  table: string,
  whose: Whose,
  runs: readonly StoredRun[],
): Promise<readonly Key[]> => {
  const pointers: Key[] = [];
  for (const run of runs) {
    await leave(table, whose, run);
    pointers.push(...(await pointersTo(table, whose.customer, run)));
  }
  return pointers;
};
