import { closestWord } from '#core/expression';
import { zoneOf } from '#core/profile';
import { isForbidden } from '#core/signal';
import * as z from 'zod';
import { Duration } from './duration.ts';

const StepId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, { error: 'a step id is lower-case words with hyphens, such as `first-reminder`' })
  .refine((id) => !isForbidden(id), { error: 'a step id is no word of JavaScript; call it something else' });
const Expression = z.string().min(1).describe('A JSONata condition over what is known there.');
const Names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'write a time of day as "08:00", in quotes' });
const ChannelName = z.enum(['email', 'sms', 'push']);

const Trigger = z.strictObject({
  signal: Names.describe('Event names that start the journey.'),
  key: z
    .string()
    .optional()
    .describe('Path in the event that tells two runs of one customer apart; an event without it starts nothing.'),
  where: Expression.optional(),
});

const ExitOn = z.strictObject({
  on: Names.describe('Event names that end the run.'),
  same: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Property paths: the first one both the entry and the event have must be equal.'),
  where: Expression.optional(),
});
const ExitWhen = z.strictObject({ when: Expression.describe('Ends the run when it becomes true after entry.') });

const Goal = z.strictObject({
  on: Names.describe('Event names that count as success.'),
  within: Duration.describe('Counted from entry; outlives the run.'),
  value: Expression.optional().describe('What it was worth, such as `event.properties.revenue`.'),
});

const noZone = (zone: unknown): string => {
  const close = closestWord(String(zone), ['customer', ...Intl.supportedValuesOf('timeZone')]);
  const instead =
    close === undefined ? 'Write `customer`, or a zone such as `Europe/Paris`.' : `Did you mean \`${close}\`?`;
  return `there is no zone \`${String(zone)}\`. ${instead}`;
};
const Zone = z
  .string()
  .refine((zone) => zone === 'customer' || zoneOf(zone) !== undefined, { error: ({ input }) => noZone(input) })
  .describe('`customer`, or an IANA zone such as `Europe/Paris`.');

export const Window = z.strictObject({
  from: ClockTime,
  to: ClockTime,
  zone: Zone,
  otherwise: z.enum(['hold', 'skip', 'end']).default('hold').describe('What to do outside the window.'),
  atMost: Duration.default('1 day').describe('The longest hold; then the message is skipped.'),
});

const Send = z.strictObject({
  message: z.string().describe('A message in the journey folder, without its channel ending.'),
  channels: z
    .union([z.literal('preferred'), z.array(ChannelName).min(1)])
    .describe('`preferred`, or channels in order.'),
  among: z.array(ChannelName).min(1).optional().describe('The channels `preferred` may choose from.'),
  expires: Duration.optional().describe('Not sent later than this after the step was reached.'),
  otherwise: z
    .enum(['continue', 'end'])
    .default('continue')
    .describe('What follows a message that was withheld or failed.'),
  topic: z.string().optional(),
});

const Awaited = z.union([
  StepId.describe('The send step whose link must be clicked.'),
  z.strictObject({ on: Names, where: Expression.optional() }),
]);

export type StepDocument =
  | { id?: string | undefined; wait: string }
  | { id?: string | undefined; send: z.infer<typeof Send> }
  | {
      id?: string | undefined;
      waitFor: Record<string, z.infer<typeof Awaited>>;
      within: string;
      then?: Record<string, StepDocument[]> | undefined;
    }
  | {
      id?: string | undefined;
      branch: { when: string; then: StepDocument[] }[];
      otherwise?: StepDocument[] | undefined;
    }
  | { id?: string | undefined; end: string };

const id = StepId.optional();
export const Steps: z.ZodType<StepDocument[]> = z.lazy(() => z.array(Step).min(1));

const stepKinds = {
  wait: z.strictObject({ id, wait: Duration }),
  send: z.strictObject({ id, send: Send }),
  waitFor: z.strictObject({
    id,
    waitFor: z.record(StepId, Awaited).refine((all) => Object.keys(all).length > 0, { error: 'name what to wait for' }),
    within: Duration,
    then: z
      .record(z.string(), Steps)
      .optional()
      .describe('Steps per winner, and `timeout` when nothing came; an arm left out goes on below.'),
  }),
  branch: z.strictObject({
    id,
    branch: z.array(z.strictObject({ when: Expression, then: Steps })).min(1),
    otherwise: Steps.optional(),
  }),
  end: z.strictObject({ id, end: z.string().min(1).describe('Why the run ends here.') }),
};
export const stepKindNames = Object.keys(stepKinds);

const Step: z.ZodType<StepDocument> = z.union([
  stepKinds.wait,
  stepKinds.send,
  stepKinds.waitFor,
  stepKinds.branch,
  stepKinds.end,
]);

/** A journey as its author writes it: YAML in git, the same document as JSON everywhere else. */
export const JourneyDocument = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, { error: 'a journey name is lower-case words with hyphens' }),
  description: z.string().optional(),
  triggers: z.array(Trigger).min(1),
  whileOpen: z
    .enum(['ignore', 'restart', 'update'])
    .default('ignore')
    .describe('The same key again while a run is open.'),
  reentry: z
    .strictObject({ after: Duration })
    .optional()
    .describe('How long after a run began the same key may enter again; absent: never.'),
  exit: z.array(z.union([ExitOn, ExitWhen])).default([]),
  goals: z.array(Goal).default([]),
  quiets: z.array(z.string()).default([]).describe('Topics other journeys may not send on while a run is open.'),
  topic: z.string().describe('The topic consent is asked for.'),
  window: Window.optional(),
  steps: Steps,
});
export type JourneyDocument = z.infer<typeof JourneyDocument>;
export type SendDocument = z.infer<typeof Send>;
export type Window = z.infer<typeof Window>;
export type AwaitedDocument = z.infer<typeof Awaited>;
