import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { item, plain } from './keys.ts';
import { readTask, type Task, taskKey } from './task.ts';
import { rowsAt } from './rows.ts';

export type TaskQuery = {
  /** The queue. */
  readonly to: string;
  readonly status?: 'open' | 'claimed';
  /** Where an earlier page ended. */
  readonly after?: string;
  /** 1 to 100. */
  readonly limit: number;
};

/** `next` is there while there may be more; a page may be shorter than asked for all the same. */
export type TaskPage = { readonly tasks: readonly Task[]; readonly next?: string };

/** Pointers read for one page at most, in this many times its size: a queue in which all is claimed is no endless search. */
const mostReads = 10;

/** A pointer that outlived its task, or a task that is done, is nothing to do. */
const isWanted = ({ status }: Task, wanted: TaskQuery['status']): boolean =>
  wanted === undefined ? status === 'open' || status === 'claimed' : status === wanted;

/** What a queue has to do, the most urgent first: pointers by due date, then the tasks they point to. */
export const listTasks = (table: string) => {
  const readPointers = async ({ to, limit }: TaskQuery, after: string | undefined) => {
    const { Items = [], LastEvaluatedKey } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: item({ ':pk': `TASKS#${to}`, ...(after === undefined ? {} : { ':after': after }) }),
        Limit: limit,
      }),
    );
    const pointers = Items.map(plain);
    const last = LastEvaluatedKey === undefined ? undefined : pointers.at(-1)?.['sk'];
    return {
      keys: pointers.map(({ customer, id }) => taskKey(String(customer), String(id))),
      next: typeof last === 'string' ? last : undefined,
    };
  };

  return async (query: TaskQuery): Promise<TaskPage> => {
    const tasks: Task[] = [];
    let next = query.after;
    for (let reads = 1; reads <= mostReads && tasks.length < query.limit; reads++) {
      const page = await readPointers({ ...query, limit: query.limit - tasks.length }, next);
      const rows = await rowsAt(table, page.keys);
      tasks.push(...rows.map(readTask).filter((task) => isWanted(task, query.status)));
      next = page.next;
      if (next === undefined) break;
    }
    tasks.sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));
    return { tasks, ...(next === undefined ? {} : { next }) };
  };
};
