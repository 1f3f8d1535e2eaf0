import * as z from 'zod';
import { Budget, Caps } from './caps.ts';
import { Duration } from './duration.ts';
import { ClockTime, Expression, IanaZone, JourneyName, Names, Same, Where, Zone } from './fields.ts';
import { Steps } from './steps.ts';
import { Trigger } from './triggers.ts';

const ExitOn = z
  .strictObject({ on: Names.describe('Event names that end the run.'), same: Same, where: Where })
  .describe('Something the customer does.');
const ExitWhen = z
  .strictObject({
    when: Expression.describe('A condition over `profile`: ends the run when it becomes true after entry.'),
  })
  .describe('What becomes true of the customer.');

const Goal = z.strictObject({
  on: Names.describe('Event names that count as success.'),
  where: Where,
  within: Duration.describe('Counted from entry; outlives the run.'),
  value: Expression.optional().describe('What it was worth, such as `event.properties.revenue`.'),
});

const Hours = z
  .strictObject({
    from: ClockTime.describe('Local time of day, such as "10:00".'),
    to: ClockTime.describe('Local time of day.'),
  })
  .optional();
const Day = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

export const Window = z.strictObject({
  from: ClockTime.describe('Local time of day from which messages may leave, such as "08:00".'),
  to: ClockTime.describe('Local time of day from which they may not; earlier than `from`, it is on the next day.'),
  zone: Zone,
  days: z.array(Day).min(1).optional().describe('The days on which messages may leave; absent: all.'),
  closed: z
    .array(z.iso.date({ error: 'write a day as "2026-12-25", in quotes' }))
    .default([])
    .describe('Days on which none leaves, such as holidays.'),
  per: z
    .strictObject({
      email: Hours.describe('Hours of email.'),
      sms: Hours.describe('Hours of text messages.'),
      push: Hours.describe('Hours of push notifications.'),
    })
    .default({})
    .describe('Other hours for a channel.'),
  otherwise: z.enum(['hold', 'skip', 'end']).default('hold').describe('What to do outside the window.'),
  atMost: Duration.default('1 day').describe('The longest hold; then the message is skipped.'),
});
export type Window = z.infer<typeof Window>;

const Instant = z.iso.datetime({ offset: true, error: 'write an instant as "2026-11-27T00:00:00+01:00", in quotes' });

const EntryRate = z.strictObject({
  most: z.int().positive().describe('How many customers may enter …'),
  per: z.enum(['second', 'minute', 'hour']).describe('… in this time; who comes too early waits in line.'),
});

/** A journey as its author writes it: YAML in git, the same document as JSON everywhere else. */
export const JourneyDocument = z.strictObject({
  name: JourneyName.describe('Lower-case words with hyphens; the name of its folder.'),
  description: z.string().optional().describe('What it is for, in a sentence.'),
  live: z
    .boolean()
    .default(true)
    .describe('Whether it is published; `false` keeps it here, checked and tested, and nobody enters.'),
  triggers: z.array(Trigger).min(1).describe('What makes a customer enter; the first that fits counts.'),
  whileOpen: z
    .enum(['ignore', 'restart', 'update'])
    .default('ignore')
    .describe('The same key again while a run is open: nothing, its wait begins anew, or its entry is replaced.'),
  reentry: z
    .strictObject({ after: Duration.describe('Counted from when the last run with this key began.') })
    .optional()
    .describe('How long after a run began the same key may enter again; absent: never.'),
  open: z
    .strictObject({
      from: Instant.optional().describe('Nobody enters before it.'),
      until: Instant.optional().describe('Nobody enters from it on; who is in goes on.'),
    })
    .optional()
    .describe('Between which instants customers may enter.'),
  entryRate: EntryRate.optional().describe('How fast customers enter; absent: as they come.'),
  holdout: z
    .number()
    .min(0)
    .max(50)
    .default(0)
    .describe('Percent of customers who are counted, but not carried: to measure what the journey does.'),
  exit: z
    .array(z.union([ExitOn, ExitWhen]))
    .default([])
    .describe('What ends a run at once, whatever it waits for.'),
  goals: z.array(Goal).default([]).describe('What counts as success.'),
  quiets: z.array(z.string()).default([]).describe('Topics other journeys may not send on while a run is open.'),
  topic: z.string().min(1).describe('The topic consent is asked for, one of `topics.yaml`.'),
  zone: IanaZone.default('UTC').describe('The zone of customers whose own is not known.'),
  window: Window.optional().describe('The hours in which messages may leave.'),
  caps: Caps.optional().describe('How many of its messages one customer gets, and what to do with one too many.'),
  priority: z
    .int()
    .min(0)
    .max(100)
    .default(50)
    .describe('Of messages that wait for the same slot the highest, up to 100, goes first, then the oldest.'),
  budget: Budget.optional().describe(
    'How many messages it sends to all customers together; absent: as many as there are.',
  ),
  steps: Steps.describe('What happens, in order.'),
});
export type JourneyDocument = z.infer<typeof JourneyDocument>;
