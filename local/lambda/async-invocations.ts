import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { objectOr, textOr } from '../template/json.ts';
import type { Json, World } from '../world.ts';
import { deliver } from './destinations.ts';
import { type InvokeConfig, invokeConfigOf } from './invoke-config.ts';
import { invocationRecord, type InvocationOutcome } from './invocation-record.ts';
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
    const { config, retryAt, condition } = plan(declared, { ...kept, failures });
    if (answer.error && retryAt !== undefined) {
      const next = { ...kept, failures, dueAt: retryAt };
      journal.put(KIND, requestId, next);
      clock.at(retryAt, () => start(requestId, next));
      return;
    }
    await report({ declared, config, requestId, kept: { ...kept, failures }, answer, condition });
    journal.remove(KIND, requestId);
  };

  const plan = (declared: DeclaredFunction, { functionArn, failures, acceptedAt }: Kept) => {
    const config = invokeConfigOf(world.stack, declared, functionArn);
    const delay = RETRY_MS[failures - 1];
    if (delay === undefined || failures > config.MaximumRetryAttempts)
      return { config, condition: 'RetriesExhausted' } as const;
    const retryAt = clock.now() + delay;
    const isTooOld = retryAt > acceptedAt + config.MaximumEventAgeInSeconds * 1000;
    return isTooOld ? ({ config, condition: 'EventAgeExceeded' } as const) : { config, retryAt };
  };

  const report = async (outcome: Outcome): Promise<void> => {
    const { declared, config, answer, kept, requestId } = outcome;
    const { OnSuccess, OnFailure } = config.DestinationConfig;
    const to = answer.error ? OnFailure?.Destination : OnSuccess?.Destination;
    const sent = { roleArn: declared.roleArn, folder: `aws/lambda/async/${declared.name}` };
    if (to)
      await deliver(world, { ...sent, to, body: JSON.stringify(invocationRecord(recordOf(outcome), clock.now())) });
    if (!answer.error) return;
    if (!to && !declared.deadLetterArn)
      world.note(`${declared.name} failed ${kept.failures} times; the event is lost.`);
    if (!declared.deadLetterArn) return;
    const attributes = {
      RequestID: requestId,
      ErrorCode: 200,
      ErrorMessage: textOr(objectOr(answer.payload)['errorMessage'], '').slice(0, 1024),
    };
    await deliver(world, { ...sent, to: declared.deadLetterArn, body: JSON.stringify(kept.payload), attributes });
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
  readonly config: InvokeConfig;
  readonly requestId: string;
  readonly kept: Kept;
  readonly answer: Answer;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded' | undefined;
}

const recordOf = ({ requestId, kept, answer, condition = 'RetriesExhausted' }: Outcome): InvocationOutcome => ({
  requestId,
  functionArn: kept.functionArn,
  condition: answer.error ? condition : 'Success',
  invokeCount: kept.failures + (answer.error ? 0 : 1),
  payload: kept.payload,
  answer,
});
