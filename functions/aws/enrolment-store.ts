import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Act, beginRun, type Enrolment } from '#core/journey';
import * as z from 'zod/mini';
import { dynamodb } from './clients.ts';
import { type Conditional, orRefused } from './conditional.ts';
import { enrolmentKey, type Item, item, keyItem, plain } from './keys.ts';
import { rowsAt, rowsTogether } from './rows.ts';
import { insertion, type StatementBatch } from './statement-batch.ts';

type About = { readonly journey: string; readonly enrol: string };
type Occurrence = About & { readonly occurrence: number };
type Of<Do extends Act['do']> = Extract<Act, { do: Do }>;

const optional = z.optional(z.number());
const Json = z.record(z.string(), z.json());

/**
 * A run that stands still because its journey is paused: what its row says meanwhile (`is`) and said before, since when
 * (`at`), and until when at the latest it holds before it looks again.
 */
const Frozen = z.object({
  is: z.string(),
  step: z.exactOptional(z.string()),
  due: z.exactOptional(z.number()),
  at: z.number(),
  until: z.number(),
});
export type Frozen = z.infer<typeof Frozen>;

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
  /** Absent on runs of before events were counted. */
  seenBefore: z._default(z.record(z.string(), z.number()), {}),
  parent: z.optional(z.object({ journey: z.string(), enrol: z.string(), occurrence: z.number(), step: z.string() })),
  hops: optional,
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
  came: z._default(z.record(z.string(), z.number()), {}),
  passed: z.optional(z.object({ state: z.string(), entered: z.string(), step: z.string() })),
  frozen: z.optional(Frozen),
});

/**
 * How far a state of the machine has come with a run: the `step` its function has got to, in the state entered at `entered`
 * (ISO 8601). When the function is tried again, it goes on from there: no branch is looked at twice, no round counted twice.
 */
export type Passed = { readonly state: string; readonly entered: string; readonly step: string };

/** A run and what only its machine needs to know. */
export type StoredRun = Enrolment & { readonly passed?: Passed; readonly frozen?: Frozen };

/** What came back about a message may come before its step has written down that it was sent: it is kept apart until then. */
const withFeedback = (steps: Enrolment['steps'], came: { readonly [name: string]: number }): Enrolment['steps'] => {
  const all = { ...steps };
  for (const [name, at] of Object.entries(came)) {
    const [step = '', field = ''] = name.split('/');
    const note = all[step];
    // What came before this message left is about the one of an earlier round.
    if (note !== undefined && at >= Number(note['at'] ?? 0)) all[step] = { ...note, [field]: at };
  }
  return all;
};

/** A run's row as the core knows it. */
export const readEnrolment = (row: Record<string, unknown>): StoredRun => {
  const {
    came,
    steps,
    parent,
    hops,
    passed,
    frozen,
    step,
    token,
    deadline,
    exitedAt,
    exitReason,
    endedAt,
    endReason,
    ...rest
  } = EnrolmentRow.parse(row);
  return {
    ...rest,
    steps: withFeedback(steps, came),
    ...(parent === undefined ? {} : { parent }),
    ...(hops === undefined ? {} : { hops }),
    ...(passed === undefined ? {} : { passed }),
    ...(frozen === undefined ? {} : { frozen }),
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

/** A run that is where an attempt found it, at `#token` and `:found`: no other has carried it on meanwhile. */
export const whereFound = ({ token }: Enrolment): string =>
  token === undefined ? 'attribute_not_exists(#token)' : '#token = :found';

/** What refused a change is open still, and the same run: only where it is has changed. */
export const isMovedOn = (row: Record<string, unknown> | undefined, { occurrence }: Enrolment): boolean =>
  row !== undefined &&
  row['occurrence'] === occurrence &&
  row['exitedAt'] === undefined &&
  row['endedAt'] === undefined;

const rowOf = (customer: string, act: Of<'enrol'>, isTold: boolean): Item =>
  item({
    ...enrolmentKey(customer, act),
    ...beginRun(act),
    entry: JSON.stringify(act.entry),
    came: {},
    ...(isTold ? { told: true } : {}),
  });

/** What is put: the run, and whether others must learn of its end. */
export type Enter = { readonly act: Of<'enrol'>; readonly isTold: boolean };

/** Puts the run's row, once: the first with its key, or the next after one that is over. */
export const enrolmentPut = (table: string, customer: string, { act, isTold }: Enter) => ({
  TableName: table,
  Item: rowOf(customer, act, isTold),
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
  const read = async (customer: string, runs: readonly About[]): Promise<readonly StoredRun[]> => {
    const keys = runs.map((run) => enrolmentKey(customer, run));
    return (await rowsAt(table, keys)).map(readEnrolment);
  };

  const put = (customer: string, enter: Enter): Promise<Conditional<unknown>> =>
    orRefused(dynamodb().send(new PutItemCommand(enrolmentPut(table, customer, enter))));

  /** The same for many customers at a time: reads go 100 to a call, first runs 25. */
  const together = (batch: StatementBatch): { readonly read: typeof read; readonly put: typeof put } => {
    const rows = rowsTogether(table);
    return {
      read: async (customer, runs) => (await rows(runs.map((run) => enrolmentKey(customer, run)))).map(readEnrolment),
      put: async (customer, enter) => {
        // Whoever enters again takes the place of the run before: a condition that `INSERT` does not know.
        if (enter.act.occurrence > 1) return put(customer, enter);
        const isDone = await batch(insertion(table, rowOf(customer, enter.act, enter.isTold)));
        return isDone ? { done: undefined } : { refused: undefined };
      },
    };
  };

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

  /** What a wait heard, and what its step notes of it; the first counts. */
  const hear = (customer: string, act: Of<'hear'>) =>
    change(customer, act, {
      set: 'heard.#key = :winner, steps.#step = :note',
      if: `${stillOpen} AND attribute_not_exists(heard.#key)`,
      names: { '#key': act.stepKey, '#step': act.step },
      values: { ':winner': act.winner, ':note': act.note },
    });

  /** The first that came back about a message counts; of a later round it is a later one. */
  const note = (customer: string, act: Of<'note'>) =>
    change(customer, act, {
      set: 'came.#about = :at',
      if: `${stillOpen} AND attribute_exists(came) AND (attribute_not_exists(came.#about) OR came.#about < :at)`,
      names: { '#about': `${act.step}/${act.field}` },
      values: { ':at': act.at },
    });

  /** The wait the run is in ends at another time. */
  const replan = (customer: string, act: Of<'replan'>, deadline: number) =>
    change(customer, act, {
      set: 'deadline = :deadline',
      if: `${stillOpen} AND #step = :step`,
      names: { '#step': 'step' },
      values: { ':deadline': deadline, ':step': act.step },
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

  return { read, put, together, exit, hear, note, replan, postpone, update, reachGoal, end };
};
export type EnrolmentStore = ReturnType<typeof enrolmentStore>;
