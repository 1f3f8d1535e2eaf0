import * as z from 'zod';
import { SharedLimit } from './caps.ts';
import { Duration } from './duration.ts';
import { ClockTime } from './fields.ts';

const Hours = z.strictObject({
  from: ClockTime.describe('From when on messages may leave, in the customer’s zone.'),
  to: ClockTime.describe('From when on they may not; earlier than `from`, it is on the next day.'),
});

const Sorry = z.strictObject({
  topics: z.array(z.string().min(1)).min(1).describe('The topics that wait.'),
  complaint: Duration.optional().describe('For how long an open complaint counts; absent: it does not.'),
  csat: z
    .strictObject({
      atMost: z.number().min(0).max(10).describe('A last satisfaction of this or less …'),
      for: Duration.describe('… counts for so long.'),
    })
    .optional()
    .describe('When a customer was not satisfied; absent: it does not count.'),
});

/** What holds for the marketing messages of every journey: `state-machines/policy.yaml`. */
export const Policy = z.strictObject({
  caps: z.array(SharedLimit).max(8).default([]).describe('How many messages one customer gets.'),
  hours: z
    .strictObject({
      email: Hours.optional().describe('Hours of email.'),
      sms: Hours.optional().describe('Hours of text messages.'),
      push: Hours.optional().describe('Hours of push notifications.'),
    })
    .default({})
    .describe('The hours in which messages may leave. A journey may ask for fewer, never for more.'),
  holdout: z
    .strictObject({
      percent: z.number().min(0).max(50).describe('Percent of customers who get no marketing at all.'),
      period: z.string().min(1).max(40).describe('A new word draws others: `2026-q1`.'),
    })
    .optional()
    .describe('Who gets nothing, so that what marketing does can be measured.'),
  sorry: Sorry.optional().describe('When customers are left alone.'),
});
export type Policy = z.infer<typeof Policy>;

export const noPolicy: Policy = { caps: [], hours: {} };
