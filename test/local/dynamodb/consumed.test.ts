import { expect, test } from 'vitest';
import { consumption } from '../../../local/dynamodb/consumed.ts';
import { outside } from '../../../local/iam/access-control.ts';
import { AwsError, type JsonObject } from '../../../local/world.ts';

const someone = (id: string) => ({ ...outside, id });
const telling = (ConsumedCapacity: JsonObject | JsonObject[]) => async (): Promise<JsonObject> => ({
  done: true,
  ConsumedCapacity,
});
const refusing =
  (code: string, fields: JsonObject = {}) =>
  async (): Promise<JsonObject> => {
    throw new AwsError(code, 'no', { fields });
  };

test('units are counted for whoever caused them, reads and writes apart', async () => {
  const { measured, consumed } = consumption();
  const [ann, bob] = [someone('ann'), someone('bob')];
  await measured({ operation: 'Query', caller: ann }, {}, telling({ CapacityUnits: 1.5 }));
  await measured(
    { operation: 'BatchWriteItem', caller: ann },
    {},
    telling([{ CapacityUnits: 2 }, { CapacityUnits: 3 }]),
  );
  await measured({ operation: 'PutItem', caller: bob }, {}, telling({ CapacityUnits: 1 }));
  await measured({ operation: 'PutItem', caller: bob }, {}, telling({ CapacityUnits: 1 }));
  expect(consumed()).toEqual({
    ann: { Query: { reads: 1.5, writes: 0 }, BatchWriteItem: { reads: 0, writes: 5 } },
    bob: { PutItem: { reads: 0, writes: 2 } },
  });
});

test('only who asks for what a call consumed is told', async () => {
  const { measured } = consumption();
  const put = (input: JsonObject) =>
    measured({ operation: 'PutItem', caller: outside }, input, telling({ CapacityUnits: 1 }));
  expect(await put({})).toEqual({ done: true });
  expect(await put({ ReturnConsumedCapacity: 'NONE' })).toEqual({ done: true });
  expect(await put({ ReturnConsumedCapacity: 'TOTAL' })).toEqual({
    done: true,
    ConsumedCapacity: { CapacityUnits: 1 },
  });
});

test('a write that is refused is paid for, and the refusal stays what it was', async () => {
  const { measured, consumed } = consumption();
  const put = measured({ operation: 'PutItem', caller: outside }, {}, refusing('ConditionalCheckFailedException'));
  await expect(put).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' });
  const reasons = { CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }] };
  const both = refusing('TransactionCanceledException', reasons);
  await measured({ operation: 'TransactWriteItems', caller: outside }, {}, both).catch(() => undefined);
  await measured({ operation: 'GetItem', caller: outside }, {}, refusing('ValidationException')).catch(() => undefined);
  expect(consumed()).toEqual({
    outside: {
      PutItem: { reads: 0, writes: 1 },
      TransactWriteItems: { reads: 0, writes: 4 },
      GetItem: { reads: 0, writes: 0 },
    },
  });
});
