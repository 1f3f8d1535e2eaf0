import { feedbackNotes } from '#core/events';
import type { ProfileView } from '#core/profile';
import type { PlanNode } from '../../plan/nodes.ts';
import { channelsOf } from '../../published.ts';
import type { Entry } from '../../run/enrolment.ts';
import type { Bindings } from '../../run/holds.ts';
import { any, maybe, type Names, names, oneOf, type Readable, value } from './names.ts';

type NamesOf<Thing> = { readonly [Field in keyof Required<Thing>]: Names };

const bool = maybe('true', 'false');
const text = maybe('text');
const number = maybe('number');

const count = value('number');
const windows = names({ hours24: count, days7: count, days30: count, days90: count });
const score = names({ count, last: number, average: number, lastAt: text });
const engagement = names({ delivered: count, opened: count, clicked: count, replied: count });
const ids = maybe('text', 'list');

const status = oneOf(['confirmed', 'granted', 'pending', 'expired', 'refused']);

const profile = names({
  userId: text,
  anonymousId: text,
  email: text,
  phone: text,
  firstName: text,
  timezone: text,
  prefers: oneOf(['email', 'sms', 'push']),
  devices: names({ token: maybe('text', 'list'), platform: maybe('text', 'list') }),
  traits: any,
  consent: names({ email: names({}, bool), sms: names({}, bool), push: names({}, bool) } satisfies NamesOf<
    ProfileView['consent']
  >),
  consentStatus: names({ email: names({}, status), sms: names({}, status), push: names({}, status) } satisfies NamesOf<
    ProfileView['consentStatus']
  >),
  cart: names({
    id: text,
    items: value('number'),
    value: value('number'),
    currency: text,
    products: any,
  } satisfies NamesOf<ProfileView['cart']>),
  orders: names({ count: value('number'), value: value('number'), lastAt: text } satisfies NamesOf<
    ProfileView['orders']
  >),
  seen: names({}, names({ count: number, firstAt: text, lastAt: text })),
  stage: oneOf(['awareness', 'consideration', 'purchase', 'post-purchase', 'loyalty']),
  stageReason: text,
  rfm: names({ recency: count, frequency: count, monetary: count } satisfies NamesOf<ProfileView['rfm']>),
  windows: names({ orders: windows, spent: windows, visits: windows } satisfies NamesOf<ProfileView['windows']>),
  satisfaction: names({ csat: score, nps: score, ces: score, rating: score } satisfies NamesOf<
    ProfileView['satisfaction']
  >),
  sentiment: score,
  complaint: names({ open: value('true', 'false'), count, since: text } satisfies NamesOf<ProfileView['complaint']>),
  browsing: names({ products: ids, categories: ids } satisfies NamesOf<ProfileView['browsing']>),
  engagement: names({ email: engagement, sms: engagement, push: engagement } satisfies NamesOf<
    ProfileView['engagement']
  >),
} satisfies NamesOf<ProfileView>);

const entry = names({
  event: value('text'),
  messageId: value('text'),
  timestamp: value('text'),
  properties: any,
} satisfies NamesOf<Entry>);

const event = names({
  name: value('text'),
  messageId: value('text'),
  timestamp: value('text'),
  properties: any,
} satisfies NamesOf<NonNullable<Bindings['event']>>);

/** How often an event came since entry. */
const seen = names({}, value('number'));

/** What can come back about a message: nobody clicks in a text message or replies to an email. */
const returned = (channels: readonly string[]): { readonly [field: string]: Names } => {
  const noted = Object.entries(feedbackNotes).filter(([event]) =>
    channels.some((channel) => event.toLowerCase().startsWith(channel)),
  );
  return Object.fromEntries(noted.map(([, field]) => [field, number]));
};
const heard = names({ name: value('text'), properties: any });

/** What is noted of the answer to a step that asks, beside what is noted of the asking. */
const answered = ({ act }: Extract<PlanNode, { kind: 'act' }>): { readonly [field: string]: Names } => {
  if ('task' in act && act.task.outcomes !== undefined)
    return { outcome: oneOf([...act.task.outcomes, 'timeout']), event: heard, response: any };
  if ('start' in act && act.start.wait) return { outcome: oneOf(['ended', 'timeout']), event: heard };
  return {};
};

/** What is noted of a step, by kind; undefined of one that notes nothing. */
export const notesOf = (node: PlanNode): Names | undefined => {
  switch (node.kind) {
    case 'send':
      return names({
        status: oneOf(['sent', 'withheld', 'failed', 'held', 'unknown']),
        reason: text,
        channel: oneOf(['email', 'sms', 'push']),
        at: number,
        ...returned(channelsOf(node.send)),
      });
    case 'waitFor':
      // An answer is read at the step that asked.
      if (Object.values(node.awaited).some((each) => 'of' in each || 'ended' in each)) return undefined;
      return names({
        status: oneOf(['heard', 'timed-out']),
        outcome: oneOf([...Object.keys(node.awaited), 'timeout']),
        event: heard,
        response: any,
      });
    case 'split':
      return names({ status: oneOf(['split']), arm: oneOf(node.arms.map(({ arm }) => arm)) });
    case 'decide':
      return names({
        status: oneOf(['decided']),
        option: oneOf(node.options.map(({ option }) => option)),
        reason: text,
      });
    case 'repeat':
      return names({ status: oneOf(['repeating']), round: number });
    case 'act':
      return names({ status: oneOf(['done', 'failed']), reason: text, at: number, ...answered(node) });
    case 'wait':
    case 'branch':
    case 'again':
    case 'end':
      return undefined;
  }
};

/** What is noted of steps; any, where it is not known which there are. */
export const stepNames = (nodes: readonly PlanNode[] | undefined): Names =>
  nodes === undefined
    ? any
    : names(
        Object.fromEntries(
          nodes.flatMap((node) => {
            const notes = notesOf(node);
            return notes === undefined ? [] : [[node.id, notes] as const];
          }),
        ),
      );

/** What each place of a journey binds: anything else would be nothing there, and a condition on it would never hold. */
export const readableAt = {
  trigger: (): Readable => ({ profile, event }),
  profile: (): Readable => ({ profile }),
  goal: (): Readable => ({ profile, entry, event }),
  run: (steps: Names): Readable => ({ profile, entry, seen, steps }),
  event: (steps: Names): Readable => ({ profile, entry, event, seen, steps }),
} as const;
