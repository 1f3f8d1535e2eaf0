import { isObject, own, type Json, type JsonObject } from '#core/signal';
import { numberOf } from './cart.ts';
import { CHANNELS, type Consented, consentView, isLasting } from './consent/index.ts';
import { emailOf, phoneOf, zoneOf } from './contact.ts';
import { consentsOf, type Profile } from './profile.ts';
import type { CartProduct, ContextView, ProfileView } from './profile-view.ts';
import { atNow, bestHour, complaintView, type Facts, factsView, newestAt } from './traits/index.ts';
import { entriesOf, type Entry } from './writes.ts';

/**
 * The profile as conditions, messages and people read it. Addresses and zone come from the traits of the same name and are
 * absent when those are not valid, whatever was known before. A consent shows whether one may send, so a topic that was
 * granted before its channel was refused, or whose grant has run out, reads `false`. Whether a topic waits for its confirmation
 * is the topic's own rule: `withConfirmation` says it of those that do.
 * @param now ms since 1970, for the stage, the windows and how long ago an order was; absent: the newest signal's time
 */
export const viewProfile = (profile: Profile, now?: number): ProfileView & ContextView => {
  const known = views.get(profile);
  if (known?.view !== undefined && now === undefined) return known.view;
  const { steady, consented } = known ?? steadyView(profile);
  const at = now ?? newestAt(profile);
  const view = {
    ...steady,
    ...(consented ?? consentView(consentsOf(profile), at)),
    ...atNow(profile, steady.cart.items, at),
  };
  // The view at the profile's own time is asked for again and again, one at another time once.
  if (now === undefined) views.set(profile, { steady, consented, view });
  else if (known === undefined) views.set(profile, { steady, consented });
  return view;
};

type Whole = ProfileView & ContextView;
type Steady = Omit<Whole, 'consent' | 'consentStatus' | 'stage' | 'stageReason' | 'rfm' | 'windows'>;
/** `consented` is absent where a consent runs out: it reads another way at another time. */
type SteadyView = { readonly steady: Steady; readonly consented: Consented | undefined };

/** A profile never changes, and a signal looks at it many times. */
const views = new WeakMap<Profile, SteadyView & { readonly view?: Whole }>();

const noFacts: Facts = {};

/** All that reads the same at any time. */
const steadyView = (profile: Profile): SteadyView => {
  const { facts = noFacts } = profile;
  const entries = entriesOf(profile.writes);
  const said = named(entries, 'trait');
  const contact = contactView(said);
  const seen = seenView(profile.seen);
  const steady = {
    ...identityView(entries),
    ...contact,
    traits: withBestHour(said, bestHour(facts, contact.timezone)),
    devices: devicesView(entries),
    cart: cartView(entries),
    orders: ordersView(profile.orders),
    seen,
    complaint: complaintView(entries),
    ...factsView(facts, seen),
  };
  const consents = consentsOf(profile);
  return { steady, consented: isLasting(consents) ? consentView(consents, newestAt(profile)) : undefined };
};

/** What the customer or their shop said of it comes before what we have learned. */
const withBestHour = (traits: JsonObject, hour: number | undefined): JsonObject =>
  hour === undefined || Object.hasOwn(traits, 'best_hour') ? traits : { ...traits, best_hour: hour };

const named = (entries: readonly Entry[], kind: string): JsonObject =>
  Object.fromEntries(
    entries.filter((entry) => entry.kind === kind && entry.value !== null).map(({ name, value }) => [name, value]),
  );

const valueOf = (entries: readonly Entry[], kind: string): Json | undefined =>
  entries.find((entry) => entry.kind === kind)?.value;

const iso = (ms: number): string => new Date(ms).toISOString();

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const identityView = (entries: readonly Entry[]): Pick<ProfileView, 'userId' | 'anonymousId'> => {
  const userId = textOf(valueOf(entries, 'user'));
  const anonymousId = textOf(valueOf(entries, 'anonymous'));
  return { ...(userId !== undefined && { userId }), ...(anonymousId !== undefined && { anonymousId }) };
};

const contactView = (
  traits: JsonObject,
): Pick<ProfileView, 'email' | 'phone' | 'firstName' | 'timezone' | 'prefers'> => {
  const email = emailOf(own(traits, 'email'));
  const phone = phoneOf(own(traits, 'phone'), countryOf(traits));
  const firstName = textOf(own(traits, 'firstName')) ?? textOf(own(traits, 'first_name'));
  const timezone = zoneOf(own(traits, 'timezone'));
  const prefers = CHANNELS.find((channel) => channel === own(traits, 'prefers'));
  return {
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
    ...(firstName !== undefined && { firstName }),
    ...(timezone !== undefined && { timezone }),
    ...(prefers !== undefined && { prefers }),
  };
};

const countryOf = (traits: JsonObject): Json | undefined => {
  const address = own(traits, 'address');
  return own(traits, 'country') ?? (isObject(address) ? own(address, 'country') : undefined);
};

const devicesView = (entries: readonly Entry[]): ProfileView['devices'] =>
  entries
    .flatMap(({ kind, name: token, value }) =>
      kind === 'device' && (value === 'ios' || value === 'android') ? [{ token, platform: value } as const] : [],
    )
    .toReversed();

/** In the order the products went in. */
const cartView = (entries: readonly Entry[]): ProfileView['cart'] => {
  const products = entries.flatMap(({ kind, name, value }) =>
    kind === 'product' && isObject(value) ? [cartProduct(name, value)] : [],
  );
  const thousandths = products.reduce(
    (sum, { price, quantity }) => sum + Math.round((numberOf(price) ?? 0) * quantity * 1000),
    0,
  );
  const id = textOf(valueOf(entries, 'cartId'));
  const currency = textOf(valueOf(entries, 'currency'));
  return {
    ...(id !== undefined && { id }),
    items: products.length,
    value: thousandths / 1000,
    ...(currency !== undefined && { currency }),
    products,
  };
};

const cartProduct = (id: string, fields: JsonObject): CartProduct => ({
  ...fields,
  product_id: id,
  quantity: numberOf(own(fields, 'quantity')) ?? 1,
});

const ordersView = (orders: Profile['orders']): ProfileView['orders'] =>
  orders ? { count: orders[0], value: orders[1] / 1000, lastAt: iso(orders[2]) } : { count: 0, value: 0 };

const seenView = (seen: Profile['seen']): ProfileView['seen'] =>
  Object.fromEntries(
    Object.entries(seen).map(([event, [count, first, last]]) => [
      event,
      { count, firstAt: iso(first), lastAt: iso(last) },
    ]),
  );
