import { type Task, taskName } from '../aws/task.ts';

const instant = (ms: number): string => new Date(ms).toISOString();

/** A task as agents see it: what to do, for whom, by when and who is at it. The rest of the row is the journey's own. */
export const taskView = (task: Task) => {
  const { customer, id, status, to, title, shows, outcomes, journey } = task;
  const { claimedBy, answeredBy, answeredAt, outcome, response, closedBecause } = task;
  return {
    task: taskName(customer, id),
    status,
    to,
    title,
    shows,
    outcomes,
    dueAt: instant(task.dueAt),
    askedAt: instant(task.askedAt),
    customer,
    journey,
    claimedBy,
    answeredBy,
    answeredAt: answeredAt === undefined ? undefined : instant(answeredAt),
    outcome,
    response,
    closedBecause,
  };
};
