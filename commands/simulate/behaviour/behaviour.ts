import { Duration } from './duration-field.ts';
import { zoneOf } from '#core/profile';
import type { Json } from '#core/signal';
import * as z from 'zod';

/** Shares are percent; what is made for each customer or event may be drawn: see `make.ts`. */
const share = z.number().min(0).max(100);
const Value: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(Value), z.record(z.string(), Value)]),
);
const Made = z.record(z.string().min(1), Value);

const Reach = z.strictObject({
  address: share.default(95).describe('Percent of customers who have one.'),
  consent: share.default(60).describe('Percent who said yes; the others said no.'),
  confirmed: share
    .default(70)
    .describe('Of those who said yes, percent who confirmed it on a topic that asks for that (double opt-in).'),
});

const addsUp = (shares: { readonly [name: string]: number }): boolean =>
  Object.values(shares).reduce((sum, each) => sum + each, 0) <= 100.000_001;
const tooMuch = { error: 'these shares add up to more than 100' };

const Zones = z
  .record(
    z.string().refine((zone) => zoneOf(zone) !== undefined, {
      error: 'this is no time zone; write one such as `Europe/Paris`',
    }),
    share,
  )
  .refine(addsUp, tooMuch);

const Customers = z.strictObject({
  email: Reach.prefault({ address: 97, consent: 65 }),
  sms: Reach.prefault({ address: 60, consent: 30 }),
  push: Reach.prefault({ address: 25, consent: 50 }),
  prefers: z
    .strictObject({ email: share.optional(), sms: share.optional(), push: share.optional() })
    .default({ email: 40, sms: 15, push: 10 })
    .describe('The channel they prefer, in percent; the rest did not say.'),
  zones: Zones.default({ 'Europe/London': 100 }).describe('Where they live, in percent; the rest did not say.'),
  traits: Made.default({}).describe('Further traits of their profile.'),
});

/** What comes back of a message, in percent of those sent. */
const rates = {
  failed: share.describe('Bounced for good, or not deliverable: the address is not written to again.'),
  opened: share.describe('Opened by a person.'),
  clicked: share.describe('Followed a link.'),
  replied: share.describe('Answered a text message.'),
  unsubscribed: share.describe('Withdrew consent for the channel.'),
  complained: share.describe('Called it spam: the address is not written to again.'),
  delay: Duration.describe('Half of what comes back has come by then.'),
} as const;

const Email = z.strictObject({
  failed: rates.failed.default(1),
  opened: rates.opened.default(35),
  clicked: rates.clicked.default(4),
  unsubscribed: rates.unsubscribed.default(0.3),
  complained: rates.complained.default(0.03),
  delay: rates.delay.default('3 hours'),
});
const Sms = z.strictObject({
  failed: rates.failed.default(2),
  replied: rates.replied.default(2),
  unsubscribed: rates.unsubscribed.default(0.7),
  delay: rates.delay.default('20 minutes'),
});
const Push = z.strictObject({
  failed: rates.failed.default(3),
  unsubscribed: rates.unsubscribed.default(0.2),
  delay: rates.delay.default('1 hour'),
});
const Rates = z.strictObject(rates).partial();
export type Rates = z.infer<typeof Rates>;

const Messages = z.strictObject({
  email: Email.prefault({}),
  sms: Sms.prefault({}),
  push: Push.prefault({}),
  steps: z.record(z.string(), Rates).default({}).describe('Other rates for the message of a step.'),
});

const what = {
  event: z.string().min(1),
  share: share.default(100),
  properties: Made.default({}),
  traits: Made.optional().describe('Given, it is an `identify` call with these traits.'),
};

const Own = z.strictObject({
  ...what,
  every: Duration.describe('It comes by itself, on average once in this time.'),
});
const Reaction = z.strictObject({
  ...what,
  after: z
    .string()
    .describe('`entry`, the id of a step once it is reached (a send: once it is sent), or `reminder clicked`.'),
  delay: Duration.describe('Half of them come within this time.'),
});
export type OwnEvent = z.infer<typeof Own>;
export type Reaction = z.infer<typeof Reaction>;

/** How the customers of a journey behave: `simulate.yaml` beside `journey.yaml`. */
export const Behaviour = z.strictObject({
  start: z.iso
    .datetime({ offset: true, error: 'write an instant as "2026-01-05T09:00:00Z", in quotes' })
    .default('2026-01-05T09:00:00Z')
    .describe('When the virtual clock begins.'),
  customers: Customers.prefault({}),
  messages: Messages.prefault({}),
  events: z.array(z.union([Own, Reaction])).describe('What customers do, by themselves or after something.'),
});
export type Behaviour = z.infer<typeof Behaviour>;

/** As its author writes it: what is left out is taken from the default. */
export const BehaviourFile = Behaviour.partial({ events: true });
export type BehaviourFile = z.infer<typeof BehaviourFile>;

export const isOwn = (event: OwnEvent | Reaction): event is OwnEvent => 'every' in event;
export const isReaction = (event: OwnEvent | Reaction): event is Reaction => 'after' in event;

/** What `after` names: a step or `entry`, and what came back of its message, if that is meant. */
export const afterParts = (after: string): { readonly step: string; readonly answer: string | undefined } => {
  const [step = '', answer] = after.split(' ');
  return { step, answer };
};
export const answers = ['delivered', 'opened', 'clicked', 'replied'] as const;
