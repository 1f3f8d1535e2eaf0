import {
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Json } from '#core/signal';
import { dynamodb } from './clients.ts';
import { jitter, orRefused, transact } from './conditional.ts';
import { stillOpen } from './enrolment-store.ts';
import { customerPk, enrolmentKey, item, keyItem, plain } from './keys.ts';
import { listTasks } from './task-queue.ts';
import { type AskedTask, readTask, type Task, taskKey, taskPointerKey } from './task.ts';
import { rowsUnder } from './rows.ts';

/** Who does something to a task, and when (epoch milliseconds). */
export type By = { readonly by: string; readonly at: number };
export type Answer = By & {
  readonly outcome: string;
  /** What the journey may read: `steps.<id>.response`. */
  readonly response?: Json;
  /** What stays with the task. */
  readonly note?: string;
};

/** Done, or the task as it is, which is why not. */
export type TaskChange = { readonly done: Task } | { readonly refused: Task | undefined };

/** A task is kept this long after it was due: who answered what can be asked until then. */
const keptSeconds = 30 * 86_400;

const free = '#status = :open OR (#status = :claimed AND claimedBy = :by)';
const statuses = { ':open': 'open', ':claimed': 'claimed' };

/** The tasks of people: a row beside the customer's others, and a pointer in the queue of those who are to do it. */
export const taskStore = (table: string) => {
  const deletePointer = (task: Task): TransactWriteItem => ({
    Delete: { TableName: table, Key: keyItem(taskPointerKey(task)) },
  });

  /**
   * Asks once, while the run is open: a run that was left meanwhile asks nobody any more.
   * @returns whether the task is there
   */
  const ask = async (customer: string, task: AskedTask): Promise<boolean> => {
    const ttl = Math.ceil(task.dueAt / 1000) + keptSeconds;
    const { id, askedAt } = task;
    // That it has asked for something is written down at the price of a check: whoever sees it end looks for tasks then only.
    const openRun: TransactWriteItem = {
      Update: {
        TableName: table,
        Key: keyItem(enrolmentKey(customer, task)),
        UpdateExpression: 'SET hasAsked = :yes',
        ConditionExpression: `occurrence = :occurrence AND ${stillOpen}`,
        ExpressionAttributeValues: item({ ':occurrence': task.occurrence, ':yes': true }),
      },
    };
    const row: TransactWriteItem = {
      Put: {
        TableName: table,
        Item: item({ ...task, ...taskKey(customer, id), status: 'open', ttl }),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
    const pointer: TransactWriteItem = {
      Put: {
        TableName: table,
        Item: item({ ...taskPointerKey({ ...task, customer }), customer, id, askedAt, ttl }),
      },
    };
    const TransactItems = [row, openRun, pointer];
    const refusal = await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter);
    return refusal?.index !== 1;
  };

  const find = async (customer: string, id: string): Promise<Task | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(taskKey(customer, id)), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : readTask(plain(Item));
  };

  const change = async (
    { customer, id }: Task,
    set: string,
    condition: string,
    values: Record<string, unknown>,
  ): Promise<TaskChange> => {
    const answer = await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(taskKey(customer, id)),
          UpdateExpression: set,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: item(values),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    if ('done' in answer) return { done: readTask(plain(answer.done.Attributes ?? {})) };
    return { refused: answer.refused === undefined ? undefined : readTask(answer.refused) };
  };

  /** Nobody else may answer it then. Claimed by the same person already, it stays so. */
  const claim = (task: Task, { by, at }: By): Promise<TaskChange> =>
    change(task, 'SET #status = :claimed, claimedBy = :by, claimedAt = if_not_exists(claimedAt, :at)', free, {
      ...statuses,
      ':by': by,
      ':at': at,
    });

  /** Gives it back to the queue. */
  const release = (task: Task, { by }: By): Promise<TaskChange> =>
    change(task, 'SET #status = :open REMOVE claimedBy, claimedAt', free, { ...statuses, ':by': by });

  /** The end of a task, and of its pointer with it. @returns why not */
  const finish = async (
    task: Task,
    {
      set,
      values,
      names = {},
      condition = free,
    }: { set: string; values: Record<string, unknown>; names?: Record<string, string>; condition?: string },
  ): Promise<Extract<TaskChange, { refused: unknown }> | undefined> => {
    const end: TransactWriteItem = {
      Update: {
        TableName: table,
        Key: keyItem(taskKey(task.customer, task.id)),
        UpdateExpression: set,
        ConditionExpression: condition,
        ExpressionAttributeNames: { '#status': 'status', ...names },
        ExpressionAttributeValues: item({ ...statuses, ...values }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
    const TransactItems = [end, deletePointer(task)];
    const refusal = await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter);
    return refusal === undefined
      ? undefined
      : { refused: refusal.item === undefined ? undefined : readTask(refusal.item) };
  };

  /** Answers it, unless somebody else has claimed or answered it. The row is what the journey is told of. */
  const answer = async (task: Task, { by, at, outcome, response, note }: Answer): Promise<TaskChange> => {
    const said = Object.entries({ outcome, response, note }).filter(([, value]) => value !== undefined);
    const refused = await finish(task, {
      set: [
        'SET #status = :answered, answeredBy = :by, answeredAt = :at',
        ...said.map(([name]) => `#${name} = :${name}`),
      ].join(', '),
      names: Object.fromEntries(said.map(([name]) => [`#${name}`, name])),
      values: {
        ':answered': 'answered',
        ':by': by,
        ':at': at,
        ...Object.fromEntries(said.map(([name, value]) => [`:${name}`, value])),
      },
    });
    if (refused !== undefined) return refused;
    const done = await find(task.customer, task.id);
    return done === undefined ? { refused: undefined } : { done };
  };

  const tasksOf = async (customer: string): Promise<readonly Task[]> =>
    (await rowsUnder(table, { pk: customerPk(customer), prefix: 'TASK#' })).map(readTask);

  /** Closes what nobody needs to do any more, because the run that asked is over. @returns how many */
  const close = async (
    customer: string,
    run: { readonly enrol: string; readonly occurrence: number },
    { reason, at }: { readonly reason: string; readonly at: number },
  ): Promise<number> => {
    const isOpen = ({ enrol, occurrence, status }: Task): boolean =>
      enrol === run.enrol && occurrence === run.occurrence && (status === 'open' || status === 'claimed');
    const closing = (await tasksOf(customer)).filter(isOpen);
    const closed = await Promise.all(
      closing.map((task) =>
        finish(task, {
          set: 'SET #status = :closed, closedAt = :at, closedBecause = :reason',
          values: { ':closed': 'closed', ':at': at, ':reason': reason },
          condition: '#status IN (:open, :claimed)',
        }),
      ),
    );
    return closed.filter((refused) => refused === undefined).length;
  };

  return { ask, find, list: listTasks(table), claim, release, answer, close };
};
export type TaskStore = ReturnType<typeof taskStore>;
