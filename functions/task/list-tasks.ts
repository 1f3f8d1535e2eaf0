import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { taskStore } from '../aws/task-store.ts';
import { ListTasksEnv } from './list-tasks.env.ts';
import { taskView } from './task-view.ts';

const env = ListTasksEnv.parse(process.env);
const tasks = taskStore(env.STATE_TABLE);

/** Where a page ended, as callers hand it back: they have no use for what is in it. */
const cursorOf = (at: string): string => Buffer.from(at).toString('base64url');
const Cursor = z.pipe(
  z.string().check(z.regex(/^[\w-]{1,1200}$/)),
  z.transform((cursor) => Buffer.from(cursor, 'base64url').toString('utf8')),
);

const Query = z.object({
  to: z.string().check(z.minLength(1), z.maxLength(200)),
  status: z.optional(z.enum(['open', 'claimed'])),
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 25),
  after: z.optional(Cursor),
});

const WRONG: Readonly<Record<string, string>> = {
  to: 'Say whose tasks: `to` is the queue a journey names, as in /v1/tasks?to=support.',
  status: '`status` is `open` or `claimed`; without it you get both.',
  limit: '`limit` is a whole number from 1 to 100.',
  after: '`after` is what an earlier answer gave as `next`.',
};

/** `GET /v1/tasks?to=&status=&limit=&after=`: what a queue has to do, the most urgent first. */
export const handler = observed<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>('journey', async (event) => {
  const query = Query.safeParse(event.queryStringParameters ?? {});
  if (!query.success) {
    const field = String(query.error.issues[0]?.path[0] ?? 'to');
    return problem(400, 'bad-request', WRONG[field] ?? 'The query cannot be read.');
  }
  const { to, limit, status, after } = query.data;
  const page = await tasks.list({
    to,
    limit,
    ...(status === undefined ? {} : { status }),
    ...(after === undefined ? {} : { after }),
  });
  const next = page.next === undefined ? {} : { next: cursorOf(page.next) };
  return json(200, { tasks: page.tasks.map(taskView), ...next });
});
