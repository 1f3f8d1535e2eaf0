import * as z from 'zod';
import { isoDurationMs } from './clock/iso-duration.ts';
import type { DynamoDb } from './dynamodb/create-dynamodb.ts';
import type { ControlHandler } from './front/control-routes.ts';
import type { Front } from './front/open-front.ts';
import type { Router } from './front/router.ts';
import type { HttpApi } from './http-api/create-http-api.ts';
import type { Lambda } from './lambda/create-lambda.ts';
import type { Messaging } from './messaging/create-messaging.ts';
import { providerMode } from './messaging/provider-mode.ts';
import { script } from './messaging/recipients.ts';
import type { States } from './states/create-states.ts';
import { AwsError, type Clock, type Journal } from './world.ts';

type Parts = {
  readonly front: Front;
  readonly http: HttpApi;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly messaging: Messaging;
  readonly states: States;
  readonly lambda: Lambda;
  readonly router: Router;
  readonly dynamodb: DynamoDb;
  readonly awsUrl: string;
};

const Advance = z.object({ advance: z.string() });
const More = z.object({ link: z.string(), text: z.string() }).partial().default({});
const ActName = z.enum(['open', 'click', 'bounce', 'complain', 'reply']);
const Answer = z.object({ Status: z.string(), Reason: z.string().default('') });

const Mode = providerMode.partial();

/** What a request must say; `AwsError` tells what is wrong with it. */
const bodyOf = <T>(schema: z.ZodType<T>, body: unknown): T => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AwsError('ValidationException', z.prettifyError(parsed.error));
};

/** The ground's own paths, beside AWS: its clock, its outbox, its executions. They answer on the AWS port. */
export const addControls = ({ front, http, clock, journal, messaging, states, lambda, ...parts }: Parts) => {
  const { router, dynamodb, awsUrl } = parts;
  const answers = new Map<string, (answer: string) => void>();
  const now = () => ({ now: new Date(clock.now()).toISOString(), kind: clock.kind });

  const advance: ControlHandler = async ({ body }) => {
    const asked = Advance.safeParse(body);
    const ms = asked.success ? isoDurationMs(asked.data.advance) : undefined;
    if (ms === undefined)
      throw new AwsError(
        'ValidationException',
        'Send {"advance":"PT24H"}: an ISO 8601 duration in weeks, days, hours, minutes and seconds.',
      );
    if (clock.kind === 'real')
      throw new AwsError(
        'ValidationException',
        'The clock is real and goes by itself. Start with --clock virtual to move it.',
      );
    await clock.advance(ms);
    await journal.durable();
    return now();
  };
  const act: ControlHandler = async ({ params, body }) => {
    const { link, text } = More.parse(body ?? {});
    const what = ActName.safeParse(params['act']);
    if (!what.success)
      throw new AwsError(
        'ValidationException',
        `A message can be ${ActName.options.join(', ')}; not ${params['act'] ?? ''}.`,
      );
    await messaging.act(params['id'] ?? '', what.data, {
      ...(link === undefined ? {} : { link }),
      ...(text === undefined ? {} : { text }),
    });
    return {};
  };

  front.control('GET', '/_local/clock', async () => now());
  front.control('POST', '/_local/clock', advance);
  front.control('GET', '/_local/outbox', async () => messaging.list());
  front.control('POST', '/_local/outbox/{id}/{act}', act);
  front.control('PUT', '/_local/recipients/{address}', async ({ params, body }) => {
    messaging.script(params['address'] ?? '', bodyOf(script, body));
    await journal.durable();
    return {};
  });
  front.control('GET', '/_local/providers', async () => messaging.mode());
  const setMode: ControlHandler = async ({ body }) => {
    const { sending, sandbox } = bodyOf(Mode, body);
    messaging.setMode({ ...(sending && { sending }), ...(sandbox === undefined ? {} : { sandbox }) });
    await journal.durable();
    return messaging.mode();
  };
  front.control('PUT', '/_local/providers', setMode);
  front.control('GET', '/_local/executions', async () => states.executionSummaries());
  front.control('GET', '/_local/functions', async () => lambda.tallies());
  front.control('GET', '/_local/counts', async () => router.counts);
  front.control('GET', '/_local/counts/callers', async () => router.countsByCaller);
  front.control('GET', '/_local/consumed', async () => dynamodb.consumed());
  front.control('PUT', '/_local/answers/{name}', async ({ params, body }) => {
    const { Status, Reason } = Answer.parse(body);
    const name = params['name'] ?? '';
    answers.get(name)?.(Status === 'SUCCESS' ? Reason : `failed: ${Reason}`);
    answers.delete(name);
    return {};
  });
  http.route('GET', '/config.json', async () => ({ aws: awsUrl }));
  return answers;
};
