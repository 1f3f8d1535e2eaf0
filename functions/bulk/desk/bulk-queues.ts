import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { chunks } from '../../aws/chunks.ts';
import { sqs } from '../../aws/clients.ts';

/**
 * The walk of a bulk is to go on; `change` says since which order: of an older one nobody wants to know. `turn` says from where,
 * of a walk that asks for its own next call.
 */
export const WalkRequest = z.object({ bulk: z.string(), change: z.number(), turn: z.optional(z.number()) });
export type WalkRequest = z.infer<typeof WalkRequest>;

/** Members of a bulk come back in this minute (ISO). */
export const HeldRequest = z.object({ bulk: z.string(), minute: z.string() });
export type HeldRequest = z.infer<typeof HeldRequest>;

/** One member is to be sent the message of a bulk. Instants are epoch milliseconds. */
export const MemberRequest = z.object({
  bulk: z.string(),
  customer: z.string(),
  /** When it was first its turn: holds are measured from here. */
  dueAt: z.number(),
  /** Not looked at before. */
  at: z.number(),
  /** Whether `at` is an instant of its own at the rate. */
  hasSlot: z.boolean(),
  /** How often its provider took nothing. */
  throttled: z.optional(z.number()),
  /** Whether the customer's other messages see it wait for a slot. */
  isRival: z.optional(z.boolean()),
});
export type MemberRequest = z.infer<typeof MemberRequest>;

/** SQS keeps a message back for no longer. */
const longestDelaySeconds = 900;
export const longestDelayMs = longestDelaySeconds * 1000;

export const delaySeconds = (at: number, now: number): number =>
  Math.max(0, Math.min(longestDelaySeconds, Math.floor((at - now) / 1000)));

export const requestWalk = async (
  request: WalkRequest | HeldRequest,
  delay: number,
  queueUrl: string,
): Promise<void> => {
  await sqs().send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(request), DelaySeconds: delay }),
  );
};

/** The most that SQS takes at once, and how many of these calls are under way together. */
const perCall = 10;
const together = 8;

/** Puts members into the queue, each for the second of its instant. */
export const requestMembers = async (
  requests: readonly MemberRequest[],
  now: number,
  queueUrl: string,
): Promise<void> => {
  const entries = requests.map((request, i) => ({
    Id: String(i),
    MessageBody: JSON.stringify(request),
    DelaySeconds: delaySeconds(request.at, now),
  }));
  for (const batches of chunks(chunks(entries, perCall), together))
    await Promise.all(
      batches.map(async (Entries) => {
        const { Failed = [] } = await sqs().send(
          new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...Entries] }),
        );
        if (Failed.length > 0) throw new Error(`SQS took ${Failed.length} members less than it was given.`);
      }),
    );
};
