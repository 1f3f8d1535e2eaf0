import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { AskedTask } from '../../../functions/aws/task.ts';
import { context, hour, monday, putRow } from '../world/world.ts';

export const ada = 'a'.repeat(26);

/** A run of Ada's that is open; `more` may end it. */
export const openRun = (enrol = 'run', more: object = {}): Promise<unknown> =>
  putRow('state', { pk: `C#${ada}`, sk: `ENROL#service-recovery#${enrol}`, occurrence: 1, ...more });

export const asked = (more: Partial<AskedTask> = {}): AskedTask => {
  const { enrol = 'run', occurrence = 1, step = 'approval' } = more;
  return {
    id: `${enrol}-${occurrence}-${step}`,
    journey: 'service-recovery',
    enrol,
    occurrence,
    step,
    to: 'support',
    title: 'Approve a remedy',
    shows: { order: '17', remedy: 'replacement' },
    outcomes: ['approve', 'decline'],
    dueAt: monday + 24 * hour,
    askedAt: monday,
    ...more,
  };
};

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** Whoever sits at the desk, and what the API says to them. */
export const as = (sub: string) => {
  const call = async (file: string, request: object): Promise<Answer> => {
    const { handler } = await import(`../../../functions/task/${file}.ts`);
    const event = {
      version: '2.0',
      headers: {},
      isBase64Encoded: false,
      requestContext: { authorizer: { jwt: { claims: { sub }, scopes: ['segue/agent'] } } },
      ...request,
    } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
    const { statusCode, body } = await handler(event, context);
    return { status: statusCode, body: JSON.parse(body) };
  };
  const change = (task: string, body: object | string): Promise<Answer> =>
    call('change-task', {
      pathParameters: { id: task },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    change,
    claim: (task: string) => change(task, { action: 'claim' }),
    release: (task: string) => change(task, { action: 'release' }),
    answer: (task: string, outcome?: string, more: object = {}) => change(task, { action: 'answer', outcome, ...more }),
    list: (query: Record<string, string> = { to: 'support' }) => call('list-tasks', { queryStringParameters: query }),
  };
};

/** The names of the tasks an answer lists. */
export const listed = ({ body }: Answer): readonly string[] =>
  (body['tasks'] as { task: string }[]).map(({ task }) => task);
