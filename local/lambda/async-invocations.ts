import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Json, JsonObject, Stack, World } from '../world.ts';
import { deliver } from './destinations.ts';
import type { DeclaredFunction } from './functions.ts';
import type { Answer } from './sandbox/function-runner.ts';

const KIND = 'invocation';
/** Lambda waits a minute before the second try and two before the third. */
const RETRY_MS = [60_000, 120_000] as const;

const Kept = z.object({
  functionArn: z.string(),
  payload: z.json(),
  acceptedAt: z.number(),
  dueAt: z.number(),
  failures: z.number(),
});

interface Kept {
  readonly functionArn: string;
  readonly payload: Json;
  /** World time, ms. */
  readonly acceptedAt: number;
  /** When it is to be tried (again), world time, ms. */
  readonly dueAt: number;
  readonly failures: number;
}

const Destination = z.object({ Destination: z.string().optional() }).default({});
const Config = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.coerce.number().default(2),
  MaximumEventAgeInSeconds: z.coerce.number().default(21_600),
  DestinationConfig: z.object({ OnSuccess: Destination, OnFailure: Destination }).partial().default({}),
});
type Config = z.infer<typeof Config>;

export interface AsyncParts {
  readonly world: World;
  readonly find: (functionArn: string) => DeclaredFunction | undefined;
  readonly invoke: (functionArn: string, ...event: readonly [payload: Json, requestId: string]) => Promise<Answer>;
}

/**
 * Invocations nobody waits for. Each is journalled (kind `invocation`) before it is accepted, tried again twice on the world's clock,
 * and then given to the function's dead-letter queue and failure destination.
 */
export function asyncInvocations({ world, find, invoke }: AsyncParts) {
  const { clock, journal } = world;

  const attempt = async (requestId: string, kept: Kept): Promise<void> => {
    const declared = find(kept.functionArn);
    if (!declared) return journal.remove(KIND, requestId);
    const answer = await invoke(kept.functionArn, kept.payload, requestId);
    const failures = kept.failures + (answer.error ? 1 : 0);
    const { config, retryAt } = plan(declared, { ...kept, failures });
    if (answer.error && retryAt !== undefined) {
      const next = { ...kept, failures, dueAt: retryAt };
      journal.put(KIND, requestId, next);
      clock.at(retryAt, () => start(requestId, next));
      return;
    }
    await report({ declared, config, requestId, kept: { ...kept, failures }, answer });
    journal.remove(KIND, requestId);
  };

  const plan = (declared: DeclaredFunction, { failures, acceptedAt }: Kept) => {
    const config = configOf(world.stack, declared);
    const delay = RETRY_MS[failures - 1];
    const retryAt = delay === undefined ? undefined : clock.now() + delay;
    const tooOld = retryAt !== undefined && retryAt > acceptedAt + config.MaximumEventAgeInSeconds * 1000;
    return { config, retryAt: failures > config.MaximumRetryAttempts || tooOld ? undefined : retryAt };
  };

  const report = async (outcome: Outcome): Promise<void> => {
    const { declared, config, answer, kept, requestId } = outcome;
    const { OnSuccess, OnFailure } = config.DestinationConfig;
    const to = answer.error ? OnFailure?.Destination : OnSuccess?.Destination;
    const roleArn = declared.roleArn;
    if (to) await deliver(world, { to, roleArn, body: JSON.stringify(invocationRecord(outcome, clock.now())) });
    if (!answer.error) return;
    if (!to && !declared.deadLetterArn)
      world.note(`${declared.name} failed ${kept.failures} times; the event is lost.`);
    if (!declared.deadLetterArn) return;
    const attributes = {
      RequestID: requestId,
      ErrorCode: '200',
      ErrorMessage: JSON.stringify(answer.payload).slice(0, 1024),
    };
    await deliver(world, { to: declared.deadLetterArn, roleArn, body: JSON.stringify(kept.payload), attributes });
  };

  const start = (requestId: string, kept: Kept): void => {
    const work = () => attempt(requestId, kept);
    clock.busy(work).catch((error: unknown) => world.note(`${kept.functionArn}: ${String(error)}`));
  };

  return {
    /** Accepts an event; resolves with its request id once it is durable. */
    async accept(functionArn: string, payload: Json): Promise<string> {
      const requestId = randomUUID();
      const now = clock.now();
      const kept = { functionArn, payload, acceptedAt: now, dueAt: now, failures: 0 };
      journal.put(KIND, requestId, kept);
      await journal.durable();
      start(requestId, kept);
      return requestId;
    },
    /** Takes up what an earlier run accepted and did not finish. */
    resume(): void {
      for (const [requestId, value] of journal.all(KIND)) {
        const kept = Kept.parse(value);
        clock.at(kept.dueAt, () => start(requestId, kept));
      }
    },
  };
}

interface Outcome {
  readonly declared: DeclaredFunction;
  readonly config: Config;
  readonly requestId: string;
  readonly kept: Kept;
  readonly answer: Answer;
}

function configOf(stack: Stack, { name, arn }: DeclaredFunction): Config {
  const configs = stack.all('AWS::Lambda::EventInvokeConfig').map(({ properties }) => Config.parse(properties));
  const own = configs.find(({ FunctionName }) => FunctionName === name || FunctionName === arn);
  return own ?? Config.parse({ FunctionName: name });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const invocationRecord = ({ requestId, kept, answer }: Outcome, now: number): JsonObject => ({
  version: '1.0',
  timestamp: new Date(now).toISOString(),
  requestContext: {
    requestId,
    functionArn: `${kept.functionArn}:$LATEST`,
    condition: answer.error ? 'RetriesExhausted' : 'Success',
    approximateInvokeCount: kept.failures + (answer.error ? 0 : 1),
  },
  requestPayload: kept.payload,
  responseContext: {
    statusCode: 200,
    executedVersion: '$LATEST',
    ...(answer.error && { functionError: answer.error }),
  },
  responsePayload: answer.payload,
});
