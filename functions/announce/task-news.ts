import { taskAnswered, taskCreated } from '#core/events';
import { readTask, taskName } from '../aws/task.ts';
import type { RowChange } from './row-change.ts';
import type { News } from './said.ts';

export type TaskNews = { readonly created?: News; readonly answered?: News };

/** A task that was just asked or answered: the row is the only place where either is written, and this tells of it. */
export const taskNews = ({ customer, before, after }: RowChange): TaskNews => {
  const task = readTask(after);
  const { id, journey, enrol, occurrence, step, to, status, outcome, answeredAt, answeredBy } = task;
  const name = taskName(customer, id);
  const about = { journey, enrol, occurrence, step, task: name };
  const begun = `${enrol}-${occurrence}/${step}`;
  if (before === undefined) {
    const more = { to, dueAt: new Date(task.dueAt).toISOString() };
    return {
      created: { event: taskCreated, id: `${begun}/created`, at: task.askedAt, customer, about: { ...about, ...more } },
    };
  }
  if (status !== 'answered' || before['status'] === status || answeredAt === undefined) return {};
  const said = { outcome: outcome ?? null, by: answeredBy ?? null, response: task.response ?? null };
  return {
    answered: {
      event: taskAnswered,
      id: `${begun}/answered`,
      at: answeredAt,
      customer,
      about: { ...about, ...said },
    },
  };
};
