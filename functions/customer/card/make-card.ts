import {
  hidden,
  liveOffers,
  maskTraits,
  maskValue,
  type TimelineEntry,
  timelineOf,
  type TimelinePage,
} from '#core/customer';
import { isOpen } from '#core/journey';
import { emptyProfile, type Profile, viewProfile, withConfirmation } from '#core/profile';
import type { Task } from '../../aws/task.ts';
import { taskView } from '../../task/task-view.ts';
import { type CardField, type CardQuery, cursorOf } from '../request/read-card-query.ts';
import type { CardRows } from '../store/card-rows.ts';
import type { Row } from '../../aws/rows.ts';
import type { CardStores } from './card-facts.ts';
import { cartOf, consentsView, identityOf, satisfactionOf, stageOf, traitsOf } from './known-of.ts';
import { type About, openJourneys } from './open-journeys.ts';

export type Asked = CardQuery & { readonly customer: string; readonly mayReadPersonal: boolean; readonly now: number };

const profileIn = ({ body }: Row): Profile => (typeof body === 'string' ? JSON.parse(body) : emptyProfile());

const segmentsIn = ({ memberOf }: Row) => {
  const since: Record<string, number> = typeof memberOf === 'string' ? JSON.parse(memberOf).in : {};
  return Object.entries(since)
    .map(([segment, at]) => ({ segment, since: new Date(at).toISOString() }))
    .toSorted((a, b) => (a.segment < b.segment ? -1 : 1));
};

const openTasks = (tasks: readonly Task[], mayReadPersonal: boolean) =>
  tasks
    .filter(({ status }) => status === 'open' || status === 'claimed')
    .toSorted((a, b) => a.dueAt - b.dueAt)
    .map(taskView)
    .map((task) => (mayReadPersonal ? task : { ...task, shows: maskTraits(task.shows) }));

/** What people wrote is theirs; of a signal its name and figures stay. */
const maskedEntry = (entry: TimelineEntry): TimelineEntry =>
  entry.kind === 'note'
    ? { ...entry, says: hidden, about: {} }
    : { ...entry, about: entry.kind === 'signal' ? maskTraits(entry.about) : entry.about };

const timelineView = ({ entries, next }: TimelinePage, mayReadPersonal: boolean) => ({
  entries: mayReadPersonal ? entries : entries.map(maskedEntry),
  ...(next === undefined ? {} : { next: cursorOf(next) }),
});

const pausedUntil = ({ gateRow }: CardRows, now: number): string | undefined => {
  const { pausedUntil: until } = gateRow;
  return typeof until === 'number' && until > now ? new Date(until).toISOString() : undefined;
};

/** Everything known of one customer and what comes next, or the parts of it that were asked for. */
export const makeCard = async (asked: Asked, stores: CardStores) => {
  const { customer, fields, limit, from, now, mayReadPersonal } = asked;
  const has = (field: CardField): boolean => fields.has(field);
  const [rows, signals, withheld] = await Promise.all([
    stores.rows.read(customer),
    has('timeline') ? stores.rows.signals(customer, limit + 1, from) : [],
    has('timeline') ? stores.rows.withheld(customer, limit + 1, from) : [],
  ]);
  const profile = profileIn(rows.profile);
  const view = withConfirmation(viewProfile(profile, now), stores.confirm);
  const about: About = { customer, view, now, mayReadPersonal };
  const { notes, runs } = rows;
  const history = { signals, messages: [...rows.messages, ...withheld], runs, notes };
  const [first, ...others] = has('nextAction') ? stores.suggest(profile, now) : [];
  const offers = liveOffers(view, runs.filter(isOpen), now);
  return {
    customer,
    asOf: new Date(now).toISOString(),
    ...(has('identity') && { identity: identityOf(view, profile, { ...rows, mayReadPersonal }) }),
    ...(has('stage') && { stage: stageOf(view) }),
    ...(has('traits') && { traits: traitsOf(view, about) }),
    ...(has('cart') && { cart: cartOf(view, about) }),
    ...(has('browsing') && { browsing: view.browsing }),
    ...(has('orders') && { orders: view.orders }),
    ...(has('satisfaction') && { satisfaction: satisfactionOf(view) }),
    ...(has('consents') && {
      consents: { ...consentsView(profile, rows.consents, about), promotionsPausedUntil: pausedUntil(rows, now) },
    }),
    ...(has('segments') && { segments: segmentsIn(rows.profile) }),
    ...(has('journeys') && { journeys: await openJourneys(rows, about, stores) }),
    ...(has('offers') && {
      offers: mayReadPersonal ? offers : offers.map(({ offer, from }) => ({ offer: maskValue(offer), from })),
    }),
    ...(has('nextAction') && { nextAction: first === undefined ? null : { ...first, others } }),
    ...(has('tasks') && { tasks: openTasks(rows.tasks, mayReadPersonal) }),
    ...(has('timeline') && {
      timeline: timelineView(timelineOf(history, { limit, zone: view.timezone ?? 'UTC', from }), mayReadPersonal),
    }),
  };
};
