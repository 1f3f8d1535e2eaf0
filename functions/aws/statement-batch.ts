import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  type BatchStatementError,
  DynamoDBServiceException,
} from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { jitter } from './conditional.ts';
import { gather } from './gather.ts';
import type { Item } from './keys.ts';

/** One write in PartiQL. Two that wait at the same time must be about different items. */
export type Statement = { readonly text: string; readonly values: readonly AttributeValue[] };

/** The most that DynamoDB takes in one call. */
const most = 25;
const attempts = 8;

/** The item is there, or is not as it should be: an answer, and no error. */
const refusals: readonly string[] = ['DuplicateItem', 'ConditionalCheckFailed'];
const passing: readonly string[] = [
  'InternalServerError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'ThrottlingError',
  'TransactionConflict',
];

const callOnce = async (batch: readonly Statement[]): Promise<readonly (BatchStatementError | undefined)[]> => {
  const { Responses = [] } = await dynamodb().send(
    new BatchExecuteStatementCommand({
      Statements: batch.map(({ text, values }) => ({ Statement: text, Parameters: [...values] })),
    }),
  );
  return batch.map((_, index) => Responses[index]?.Error);
};

const answerOf = (error: BatchStatementError | undefined): boolean | 'again' => {
  if (error === undefined) return true;
  const code = String(error.Code);
  if (refusals.includes(code)) return false;
  if (passing.includes(code)) return 'again';
  throw new Error(`DynamoDB answered ${code}.`);
};

const run = async (batch: readonly Statement[]): Promise<readonly boolean[]> => {
  const answers = new Map<Statement, boolean>();
  let left = batch;
  for (let attempt = 1; left.length > 0; attempt++) {
    if (attempt > attempts) throw new Error('DynamoDB is too busy.');
    if (attempt > 1) await jitter(attempt);
    const errors = await callOnce(left);
    for (const [index, statement] of left.entries()) {
      const answer = answerOf(errors[index]);
      if (answer !== 'again') answers.set(statement, answer);
    }
    left = left.filter((statement) => !answers.has(statement));
  }
  return batch.map((statement) => answers.get(statement) === true);
};

/** One statement that DynamoDB does not take makes it refuse the whole call: each is then tried alone. */
const runOrAlone = async (batch: readonly Statement[]): Promise<readonly boolean[]> => {
  try {
    return await run(batch);
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException) || batch.length === 1) throw error;
    return (await Promise.all(batch.map((statement) => run([statement])))).flat();
  }
};

/**
 * Writes of single items that come at about the same time, up to 25 in a call at the price of as many writes. Each stands for itself:
 * `true` when it was done, `false` when the item was not as the statement wants it.
 */
export const statementBatch = () => gather<Statement, boolean>({ most, sizeOf: () => 1, run: runOrAlone });
export type StatementBatch = ReturnType<typeof statementBatch>;

/** Puts an item, unless there is one: `INSERT`, for which there is no condition to write. */
export const insertion = (table: string, values: Item): Statement => ({
  text: `INSERT INTO "${table}" VALUE {${Object.keys(values)
    .map((name) => `'${name}': ?`)
    .join(', ')}}`,
  values: Object.values(values),
});
