import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError, type World } from '../world.ts';

const delivery = z.object({
  id: z.string(),
  /** Which target: whoever made the delivery knows the name. */
  target: z.string(),
  body: z.string(),
  since: z.number(),
  attempts: z.number(),
  nextAt: z.number(),
});
/** One text on its way to one target; `attempts` are the failed ones. */
export type Delivery = Readonly<z.output<typeof delivery>>;

/** Why a delivery was given up, in the words of AWS's dead-letter attributes. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
};

export interface Courier {
  attempt(delivery: Delivery): Promise<void>;
  giveUp(delivery: Delivery, failure: Failure): Promise<void>;
  limits(delivery: Delivery): { readonly attempts: number; readonly ageSeconds: number };
}

/**
 * Deliveries that survive a crash: journalled before the first attempt, tried again with growing pauses on the world's clock,
 * handed to `giveUp` when AWS would give up. Wrong permissions and missing targets are not tried again.
 */
export const createDeliveries = (world: World, kind: string, courier: Courier) => {
  const { clock, journal } = world;

  const settle = async (one: Delivery, failure?: Failure): Promise<void> => {
    // A dead-letter queue that cannot be reached loses the event, as on AWS; here at least somebody is told.
    if (failure !== undefined)
      await courier
        .giveUp(one, failure)
        .catch((error: unknown) => world.note(`Lost an event for ${one.target}: ${String(error)}`));
    journal.remove(kind, one.id);
    await journal.durable();
  };

  const failed = async (one: Delivery, error: unknown): Promise<void> => {
    const next = { ...one, attempts: one.attempts + 1, nextAt: clock.now() + pauseOf(one.attempts) };
    const failure = reasonOf(next, error, courier.limits(one));
    if (failure !== undefined) return settle(next, failure);
    journal.put(kind, next.id, next);
    clock.at(next.nextAt, () => attempt(next));
  };

  const attempt = (one: Delivery): void => {
    void clock.busy(async () => {
      try {
        await courier.attempt(one);
      } catch (error) {
        return failed(one, error);
      }
      return settle(one);
    });
  };

  return {
    /** Journals and starts a delivery. It is safe once `journal.durable()` has resolved. */
    send(target: string, body: string): void {
      const now = clock.now();
      const one = { id: randomUUID(), target, body, since: now, attempts: 0, nextAt: now };
      journal.put(kind, one.id, one);
      attempt(one);
    },
    /** Tries to deliver before returning, and leaves only what failed to later attempts. */
    async sendNow(target: string, body: string): Promise<void> {
      const now = clock.now();
      const one = { id: randomUUID(), target, body, since: now, attempts: 0, nextAt: now };
      await courier.attempt(one).catch((error: unknown) => failed(one, error));
    },
    /** Takes up what an earlier run left. Call when every service is there. */
    resume(): void {
      for (const [, record] of journal.all(kind)) {
        const one = delivery.parse(record);
        clock.at(one.nextAt, () => attempt(one));
      }
    },
  };
};

/** 1 s, 2 s, 4 s … up to 8 min, which fits AWS's 185 attempts into its 24 hours. */
const pauseOf = (attempts: number): number => Math.min(2 ** attempts, 480) * 1_000;

const reasonOf = (
  { attempts, since, nextAt }: Delivery,
  error: unknown,
  limits: ReturnType<Courier['limits']>,
): Failure | undefined => {
  const failure = { code: codeOf(error), message: error instanceof Error ? error.message : String(error) };
  if (HOPELESS.has(failure.code)) return failure;
  if (attempts > limits.attempts) return { ...failure, exhausted: 'MaximumRetryAttempts' };
  if (nextAt - since > limits.ageSeconds * 1_000) return { ...failure, exhausted: 'MaximumEventAgeInSeconds' };
  return undefined;
};

const HOPELESS = new Set(['NO_PERMISSIONS', 'NO_RESOURCE', 'INVALID_PARAMETER', 'INVALID_JSON']);

const codeOf = (error: unknown): string => {
  if (!(error instanceof AwsError)) return 'SDK_CLIENT_ERROR';
  if (/AccessDenied|NotAuthorized/.test(error.code)) return 'NO_PERMISSIONS';
  if (/NotFound|DoesNotExist|NonExistent/.test(error.code)) return 'NO_RESOURCE';
  if (/Throttl|TooManyRequests|LimitExceeded/.test(error.code)) return 'THROTTLING';
  if (/InvalidParameter|Validation/.test(error.code)) return 'INVALID_PARAMETER';
  if (/AlreadyExists/.test(error.code)) return 'RESOURCE_ALREADY_EXISTS';
  return 'ERROR_FROM_TARGET';
};

export type Deliveries = ReturnType<typeof createDeliveries>;
