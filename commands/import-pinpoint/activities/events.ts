import type { EventDimensions, SimpleCondition } from '../read/condition-shapes.ts';
import { own } from '../read/own.ts';
import type { Path } from '../report/ledger.ts';
import { attributeHolds, metricHolds } from '../segment/comparisons.ts';
import { combined, type Condition, jsonataPath, noted, quoted } from '../segment/condition.ts';
import { typeOf, type Surroundings } from './surroundings.ts';

/** Something a run has to listen for, because nothing is kept of it. */
export type Awaited = { readonly on: string; readonly where?: string };

/** What is asked about a message: what its step notes, or something to listen for. */
export type Asked =
  | Condition
  | {
      readonly awaited: Awaited;
      /** Whether it may have come before the wait begins: then it is looked for among what the run has seen. */
      readonly mayBePast: boolean;
      readonly isNot: boolean;
    };

/** What a send step notes of what came back, by Pinpoint's event. */
const notes: Readonly<Record<string, (step: string) => string>> = {
  '_email.send': (step) => `${step}.status = "sent"`,
  '_SMS.BUFFERED': (step) => `${step}.status = "sent"`,
  '_campaign.send': (step) => `${step}.status = "sent"`,
  '_journey.send': (step) => `${step}.status = "sent"`,
  '_email.delivered': (step) => `$exists(${step}.delivered)`,
  '_SMS.SUCCESS': (step) => `$exists(${step}.delivered)`,
  '_email.open': (step) => `$exists(${step}.opened)`,
  '_email.click': (step) => `$exists(${step}.clicked)`,
};

/** Whether a customer has left a channel is known at any time. */
const left: Readonly<Record<string, (topic: string) => string>> = {
  '_email.unsubscribe': (topic) => leftChannel('email', topic),
  '_SMS.OPTOUT': (topic) => leftChannel('sms', topic),
};
const leftChannel = (channel: string, topic: string): string =>
  `profile.consent.${channel}.\`*\` = false or profile.consent.${channel}.${jsonataPath(topic) ?? '`*`'} = false`;

type Named = { readonly on: string; readonly where?: string; readonly isOfStep: boolean };
const said = (on: string, where?: string, isOfStep = true): Named => ({
  on,
  isOfStep,
  ...(where === undefined ? {} : { where }),
});
/** Our names of Pinpoint's events. */
const names: Readonly<Record<string, Named>> = {
  // That a provider took a message is what its step notes; nothing is said of it before it arrives.
  '_email.send': said('Email Delivered'),
  '_email.delivered': said('Email Delivered'),
  '_email.open': said('Email Opened'),
  '_email.click': said('Email Link Clicked'),
  '_email.hardbounce': said('Email Bounced', 'event.properties.bounceType = "Permanent"'),
  '_email.softbounce': said('Email Bounced', 'event.properties.bounceType != "Permanent"'),
  '_email.complaint': said('Email Complained'),
  '_email.rejected': said('Email Rejected'),
  '_email.rendering_failure': said('Email Rejected'),
  '_email.unsubscribe': said('Consent Changed', 'event.properties.granted = false', false),
  '_SMS.SUCCESS': said('SMS Delivered'),
  '_SMS.BUFFERED': said('SMS Delivered'),
  '_SMS.FAILURE': said('SMS Failed'),
  '_SMS.OPTOUT': said('Consent Changed', 'event.properties.granted = false', false),
  ...Object.fromEntries(
    ['_campaign', '_journey'].flatMap((source) => [
      [`${source}.opened_notification`, said('Push Notification Tapped', undefined, false)],
      [`${source}.received_foreground`, said('Push Notification Received', undefined, false)],
      [`${source}.received_background`, said('Push Notification Received', undefined, false)],
    ]),
  ),
};

/** The name an event of Pinpoint's has here: its own, where it is one of the user's. */
export const eventNamed = (type: string): Named => own(names, type) ?? said(type, undefined, false);

type At = { readonly path: Path; readonly around: Pick<Surroundings, 'ledger'> };

/** What an event must carry besides its name. */
export const eventDetails = ({ Attributes, Metrics }: EventDimensions, { path, around }: At): readonly Condition[] => {
  const detail = (field: string, name: string, write: (path: string) => Condition): Condition => {
    const read = jsonataPath('event', 'properties', name);
    const condition = read === undefined ? { incomplete: `No condition can name \`${name}\`.` } : write(read);
    return noted(around.ledger, [...path, field, name], condition, { changed: `read from \`${read}\`` });
  };
  return [
    ...Object.entries(Attributes ?? {}).map(([name, each]) =>
      detail('Attributes', name, (at) => attributeHolds(at, each)),
    ),
    ...Object.entries(Metrics ?? {}).map(([name, each]) => detail('Metrics', name, (at) => metricHolds(at, each))),
  ];
};

type EventCondition = NonNullable<SimpleCondition['EventCondition']>;
type About = { readonly message: string; readonly split: string; readonly around: Surroundings };

/** What is known whenever the split decides; undefined for what has to be listened for. */
const knownOf = (values: readonly string[], { message, around }: About): Condition | undefined => {
  const step = jsonataPath('steps', around.stepOf(message)) ?? '';
  const each = values.flatMap(
    (value) => own(notes, value)?.(step) ?? own(left, value)?.(around.topics.marketing) ?? [],
  );
  return each.length === values.length
    ? combined(
        each.map((when) => ({ when })),
        'or',
      )
    : undefined;
};

const follows = (message: string, split: string, { journey }: Surroundings): boolean => {
  const { EMAIL, SMS, PUSH } = journey.Activities?.[message] ?? {};
  return (EMAIL ?? SMS ?? PUSH)?.NextActivity === split;
};

const awaitedOf = (values: readonly string[], details: readonly Condition[], about: About): Asked => {
  const { message, split, around } = about;
  const [type, ...more] = values;
  if (type === undefined || more.length > 0)
    return { incomplete: `asks for ${values.join(' or ')} at once, which no wait hears.` };
  const { on, where, isOfStep } = eventNamed(type);
  const own = [
    `event.properties.journey = ${quoted(around.name)}`,
    `event.properties.step = ${quoted(around.stepOf(message))}`,
  ];
  const all = [...(isOfStep ? own : []), ...(where === undefined ? [] : [where])].map((when) => ({ when }));
  const condition = combined([...all, ...details], 'and');
  if ('incomplete' in condition) return condition;
  const mayBePast = details.length === 0 && !follows(message, split, around);
  return { awaited: { on, ...(condition.when === 'true' ? {} : { where: condition.when }) }, mayBePast, isNot: false };
};

const negate = (asked: Asked): Asked => {
  if ('awaited' in asked) return { ...asked, isNot: !asked.isNot };
  return 'when' in asked ? { when: `$not(${asked.when})` } : asked;
};

const howKnown = (values: readonly string[]): readonly ['exact' | 'changed', string] => {
  if (values.some((value) => Object.hasOwn(left, value)))
    return ['changed', 'whether the customer has left the channel or the topic, by whatever message'];
  const isJudged = values.includes('_email.open') || values.includes('_email.click');
  return isJudged
    ? ['changed', 'noted of the message as soon as it comes; only what a person did counts']
    : ['exact', 'noted of the message as soon as it comes'];
};

const howAwaited = ({ awaited, mayBePast }: Extract<Asked, { awaited: Awaited }>): string => {
  const earlier = mayBePast ? '; before that, any in this run counts, of whichever message' : '';
  return `listens for \`${awaited.on}\` from here on, and goes on as soon as it comes${earlier}`;
};

type Asking = { readonly path: Path; readonly split: string; readonly around: Surroundings };

/** What a condition on an event of a message asks. */
export const askedOfEvent = ({ Dimensions = {}, MessageActivity }: EventCondition, asking: Asking): Asked => {
  const { path, split, around } = asking;
  const at = [...path, 'Dimensions', 'EventType'];
  const activity = around.journey.Activities?.[MessageActivity ?? ''];
  const type = activity === undefined ? undefined : typeOf(activity);
  const refused = (why: string): Asked => {
    around.ledger.note(path, 'not supported', why);
    return { incomplete: why };
  };
  if (MessageActivity === undefined || type === undefined) return refused('an event condition names no message.');
  const values = Dimensions.EventType?.Values ?? [];
  if (values.length === 0) return refused('an event condition names no event.');
  if (type === 'ContactCenter' || type === 'CONTACT_CENTER')
    return refused(
      `asks how a call ended (${values.join(', ')}): give the task \`${around.stepOf(MessageActivity)}\` outcomes and wait for them.`,
    );
  if (type === 'CUSTOM')
    return refused(`asks what a function or address answered (${values.join(', ')}), which is not read.`);
  if (!around.leadsTo(MessageActivity, split))
    return refused(`asks about the message of activity ${MessageActivity}, which is not sent before.`);
  around.ledger.note([...path, 'MessageActivity'], 'exact', `the step \`${around.stepOf(MessageActivity)}\``);
  const details = eventDetails(Dimensions, { path: [...path, 'Dimensions'], around });
  const about = { message: MessageActivity, split, around };
  const known = details.length === 0 ? knownOf(values, about) : undefined;
  const asked = known ?? awaitedOf(values, details, about);
  if ('incomplete' in asked) around.ledger.note(at, 'not supported', asked.incomplete);
  else if ('awaited' in asked) around.ledger.note(at, 'changed', howAwaited(asked));
  else around.ledger.note(at, ...howKnown(values));
  return Dimensions.EventType?.DimensionType === 'EXCLUSIVE' ? negate(asked) : asked;
};
