import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { count, logger, observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { readTaskName, type Task } from '../aws/task.ts';
import { type By, type TaskChange, taskStore } from '../aws/task-store.ts';
import { ChangeTaskEnv } from './change-task.env.ts';
import { type Change, readChange } from './read-change.ts';
import { taskView } from './task-view.ts';

const env = ChangeTaskEnv.parse(process.env);
const tasks = taskStore(env.STATE_TABLE);

/** What a task without outcomes can only be. */
const done = 'done';

const unknownTask = () => problem(404, 'unknown-task', 'There is no such task, or it was deleted since it was due.');

/** Why a task is not there for this person any more. */
const refusal = (task: Task): APIGatewayProxyStructuredResultV2 => {
  switch (task.status) {
    case 'answered':
      return problem(409, 'answered', `${task.answeredBy} has answered this task: \`${task.outcome}\`.`);
    case 'closed':
      return problem(409, 'closed', `Nobody needs to do this any more: the journey is over (${task.closedBecause}).`);
    default:
      return problem(409, 'claimed', `${task.claimedBy} has claimed this task.`);
  }
};

const isAllowed = ({ outcomes }: Task, outcome: string | undefined): boolean =>
  outcomes.length === 0
    ? outcome === undefined || outcome === done
    : outcome !== undefined && outcomes.includes(outcome);

const unknownOutcome = ({ outcomes }: Task) => {
  const named = outcomes.length === 0 ? [done] : outcomes;
  return problem(422, 'unknown-outcome', `\`outcome\` is one of ${named.map((each) => `\`${each}\``).join(', ')}.`);
};

const make = (change: Change, task: Task, by: By): Promise<TaskChange> => {
  switch (change.action) {
    case 'claim':
      return tasks.claim(task, by);
    case 'release':
      return tasks.release(task, by);
    case 'answer': {
      const { outcome = done, response, note } = change;
      const said = { ...(response === undefined ? {} : { response }), ...(note === undefined ? {} : { note }) };
      return tasks.answer(task, { ...by, outcome, ...said });
    }
  }
};

/** The same answer by the same person again, because they did not hear that it was taken. */
const isRepeated = (change: Change, task: Task, { by }: By): boolean =>
  change.action === 'answer' &&
  task.status === 'answered' &&
  task.answeredBy === by &&
  task.outcome === (change.outcome ?? done);

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

const callerOf = ({ requestContext }: Event): string => {
  const { sub, client_id: client } = requestContext.authorizer?.jwt.claims ?? {};
  return String(sub ?? client ?? '');
};

const reach = (event: Event): Promise<Task | undefined> => {
  const name = readTaskName(event.pathParameters?.['id'] ?? '');
  return name === undefined ? Promise.resolve(undefined) : tasks.find(name.customer, name.id);
};

/** `POST /v1/tasks/{id}` `{action: claim | release | answer, outcome, response, note}`: in the name of the token's subject. */
export const handler = observed<Event, APIGatewayProxyStructuredResultV2>('journey', async (event) => {
  const change = readChange(event);
  if (typeof change === 'string') return problem(400, 'bad-request', change);
  const by = { by: callerOf(event), at: Date.now() };
  if (by.by === '') return problem(403, 'nobody', 'The token names nobody: it has neither `sub` nor `client_id`.');
  const task = await reach(event);
  if (task === undefined) return unknownTask();
  if (change.action === 'answer' && !isAllowed(task, change.outcome)) return unknownOutcome(task);
  const made = await make(change, task, by);
  if ('done' in made) {
    count('TaskChanged', change.action);
    logger.info('task changed', { action: change.action, journey: task.journey, enrol: task.enrol, step: task.step });
    return json(200, taskView(made.done));
  }
  const found = made.refused;
  if (found === undefined) return unknownTask();
  return isRepeated(change, found, by) ? json(200, taskView(found)) : refusal(found);
});
