import { type TransactWriteItem, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Gate } from '#core/decision';
import { type Enrolment, holdPrefix, type StepNotes } from '#core/journey';
import { emptyProfile, type Profile } from '#core/profile';
import { dynamodb } from './clients.ts';
import { type Cancelled, jitter, transact } from './conditional.ts';
import { type Passed, readEnrolment, stillOpen, type StoredRun } from './enrolment-store.ts';
import { readGate } from './gate-store.ts';
import { type HeldMessage, readHeld } from './held-messages.ts';
import { customerPk, enrolmentKey, gotIn, item, keyItem, sendIn } from './keys.ts';
import { allRows } from './rows.ts';

/** Everything a step looks at, read in one consistent query. */
export type Circumstances = {
  readonly profile: Profile;
  readonly gate: Gate;
  readonly enrolments: readonly StoredRun[];
  /** Messages to many that wait for a slot. */
  readonly held: readonly HeldMessage[];
  /** Messages to many, by their names, that the customer is done with and was not sent. */
  readonly passed: readonly string[];
  /** Those they were sent under an id which turned out to be theirs. */
  readonly got: readonly string[];
  /** Whose these signals are now: the customer turned out to be another one. */
  readonly mergedInto?: string;
};

type Waiting = { readonly step: string; readonly token: string; readonly deadline: number };

/** What a step leaves behind for its run. Instants are epoch milliseconds. */
export type RunChange =
  /** It waits. @param unlessHeard what the wait is called among what was heard: what came before it is not to be missed */
  | { readonly wait: Waiting & { readonly unlessHeard?: string } }
  | { readonly hold: Waiting }
  /** A wait was over as it began; what comes next is heard by the waits after it. */
  | { readonly past: { readonly step: string; readonly at: number; readonly heard?: { key: string; winner: string } } }
  | { readonly end: { readonly at: number; readonly reason: string } }
  | { readonly note: true };

type Expression = {
  readonly set: readonly string[];
  readonly condition: readonly string[];
  readonly names: Record<string, string>;
  readonly values: Record<string, unknown>;
};

/** No other attempt has carried the run on since this one began: a late attempt changes nothing. */
const asFound = ({ token }: Enrolment): string =>
  token === undefined ? '(attribute_not_exists(#token) OR #token = :token)' : '#token IN (:found, :token)';

const waiting = ({ step, token, deadline }: Waiting, unlessHeard?: string): Expression => ({
  set: ['#token = :token', '#step = :step', 'deadline = :deadline'],
  condition: [stillOpen, ...(unlessHeard === undefined ? [] : ['attribute_not_exists(heard.#waitsIn)'])],
  names: { '#token': 'token', '#step': 'step', ...(unlessHeard === undefined ? {} : { '#waitsIn': unlessHeard }) },
  values: { ':token': token, ':step': step, ':deadline': deadline },
});

const expressionOf = (change: RunChange): Expression => {
  if ('wait' in change) return waiting(change.wait, change.wait.unlessHeard);
  if ('hold' in change) return waiting({ ...change.hold, step: `${holdPrefix}${change.hold.step}` });
  if ('past' in change) {
    const { step, at, heard } = change.past;
    return {
      set: ['#step = :step', 'deadline = :deadline', ...(heard === undefined ? [] : ['heard.#key = :winner'])],
      condition: [stillOpen],
      names: { '#step': 'step', ...(heard === undefined ? {} : { '#key': heard.key }) },
      values: { ':step': step, ':deadline': at, ...(heard === undefined ? {} : { ':winner': heard.winner }) },
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

type Change = {
  readonly change: RunChange;
  readonly notes: StepNotes;
  readonly others: readonly TransactWriteItem[];
  /** How far the step has come; without it, that stays as it is. */
  readonly passed?: Passed;
  /** The token of whoever asks, where it is to be refused once another attempt has carried the run on. */
  readonly attempt?: string;
};

/** The claims that are settled, or given back, with a step. */
const settledBy = (writes: readonly TransactWriteItem[]): readonly string[] =>
  writes.flatMap(({ Update, Delete }) => sendIn((Update ?? Delete)?.Key?.['sk']?.S ?? '') ?? []);

/** The run's side of a step: what it waits for next or how it ended, with what became of its steps. */
export const runStore = (table: string) => {
  const load = async (customer: string): Promise<Circumstances> => {
    const rows = await allRows({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: item({ ':pk': customerPk(customer), ':from': 'ENROL#', ':to': 'PROFILE' }),
    });
    const { body, mergedInto } = rows.find(({ sk }) => sk === 'PROFILE') ?? {};
    return {
      profile: typeof body === 'string' ? JSON.parse(body) : emptyProfile(),
      gate: readGate(rows.find(({ sk }) => sk === 'GATE')),
      enrolments: rows.filter(({ sk }) => String(sk).startsWith('ENROL#')).map(readEnrolment),
      held: rows.filter(({ sk }) => String(sk).startsWith('HELD#')).map(readHeld),
      passed: rows.flatMap(({ sk }) => String(sk).split('PASSED#')[1] ?? []),
      got: rows.flatMap(({ sk }) => gotIn(String(sk)) ?? []),
      ...(typeof mergedInto === 'string' ? { mergedInto } : {}),
    };
  };

  const updateOf = (
    customer: string,
    run: Enrolment,
    { change, notes, passed, others, attempt }: Change,
  ): TransactWriteItem => {
    const { set, condition, names, values } = expressionOf(change);
    const isFenced = attempt !== undefined;
    const noted = Object.entries(notes);
    const settled = settledBy(others);
    const allNames = {
      ...names,
      ...(isFenced ? { '#token': 'token' } : {}),
      ...Object.fromEntries(noted.map(([step], i) => [`#s${i}`, step])),
    };
    const sets = [...set, ...noted.map((_, i) => `steps.#s${i} = :s${i}`), ...(passed ? ['passed = :passed'] : [])];
    const expression = [
      ...(sets.length === 0 ? [] : [`SET ${sets.join(', ')}`]),
      ...(settled.length === 0 ? [] : ['DELETE claiming :settled']),
    ];
    return {
      Update: {
        TableName: table,
        Key: keyItem(enrolmentKey(customer, run)),
        UpdateExpression: expression.join(' '),
        ConditionExpression: ['occurrence = :occurrence', ...condition, ...(isFenced ? [asFound(run)] : [])].join(
          ' AND ',
        ),
        ...(Object.keys(allNames).length === 0 ? {} : { ExpressionAttributeNames: allNames }),
        ExpressionAttributeValues: item({
          ':occurrence': run.occurrence,
          ...values,
          ...(isFenced ? { ':token': attempt } : {}),
          ...(isFenced && run.token !== undefined ? { ':found': run.token } : {}),
          ...Object.fromEntries(noted.map(([, note], i) => [`:s${i}`, note])),
          ...(passed === undefined ? {} : { ':passed': passed }),
          ...(settled.length === 0 ? {} : { ':settled': new Set(settled) }),
        }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
  };

  /**
   * Writes a step's end in one transaction with the settlements of its sends (`others` come first, so their indexes do not
   * move). Returns what refused it, or nothing when it is done.
   */
  const change = (customer: string, run: Enrolment, what: Change): Promise<Cancelled | undefined> =>
    transact(
      () =>
        dynamodb().send(
          new TransactWriteItemsCommand({ TransactItems: [...what.others, updateOf(customer, run, what)] }),
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
