import { closestWord } from '#core/expression';
import { zoneOf } from '#core/profile';
import { isForbidden } from '#core/signal';
import * as z from 'zod';

/** Fields that several parts of the language share. */

export const StepId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, { error: 'a step id is lower-case words with hyphens, such as `first-reminder`' })
  .refine((id) => !isForbidden(id), { error: 'a step id is no word of JavaScript; call it something else' })
  .describe('A name in lower-case words with hyphens.');

export const JourneyName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, { error: 'a journey name is lower-case words with hyphens' });

export const Expression = z.string().min(1).describe('A JSONata condition over what is known there.');

/** One event name, or several of which any will do. */
export const Names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
export const namesIn = (names: string | readonly string[]): readonly string[] =>
  typeof names === 'string' ? [names] : names;

/** What tells whether an event is about the same thing as the entry. */
export const Same = z
  .array(z.string().min(1))
  .min(1)
  .optional()
  .describe('Property paths, such as `cart_id`: the first one both the entry and the event have must be equal.');

/** A condition on an event. */
export const Where = Expression.optional().describe(
  'A condition on the event, such as `event.properties.total > 100`.',
);

export const ClockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'write a time of day as "08:00", in quotes' });

export const ChannelName = z.enum(['email', 'sms', 'push']);

const noZone = (zone: unknown): string => {
  const close = closestWord(String(zone), ['customer', ...Intl.supportedValuesOf('timeZone')]);
  const instead =
    close === undefined ? 'Write `customer`, or a zone such as `Europe/Paris`.' : `Did you mean \`${close}\`?`;
  return `there is no zone \`${String(zone)}\`. ${instead}`;
};

export const IanaZone = z
  .string()
  .refine((zone) => zoneOf(zone) !== undefined, { error: ({ input }) => noZone(input) })
  .describe('An IANA zone such as `Europe/Paris`.');

export const Zone = z
  .string()
  .refine((zone) => zone === 'customer' || zoneOf(zone) !== undefined, { error: ({ input }) => noZone(input) })
  .describe('`customer`, or an IANA zone such as `Europe/Paris`.');

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const Computed = z.strictObject({
  from: Expression.describe('A JSONata expression, computed when the step is reached.'),
});

/** A text as it stands, or one computed when the step is reached. */
export const Text = z.union([z.string().min(1), Computed]);

/** A value as it stands, or one computed when the step is reached. */
export const Value = z.union([Computed, Scalar, z.array(Scalar)]);
export type ValueDocument = z.infer<typeof Value>;

export const Values = z.record(z.string().min(1), Value);
export type ValuesDocument = z.infer<typeof Values>;
