import { hidden, maskEmail, maskId, maskPhone, maskTraits, whyStage } from '#core/customer';
import { consentsOf, type ContextView, lookupsOf, type Profile, type ProfileView } from '#core/profile';
import type { CardRows } from '../store/card-rows.ts';
import type { Row } from '../../aws/rows.ts';
import type { About } from './open-journeys.ts';

type View = ProfileView & ContextView;
type Ids = { readonly [id in 'userId' | 'anonymousId' | 'email' | 'phone' | 'firstName']: string | undefined };

const maskedIds = ({ userId, anonymousId, email, phone, firstName }: Ids) => ({
  userId: userId === undefined ? undefined : maskId(userId),
  anonymousId: anonymousId === undefined ? undefined : maskId(anonymousId),
  email: email === undefined ? undefined : maskEmail(email),
  phone: phone === undefined ? undefined : maskPhone(phone),
  firstName: firstName === undefined ? undefined : hidden,
});

const mask: { readonly [kind: string]: (value: string) => string } = { email: maskEmail, phone: maskPhone };

/** Every address, number and id they were ever seen with, by kind. */
const seenUnder = (profile: Profile, mayReadPersonal: boolean) => {
  const { anonymous = {}, alias = {} } = profile.links ?? {};
  const others = (users: typeof anonymous): readonly string[] =>
    Object.values(users).flatMap((ids) => Object.keys(ids));
  const users = [...new Set([...Object.keys(anonymous), ...Object.keys(alias), ...others(alias)])];
  const all = [
    ...lookupsOf(profile),
    ...users.map((value) => ({ kind: 'user', value })),
    ...others(anonymous).map((value) => ({ kind: 'anonymous', value })),
  ];
  const grouped = Map.groupBy(all, ({ kind }) => kind);
  const shown = (kind: string, value: string): string => (mayReadPersonal ? value : (mask[kind] ?? maskId)(value));
  return Object.fromEntries(
    [...grouped].map(([kind, each]) => [kind, [...new Set(each.map(({ value }) => shown(kind, value)))].toSorted()]),
  );
};

/** Who they are, how they can be reached, and under which other ids they are known. */
export const identityOf = (
  view: View,
  profile: Profile,
  { links, mayReadPersonal }: Pick<CardRows, 'links'> & Pick<About, 'mayReadPersonal'>,
) => {
  const { userId, anonymousId, email, phone, firstName, timezone, prefers, devices } = view;
  const ids = { userId, anonymousId, email, phone, firstName };
  return {
    ...(mayReadPersonal ? ids : maskedIds(ids)),
    timezone,
    prefers,
    devices: devices.map(({ token, platform }) => ({ platform, token: mayReadPersonal ? token : hidden })),
    seenUnder: seenUnder(profile, mayReadPersonal),
    joined: links.map(({ kind, from, linkedAt, undoneAt }) => ({
      customer: from,
      because: kind,
      at: linkedAt,
      undoneAt,
    })),
  };
};

export const stageOf = ({ stage, stageReason, rfm, windows, engagement }: View) => ({
  is: stage,
  reason: stageReason,
  because: whyStage(stageReason),
  rfm,
  windows,
  engagement,
});

export const traitsOf = ({ traits }: View, { mayReadPersonal }: Pick<About, 'mayReadPersonal'>) =>
  mayReadPersonal ? traits : maskTraits(traits);

/** A product is called by its name; whatever else a shop wrote beside it may be the customer's own words. */
export const cartOf = ({ cart }: View, { mayReadPersonal }: Pick<About, 'mayReadPersonal'>) => {
  if (mayReadPersonal) return cart;
  const { id: _id, products, ...sums } = cart;
  const shown = ({ product_id, name = null, price = null, quantity }: (typeof products)[number]) => ({
    product_id,
    name,
    price,
    quantity,
  });
  return { ...sums, products: products.map(shown) };
};

export const satisfactionOf = ({ satisfaction, sentiment, complaint }: View) => ({
  ...satisfaction,
  sentiment,
  complaint,
});

/** What was said, where and in which words; the hashes that prove it are in the export. */
const recordIn = (record: unknown): object => (typeof record === 'string' ? JSON.parse(record) : {});

const statusIn = <Value>(
  view: { readonly [channel: string]: { readonly [topic: string]: Value } | undefined },
  channel: string,
  topic: string,
): Value | undefined => view[channel]?.[topic];

/** What counts now, per channel and topic, and when it was said; how it came to be is in what was said, newest first. */
export const consentsView = (profile: Profile, rows: readonly Row[], { mayReadPersonal, view }: About) => {
  const now = Object.entries(consentsOf(profile)).flatMap(([channel, topics]) =>
    Object.entries(topics).map(([topic, { at }]) => ({
      channel,
      topic,
      granted: statusIn(view.consent, channel, topic) === true,
      status: statusIn(view.consentStatus, channel, topic),
      at,
    })),
  );
  const said = rows.toReversed().map(({ number, record }) => ({ number, ...recordIn(record) }));
  return { now, ...(mayReadPersonal && said.length > 0 ? { said } : {}) };
};
