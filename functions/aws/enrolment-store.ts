import { BatchGetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Act, Enrolment } from '#core/journey';
import * as z from 'zod/mini';
import { dynamodb } from './clients.ts';
import { type Conditional, jitter, orRefused } from './conditional.ts';
import { enrolmentKey, type Item, item, keyItem, plain } from './keys.ts';

type About = { readonly journey: string; readonly enrol: string };
type Occurrence = About & { readonly occurrence: number };
type Of<Do extends Act['do']> = Extract<Act, { do: Do }>;

const optional = z.optional(z.number());
const Json = z.record(z.string(), z.json());

const EnrolmentRow = z.object({
  journey: z.string(),
  version: z.number(),
  enrol: z.string(),
  key: z.string(),
  occurrence: z.number(),
  entry: z.pipe(
    z.string(),
    z.pipe(
      z.transform((text: string): unknown => JSON.parse(text)),
      z.object({ event: z.string(), messageId: z.string(), timestamp: z.string(), properties: Json }),
    ),
  ),
  machine: z.string(),
  enteredAt: z.number(),
  step: z.optional(z.string()),
  token: z.optional(z.string()),
  deadline: optional,
  heard: z.record(z.string(), z.string()),
  steps: z.record(z.string(), Json),
  exitedAt: optional,
  exitReason: z.optional(z.string()),
  endedAt: optional,
  endReason: z.optional(z.string()),
  goals: z.record(z.string(), Json),
});

/** A run's row as the core knows it. */
export const readEnrolment = (row: Record<string, unknown>): Enrolment => {
  const { step, token, deadline, exitedAt, exitReason, endedAt, endReason, ...rest } = EnrolmentRow.parse(row);
  return {
    ...rest,
    ...(step === undefined ? {} : { step }),
    ...(token === undefined ? {} : { token }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(exitedAt === undefined ? {} : { exitedAt }),
    ...(exitReason === undefined ? {} : { exitReason }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(endReason === undefined ? {} : { endReason }),
  };
};

/** A run that has ended or was left: nothing may move it any more. */
export const stillOpen = 'attribute_not_exists(exitedAt) AND attribute_not_exists(endedAt)';

const rowOf = (customer: string, act: Of<'enrol'>): Item => {
  const { journey, version, machine, enrol, key, occurrence, entry, at } = act;
  return item({
    ...enrolmentKey(customer, act),
    journey,
    version,
    enrol,
    key,
    occurrence,
    machine,
    entry: JSON.stringify(entry),
    enteredAt: at,
    heard: {},
    steps: {},
    goals: {},
  });
};

/** Puts the run's row, once: the first with its key, or the next after one that is over. */
export const enrolmentPut = (table: string, customer: string, act: Of<'enrol'>) => ({
  TableName: table,
  Item: rowOf(customer, act),
  ConditionExpression:
    'attribute_not_exists(pk) OR (occurrence = :before AND (attribute_exists(exitedAt) OR attribute_exists(endedAt)))',
  ExpressionAttributeValues: item({ ':before': act.occurrence - 1 }),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});

type Change = {
  readonly set: string;
  readonly if: string;
  readonly names?: Record<string, string>;
  readonly values: Record<string, unknown>;
};

/** The runs of the State table: every change is one conditional write that returns the run as it is then. */
export const enrolmentStore = (table: string) => {
  const read = async (customer: string, runs: readonly About[]): Promise<readonly Enrolment[]> => {
    const found: Enrolment[] = [];
    let left: Item[] = runs.map((run) => keyItem(enrolmentKey(customer, run)));
    for (let attempt = 1; left.length > 0; attempt++) {
      if (attempt > 1) await jitter(attempt);
      const { Responses, UnprocessedKeys } = await dynamodb().send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left.slice(0, 100), ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[table] ?? []).map((row) => readEnrolment(plain(row))));
      left = [...(UnprocessedKeys?.[table]?.Keys ?? []), ...left.slice(100)];
    }
    return found;
  };

  const put = (customer: string, act: Of<'enrol'>) =>
    orRefused(dynamodb().send(new PutItemCommand(enrolmentPut(table, customer, act))));

  const change = async (
    customer: string,
    about: Occurrence,
    { set, if: condition, names, values }: Change,
  ): Promise<Conditional<Enrolment>> => {
    const answer = await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(enrolmentKey(customer, about)),
          UpdateExpression: `SET ${set}`,
          ConditionExpression: `occurrence = :occurrence AND ${condition}`,
          ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
          ExpressionAttributeValues: item({ ...values, ':occurrence': about.occurrence }),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return 'refused' in answer ? answer : { done: readEnrolment(plain(answer.done.Attributes ?? {})) };
  };

  const exit = (customer: string, act: Of<'exit'>) =>
    change(customer, act, {
      set: 'exitedAt = :at, exitReason = :reason',
      if: stillOpen,
      values: { ':at': act.at, ':reason': act.reason },
    });

  const hear = (customer: string, act: Of<'hear'>) =>
    change(customer, act, {
      set: 'heard.#step = :winner',
      if: `${stillOpen} AND attribute_not_exists(heard.#step)`,
      names: { '#step': act.step },
      values: { ':winner': act.winner },
    });

  /** Puts off the end of the wait the run is in; only that wait, and only to a later time. */
  const postpone = (customer: string, run: Enrolment, deadline: number) =>
    change(customer, run, {
      set: 'deadline = :deadline',
      if: `${stillOpen} AND #token = :token AND deadline < :deadline`,
      names: { '#token': 'token' },
      values: { ':deadline': deadline, ':token': run.token },
    });

  const update = (customer: string, act: Of<'update'>) =>
    change(customer, act, { set: 'entry = :entry', if: stillOpen, values: { ':entry': JSON.stringify(act.entry) } });

  const reachGoal = (customer: string, act: Of<'goal'>) =>
    change(customer, act, {
      set: 'goals.#goal = :reached',
      if: 'attribute_not_exists(goals.#goal)',
      names: { '#goal': String(act.goal) },
      values: { ':reached': { at: act.at, event: act.event, value: act.value } },
    });

  const end = (customer: string, about: Occurrence, closing: { readonly at: number; readonly reason: string }) =>
    change(customer, about, {
      set: 'endedAt = :at, endReason = :reason',
      if: stillOpen,
      values: { ':at': closing.at, ':reason': closing.reason },
    });

  return { read, put, exit, hear, postpone, update, reachGoal, end };
};
export type EnrolmentStore = ReturnType<typeof enrolmentStore>;
