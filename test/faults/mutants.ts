import { claimsQueue } from '../functions/world/environment.ts';
import type { Bug, Call } from './ground/aws.ts';
import type { Row } from './story/people.ts';

/** A bug that each promise must find. */
export type Mutant = { readonly name: string; readonly breaks: readonly string[]; readonly bug: Bug };

const always = 'attribute_exists(pk) OR attribute_not_exists(pk)';
const skOf = (part: Row | undefined): string => String(part?.['Key']?.sk?.S ?? part?.['Item']?.sk?.S ?? '');

/** The items of a transaction, one of them changed. */
const inTransaction =
  (change: (item: Row) => Row) =>
  ({ operation, input }: Call): Row =>
    operation === 'TransactWriteItems' ? { ...input, TransactItems: input['TransactItems'].map(change) } : input;

/** What a claim asks of its run, for nothing. */
const withoutRun: Bug = {
  rewrite: inTransaction((item) => {
    const update = item['Update'];
    if (!String(update?.UpdateExpression).startsWith('ADD claiming')) return item;
    const { ':claiming': claiming } = update.ExpressionAttributeValues;
    const { ExpressionAttributeNames: _, ...rest } = update;
    return {
      Update: { ...rest, ConditionExpression: always, ExpressionAttributeValues: { ':claiming': claiming } },
    };
  }),
};

/** A check of a transaction that never refuses. */
const unchecked = (sk: RegExp): Bug => ({
  rewrite: inTransaction(({ ConditionCheck, ...rest }) =>
    ConditionCheck !== undefined && sk.test(skOf(ConditionCheck))
      ? { ConditionCheck: { TableName: 'State', Key: ConditionCheck.Key, ConditionExpression: always } }
      : { ...rest, ...(ConditionCheck === undefined ? {} : { ConditionCheck }) },
  ),
});

/** A claim that asks how many were sent, and not whether the customer still agrees. */
const withoutConsent: Bug = {
  rewrite: inTransaction((item) => {
    const part = item['ConditionCheck'] ?? item['Update'];
    if (skOf(part) !== 'GATE' || part.ConditionExpression === undefined) return item;
    const { ':version': _, ...values } = part.ExpressionAttributeValues ?? {};
    const [, counted] = String(part.ConditionExpression).split(' AND ');
    const asked = { ...part, ConditionExpression: counted ?? always, ExpressionAttributeValues: values };
    if (item['Update'] !== undefined) return { Update: asked };
    return { ConditionCheck: { TableName: 'State', Key: part.Key, ConditionExpression: always } };
  }),
};

const isClaim = (item: Row): boolean => skOf(item['Put']).startsWith('SEND#');

/** Another condition for the row of a claim. */
const claimsIf = (ConditionExpression: string, more: () => object = () => ({})): Bug => ({
  rewrite: inTransaction((item) =>
    isClaim(item) ? { Put: { ...item['Put'], ConditionExpression, ...more() } } : item,
  ),
});

/** Each statement of a call, changed. */
const inStatements = (input: Row, change: (statement: Row) => Row): Row => ({
  ...input,
  Statements: input['Statements'].map(change),
});

/** A statement that writes no `owed`: nor its value, which stands where the name does. */
const withoutOwedIn = ({ Statement, Parameters }: Row): Row => {
  const names = [...String(Statement).matchAll(/["'](\w+)["'](?: =|:) \?/g)].map(([, name]) => name);
  const at = names.indexOf('owed');
  if (at < 0) return { Statement, Parameters };
  return {
    Statement: Statement.replace(/, ["']owed["'](?: =|:) \?/, ''),
    Parameters: Parameters.filter((_: unknown, index: number) => index !== at),
  };
};

/** A rewritten profile that asks for nothing: how often it was written is the last value. */
const unfencedIn = ({ Statement, Parameters }: Row): Row =>
  String(Statement).includes(' AND folds = ?')
    ? { Statement: Statement.replace(' AND folds = ?', ''), Parameters: Parameters.slice(0, -1) }
    : { Statement, Parameters };

const withoutOwned = ({ operation, input }: Call): Row => {
  if (operation === 'BatchExecuteStatement') return inStatements(input, withoutOwedIn);
  const { ':owed': owed, ...values } = input['ExpressionAttributeValues'] ?? {};
  const expression = String(input['UpdateExpression']);
  if (operation !== 'UpdateItem' || owed === undefined || !expression.includes(', owed = :owed')) return input;
  return {
    ...input,
    UpdateExpression: expression.replace(', owed = :owed', ''),
    ExpressionAttributeValues: values,
  };
};

const on =
  (sk: string, change: (input: Row) => Row) =>
  ({ operation, input }: Call): Row =>
    operation === 'UpdateItem' && skOf(input) === sk ? change(input) : input;

const renamed = (error: unknown, from: RegExp, to: string): unknown =>
  error instanceof Error && from.test(error.name)
    ? Object.assign(new Error('no'), { name: to, $metadata: { httpStatusCode: 400 } })
    : error;

export const mutants: readonly Mutant[] = [
  { name: 'the ledger takes a second claim', breaks: ['I1', 'I16'], bug: claimsIf(always) },
  {
    name: 'an expired claim is claimed anew',
    breaks: ['I1', 'I16'],
    bug: claimsIf('attribute_not_exists(pk) OR leaseUntil < :now', () => ({
      ExpressionAttributeValues: { ':now': { N: String(Date.now()) } },
    })),
  },
  {
    name: 'an answer that never came counts as nothing sent',
    breaks: ['I1'],
    bug: { misread: (error) => renamed(error, /^(AbortError|ServiceUnavailable)$/, 'Throttling') },
  },
  { name: 'consent is not asserted in the claim', breaks: ['I3', 'I22'], bug: withoutConsent },
  {
    name: 'nobody asks in the claim whether a slot was taken meanwhile',
    breaks: ['I7'],
    bug: {
      rewrite: inTransaction((item) => {
        const update = item['Update'];
        if (skOf(update) !== 'GATE' || update.ConditionExpression === undefined) return item;
        const { ':counted': _, ...ExpressionAttributeValues } = update.ExpressionAttributeValues;
        const [ConditionExpression] = String(update.ConditionExpression).split(' AND ');
        return { Update: { ...update, ConditionExpression, ExpressionAttributeValues } };
      }),
    },
  },
  {
    name: 'an older fold may overwrite newer consents',
    breaks: ['I3', 'I9'],
    bug: {
      rewrite: on('GATE', (input) => ({
        ...input,
        ConditionExpression: 'attribute_not_exists(consents) OR consents <> :consents',
      })),
    },
  },
  {
    name: 'a change of consent is not counted',
    breaks: ['I22'],
    bug: {
      rewrite: on('GATE', (input) => ({
        ...input,
        ExpressionAttributeValues: { ...input['ExpressionAttributeValues'], ':one': { N: '0' } },
      })),
    },
  },
  { name: 'the provider is waited for beyond the lease', breaks: ['I4'], bug: { waits: true } },
  { name: 'the run is not asserted in the claim', breaks: ['I5'], bug: withoutRun },
  { name: 'the address is not asserted in the claim', breaks: ['I21'], bug: unchecked(/^SUPPRESSED$/) },
  {
    name: 'a wait begins without asking what was heard',
    breaks: ['I6', 'I15'],
    bug: {
      rewrite: inTransaction((item) => {
        const condition = String(item['Update']?.ConditionExpression ?? '');
        if (!condition.includes('heard.#waitsIn')) return item;
        const { '#waitsIn': _, ...ExpressionAttributeNames } = item['Update'].ExpressionAttributeNames;
        const ConditionExpression = condition.replace(' AND attribute_not_exists(heard.#waitsIn)', '');
        return { Update: { ...item['Update'], ConditionExpression, ExpressionAttributeNames } };
      }),
    },
  },
  {
    name: 'the hours are those of UTC',
    breaks: ['I8'],
    bug: {
      reread: ({ operation }, answer) =>
        operation === 'Query'
          ? JSON.parse(JSON.stringify(answer).replaceAll(/America\/New_York|Asia\/Tokyo|Europe\/Berlin/g, 'Etc/UTC'))
          : answer,
    },
  },
  {
    name: 'two folds may write the same profile',
    breaks: ['I9'],
    bug: {
      rewrite: (call) =>
        call.operation === 'BatchExecuteStatement'
          ? inStatements(call.input, unfencedIn)
          : on('PROFILE', (input) => {
              const { ':before': _, ...ExpressionAttributeValues } = input['ExpressionAttributeValues'];
              if (!/folds/.test(input['ConditionExpression'] ?? '')) return input;
              return { ...input, ConditionExpression: always, ExpressionAttributeValues };
            })(call),
    },
  },
  {
    name: 'a fold is written before its acts are safe',
    breaks: ['I9', 'I15', 'I6', 'I5'],
    bug: { rewrite: withoutOwned },
  },
  {
    name: 'a conflict is taken for a refusal',
    breaks: ['I16', 'I15', 'I9'],
    bug: {
      misread: (error) => {
        const reasons = Reflect.get(Object(error), 'CancellationReasons') as Row[] | undefined;
        for (const reason of reasons ?? [])
          if (reason['Code'] === 'TransactionConflict') reason['Code'] = 'ConditionalCheckFailed';
        return error;
      },
    },
  },
  {
    name: 'a claim is settled without a fence',
    breaks: ['I16'],
    bug: {
      rewrite: inTransaction((item) => {
        const update = item['Update'];
        if (!skOf(update).startsWith('SEND#')) return item;
        const { ':owner': _, ':claimed': __, ...ExpressionAttributeValues } = update.ExpressionAttributeValues;
        const { '#owner': ___, ...ExpressionAttributeNames } = update.ExpressionAttributeNames;
        return {
          Update: { ...update, ConditionExpression: always, ExpressionAttributeValues, ExpressionAttributeNames },
        };
      }),
    },
  },
  {
    name: 'a claim is given back by whoever comes',
    breaks: ['I16', 'I1'],
    bug: {
      rewrite: inTransaction((item) => {
        const gone = item['Delete'];
        if (!skOf(gone).startsWith('SEND#')) return item;
        return { Delete: { TableName: gone.TableName, Key: gone.Key } };
      }),
    },
  },
  {
    name: 'a message of service is asked for once, and then given up',
    breaks: ['I2'],
    bug: {
      rewrite: inTransaction((item) => {
        const update = item['Update'];
        if (update?.ExpressionAttributeValues?.[':attempts'] === undefined) return item;
        return {
          Update: { ...update, ConditionExpression: `attribute_not_exists(pk) AND (${update.ConditionExpression})` },
        };
      }),
    },
  },
  {
    name: 'what a provider reports settles nothing',
    breaks: ['I16'],
    bug: {
      rewrite: ({ operation, input }) =>
        operation === 'UpdateItem' && /^SET #status.*settledBy = :report/.test(input['UpdateExpression'])
          ? { ...input, ConditionExpression: `attribute_not_exists(pk) AND (${input['ConditionExpression']})` }
          : input,
    },
  },
  {
    name: 'nobody looks after the claims of runs that were left',
    breaks: ['I16'],
    bug: {
      rewrite: ({ operation, input }) =>
        operation === 'SendMessage' && input['QueueUrl'] === claimsQueue ? { ...input, QueueUrl: 'nowhere' } : input,
    },
  },
  {
    name: 'a run does not name the message it is sending',
    breaks: ['I16'],
    bug: {
      rewrite: inTransaction((item) =>
        String(item['Update']?.UpdateExpression).startsWith('ADD claiming')
          ? {
              Update: {
                ...item['Update'],
                UpdateExpression: 'DELETE claiming :claiming',
              },
            }
          : item,
      ),
    },
  },
  {
    name: 'why a message was withheld is not written',
    breaks: ['why'],
    bug: {
      rewrite: ({ operation, input }) =>
        operation === 'TransactWriteItems'
          ? {
              ...input,
              TransactItems: input['TransactItems'].filter(({ Put }: Row) => !skOf(Put).startsWith('WHY#')),
            }
          : input,
    },
  },
];
