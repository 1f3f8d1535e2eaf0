import * as z from 'zod';
import { Duration, durationMs } from './duration.ts';
import { ChannelName } from './fields.ts';

const monthMs = 31 * 86_400_000;
const isSpan = (ms: number | undefined): boolean => ms !== undefined && ms > 0 && ms <= monthMs;

/** `day`, `week` and `month` are the customer's own; a duration is any span of that length. */
const Period = z.union([
  z.enum(['day', 'week', 'month']),
  z.string().refine((text) => isSpan(durationMs(text)), {
    error: 'write `day`, `week` or `month` of the calendar, or a span of 31 days at most, such as `7 days`',
  }),
]);

const limit = {
  most: z.int().min(1).max(20).describe('How many messages one customer gets …'),
  per: Period.describe('… in this time: `day`, `week` or `month` of their calendar, or any `7 days`.'),
  channel: ChannelName.optional().describe('Counts the messages on this channel only.'),
  topic: z.string().min(1).optional().describe('Counts the messages on this topic only.'),
};

/** How many messages one customer gets of one journey. */
export const Limit = z.strictObject(limit);
export type Limit = z.infer<typeof Limit>;

/** How many messages one customer gets of all journeys together. */
export const SharedLimit = z.strictObject({
  ...limit,
  reserve: z
    .record(z.string().min(1), z.int().positive())
    .optional()
    .describe('How many of them are kept for a topic, such as `{ feedback: 1 }`.'),
});
export type SharedLimit = z.infer<typeof SharedLimit>;

/** What holds for the messages of one journey. */
export const Caps = z.strictObject({
  limits: z.array(Limit).max(5).default([]).describe('How many of its messages one customer gets.'),
  otherwise: z
    .enum(['hold', 'skip', 'end'])
    .default('hold')
    .describe('What to do with a message that is one too many, here or by `policy.yaml`.'),
  atMost: Duration.default('1 day').describe('The longest hold; then the message is skipped.'),
});
export type Caps = z.infer<typeof Caps>;

/** How many messages a journey sends in a day, to all customers together. */
export const Budget = z.strictObject({
  messages: z.int().min(1).describe('How many messages …'),
  per: z.literal('day').describe('… a day of the journey’s `zone`; what comes later is held as `caps` says.'),
});
export type Budget = z.infer<typeof Budget>;
