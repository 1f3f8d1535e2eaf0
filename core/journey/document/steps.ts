import * as z from 'zod';
import { Duration } from './duration.ts';
import { ChannelName, Expression, JourneyName, Names, Same, StepId, Text, Values, Where } from './fields.ts';
import { WaitTimeText } from './instant.ts';

const Failure = z
  .enum(['continue', 'end'])
  .default('continue')
  .describe('What follows when it could not be done: the next step, or the end of the run.');

export const Send = z.strictObject({
  message: z.string().min(1).describe('A message in the journey folder, without its channel ending.'),
  channels: z
    .union([z.literal('preferred'), z.array(ChannelName).min(1)])
    .describe('`preferred`, or channels in order.'),
  among: z.array(ChannelName).min(1).optional().describe('The channels `preferred` may choose from.'),
  expires: Duration.optional().describe('Not sent later than this after the step was reached.'),
  otherwise: Failure,
  topic: z.string().optional().describe('The topic consent is asked for, where it is not the journey’s.'),
});
export type SendDocument = z.infer<typeof Send>;

const Awaited = z.union([
  StepId.describe('The send step whose link must be clicked, by a person.'),
  z
    .strictObject({ on: Names.describe('Event names, any of which will do.'), same: Same, where: Where })
    .describe('Something the customer does.'),
  z
    .strictObject({ reply: StepId.describe('The send step whose text message is replied to.'), where: Where })
    .describe('An answer to a text message.'),
  z
    .strictObject({ when: Expression.describe('Becomes true while the run waits, or is already.') })
    .describe('What becomes true of the customer or the run.'),
]);
export type AwaitedDocument = z.infer<typeof Awaited>;

const Emit = z.strictObject({
  event: z.string().min(1).describe('The name of the event, as in the Segment Spec: `Loyalty Card Sent`.'),
  properties: Values.optional().describe('Its properties, by name.'),
});

const Task = z.strictObject({
  to: Text.describe(
    'Who does it: a queue of the agent desktop, such as `support`, or one computed; that gives nothing: `unassigned`.',
  ),
  title: z.string().min(1).describe('What to do, in a sentence.'),
  shows: Values.optional().describe('What the person needs to see.'),
  outcomes: z
    .array(StepId)
    .min(1)
    .optional()
    .describe('The answers there can be: the run waits for one. Without them it goes on at once.'),
  due: Duration.default('1 day').describe('By when; the run waits no longer.'),
});

const Webhook = z.strictObject({
  url: z
    .url({ protocol: /^https$/, error: 'write an address that begins with https://' })
    .describe('An address that begins with https://.'),
  body: Values.optional().describe('Sent as JSON.'),
  otherwise: Failure,
});

const Start = z.strictObject({
  journey: JourneyName.describe('The journey this customer enters; it must name this one among its triggers.'),
  properties: Values.optional().describe('The properties of its entry.'),
  wait: z.boolean().default(false).describe('Whether this run waits for the end of the other.'),
  within: Duration.default('30 days').describe('How long it waits at most.'),
});

export type ActDocument =
  | { readonly update: z.infer<typeof Values> }
  | { readonly emit: z.infer<typeof Emit> }
  | { readonly task: z.infer<typeof Task> }
  | { readonly webhook: z.infer<typeof Webhook> }
  | { readonly start: z.infer<typeof Start> };

type Id = { id?: string | undefined };
type Arms = { then?: Record<string, StepDocument[]> | undefined };
export type RepeatDocument = { every: string; times: number; until?: string | undefined; steps: StepDocument[] };

export type StepDocument =
  | (Id & { wait: string; otherwise?: StepDocument[] | undefined })
  | (Id & { send: SendDocument })
  | (Id & Arms & { waitFor: Record<string, AwaitedDocument>; within: string })
  | (Id & { branch: { when: string; then: StepDocument[] }[]; otherwise?: StepDocument[] | undefined })
  | (Id & { split: { arm: string; percent: number; then?: StepDocument[] | undefined }[] })
  | (Id & {
      decide: { option: string; when?: string | undefined; then?: StepDocument[] | undefined }[];
      otherwise?: StepDocument[] | undefined;
    })
  | (Id & { update: z.infer<typeof Values> })
  | (Id & { emit: z.infer<typeof Emit> })
  | (Id & Arms & { task: z.infer<typeof Task> })
  | (Id & { webhook: z.infer<typeof Webhook> })
  | (Id & Arms & { start: z.infer<typeof Start> })
  | (Id & { repeat: RepeatDocument })
  | { goto: string }
  | (Id & { end: string });

export const Steps: z.ZodType<StepDocument[]> = z
  .lazy(() => z.array(Step).min(1))
  .meta({ id: 'Steps', description: 'Steps, in order.' });

const id = StepId.optional().describe('What other steps and the state machine call it; else made from its words.');
const then = z
  .record(z.string(), Steps)
  .optional()
  .describe('Steps per winner, and `timeout` when nothing came; an arm left out goes on below.');

/** Every kind of step, by the key that tells it. */
const stepKinds = {
  wait: z
    .strictObject({
      id,
      wait: WaitTimeText,
      otherwise: Steps.optional().describe('Steps when the date is missing; without them the run goes on.'),
    })
    .describe('Lets time pass. A date in the past goes on at once; one that changes meanwhile is followed.'),
  send: z
    .strictObject({ id, send: Send.describe('What is sent, and how.') })
    .describe('Sends a message on the first channel that may be used.'),
  waitFor: z
    .strictObject({
      id,
      waitFor: z
        .record(StepId, Awaited)
        .refine((all) => Object.keys(all).length > 0, { error: 'name what to wait for' })
        .describe('What is waited for, by names of your own.'),
      within: Duration.describe('How long at most; then `timeout` follows.'),
      then,
    })
    .describe('Waits for the first of several things.'),
  branch: z
    .strictObject({
      id,
      branch: z
        .array(z.strictObject({ when: Expression, then: Steps.describe('Steps of this way.') }))
        .min(1)
        .describe('The ways, in order.'),
      otherwise: Steps.optional().describe('Steps when no condition holds.'),
    })
    .describe('Takes the first way whose condition holds.'),
  split: z
    .strictObject({
      id,
      split: z
        .array(
          z.strictObject({
            arm: StepId.describe('Its name.'),
            percent: z.number().positive().max(100).describe('Its share; all shares add up to 100.'),
            then: Steps.optional().describe('Its steps; without them it goes on below.'),
          }),
        )
        .min(2)
        .describe('The arms.'),
    })
    .describe('Divides customers by share. The same customer takes the same arm, in every version that has it.'),
  decide: z
    .strictObject({
      id,
      decide: z
        .array(
          z.strictObject({
            option: StepId.describe('Its name.'),
            when: Expression.optional().describe('Whether it is eligible; absent: always.'),
            then: Steps.optional().describe('Its steps; without them it goes on below.'),
          }),
        )
        .min(1)
        .describe('The options, the most wanted first.'),
      otherwise: Steps.optional().describe('Steps when no option is eligible.'),
    })
    .describe('Takes the best of the eligible options: for now the first in order.'),
  update: z
    .strictObject({
      id,
      update: Values.refine((all) => Object.keys(all).length > 0, { error: 'name a trait' }).describe(
        'New values of traits, by name.',
      ),
    })
    .describe('Sets traits of the profile.'),
  emit: z
    .strictObject({ id, emit: Emit.describe('The event.') })
    .describe('Says an event on the bus, about this customer.'),
  task: z
    .strictObject({ id, task: Task.describe('What is asked, of whom.'), then })
    .describe('Asks a person to do something.'),
  webhook: z.strictObject({ id, webhook: Webhook.describe('What is called.') }).describe('Calls an address of yours.'),
  start: z
    .strictObject({ id, start: Start.describe('Which one, and with what.'), then })
    .describe('Lets the customer enter another journey.'),
  repeat: z
    .strictObject({
      id,
      repeat: z
        .strictObject({
          every: Duration.describe('The wait between two rounds.'),
          times: z.int().min(1).max(1000).describe('The most rounds.'),
          until: Expression.optional().describe('Looked at before each round: once it holds, no more.'),
          steps: Steps.describe('The steps of a round.'),
        })
        .describe('How often, and what.'),
    })
    .describe('Does the same again.'),
  goto: z
    .strictObject({ goto: StepId.describe('A later step: of this list, or of one around it.') })
    .describe('Goes on further down.'),
  end: z.strictObject({ id, end: z.string().min(1).describe('Why the run ends here.') }).describe('Ends the run.'),
};
export const stepKindNames = Object.keys(stepKinds);

const Step: z.ZodType<StepDocument> = z.union([
  stepKinds.wait,
  stepKinds.send,
  stepKinds.waitFor,
  stepKinds.branch,
  stepKinds.split,
  stepKinds.decide,
  stepKinds.update,
  stepKinds.emit,
  stepKinds.task,
  stepKinds.webhook,
  stepKinds.start,
  stepKinds.repeat,
  stepKinds.goto,
  stepKinds.end,
]);

/** The lists of steps inside a step, whatever its kind. */
export const listsIn = (step: StepDocument): readonly (readonly StepDocument[])[] => {
  if ('branch' in step) return [...step.branch.map(({ then }) => then), step.otherwise ?? []];
  if ('split' in step) return step.split.map(({ then }) => then ?? []);
  if ('decide' in step) return [...step.decide.map(({ then }) => then ?? []), step.otherwise ?? []];
  if ('repeat' in step) return [step.repeat.steps];
  if ('wait' in step) return [step.otherwise ?? []];
  return 'then' in step ? Object.values(step.then ?? {}) : [];
};

/** These steps and all inside them. */
export const allSteps = (steps: readonly StepDocument[]): readonly StepDocument[] =>
  steps.flatMap((step) => [step, ...listsIn(step).flatMap(allSteps)]);
