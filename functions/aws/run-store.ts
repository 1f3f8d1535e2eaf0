import {
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Gate } from '#core/decision';
import type { Enrolment } from '#core/journey';
import { emptyProfile, type Profile } from '#core/profile';
import { dynamodb } from './clients.ts';
import { type Cancelled, jitter, transact } from './conditional.ts';
import { readEnrolment, stillOpen } from './enrolment-store.ts';
import { readGate } from './gate-store.ts';
import { customerPk, enrolmentKey, type Item, item, keyItem, plain } from './keys.ts';

/** Everything a step looks at, read in one consistent query. */
export type Circumstances = {
  readonly profile: Profile;
  readonly gate: Gate;
  readonly enrolments: readonly Enrolment[];
};

/** What a step leaves behind for its run. */
export type RunChange =
  | {
      readonly wait: {
        readonly step: string;
        readonly token: string;
        readonly deadline: number;
        readonly hears: boolean;
      };
    }
  | { readonly end: { readonly at: number; readonly reason: string } }
  | { readonly note: true };

type StepNotes = { readonly [step: string]: { readonly [field: string]: string | number } };

const expressionOf = (change: RunChange) => {
  if ('wait' in change) {
    const { step, token, deadline, hears } = change.wait;
    return {
      set: ['#token = :token', '#step = :step', 'deadline = :deadline'],
      condition: hears ? [stillOpen, 'attribute_not_exists(heard.#waitsIn)'] : [stillOpen],
      names: { '#token': 'token', '#step': 'step', ...(hears ? { '#waitsIn': step } : {}) },
      values: { ':token': token, ':step': step, ':deadline': deadline },
    };
  }
  if ('end' in change)
    return {
      set: ['endedAt = :endedAt', 'endReason = :endReason'],
      condition: [stillOpen],
      names: {},
      values: { ':endedAt': change.end.at, ':endReason': change.end.reason },
    };
  return { set: [], condition: [], names: {}, values: {} };
};

/** The run's side of a step: what it waits for next or how it ended, with what became of its steps. */
export const runStore = (table: string) => {
  const load = async (customer: string): Promise<Circumstances> => {
    const rows: Record<string, unknown>[] = [];
    let from: Item | undefined;
    do {
      const page = await dynamodb().send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: item({ ':pk': customerPk(customer), ':from': 'ENROL#', ':to': 'PROFILE' }),
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      rows.push(...(page.Items ?? []).map(plain));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    const body = rows.find(({ sk }) => sk === 'PROFILE')?.['body'];
    return {
      profile: typeof body === 'string' ? JSON.parse(body) : emptyProfile(),
      gate: readGate(rows.find(({ sk }) => sk === 'GATE')),
      enrolments: rows.filter(({ sk }) => String(sk).startsWith('ENROL#')).map(readEnrolment),
    };
  };

  const updateOf = (customer: string, run: Enrolment, change: RunChange, notes: StepNotes): TransactWriteItem => {
    const { set, condition, names, values } = expressionOf(change);
    const noted = Object.entries(notes);
    return {
      Update: {
        TableName: table,
        Key: keyItem(enrolmentKey(customer, run)),
        UpdateExpression: `SET ${[...set, ...noted.map((_, i) => `steps.#s${i} = :s${i}`)].join(', ')}`,
        ConditionExpression: ['occurrence = :occurrence', ...condition].join(' AND '),
        ...(noted.length + Object.keys(names).length === 0
          ? {}
          : {
              ExpressionAttributeNames: { ...names, ...Object.fromEntries(noted.map(([step], i) => [`#s${i}`, step])) },
            }),
        ExpressionAttributeValues: item({
          ':occurrence': run.occurrence,
          ...values,
          ...Object.fromEntries(noted.map(([, note], i) => [`:s${i}`, note])),
        }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
  };

  /**
   * Writes a step's end in one transaction with the settlements of its sends (`others` come first, so their indexes do not
   * move). Returns what refused it, or nothing when it is done.
   */
  const change = (
    customer: string,
    run: Enrolment,
    what: { readonly change: RunChange; readonly notes: StepNotes; readonly others: readonly TransactWriteItem[] },
  ): Promise<Cancelled | undefined> =>
    transact(
      () =>
        dynamodb().send(
          new TransactWriteItemsCommand({
            TransactItems: [...what.others, updateOf(customer, run, what.change, what.notes)],
          }),
        ),
      jitter,
    );

  /** Opens a run again that was closed because its execution had died: somebody redrives it. */
  const reopen = async (customer: string, run: Enrolment): Promise<void> => {
    await dynamodb().send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyItem(enrolmentKey(customer, run)),
        UpdateExpression: 'REMOVE endedAt, endReason',
        ConditionExpression: 'occurrence = :occurrence AND endReason = :reason',
        ExpressionAttributeValues: item({ ':occurrence': run.occurrence, ':reason': run.endReason }),
      }),
    );
  };

  return { load, change, reopen };
};
export type RunStore = ReturnType<typeof runStore>;
