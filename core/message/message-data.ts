import type { CartProduct, ProfileView } from '#core/profile';
import type { Json, JsonObject } from '#core/signal';
import { isSafeLink } from './unsafe-link.ts';

/** Who speaks. Commercial email must name a postal address. */
export type Brand = {
  readonly name: string;
  /** The shop's front page, `https:`. */
  readonly url?: string;
  /** In one line. */
  readonly address?: string;
};

/** What templates read. Everything is plain JSON; a field that may be absent needs `if` or `default` in the template. */
export type MessageData = {
  readonly profile: JsonObject;
  readonly cart: JsonObject;
  readonly brand: JsonObject;
  readonly entry: JsonObject;
  readonly steps: JsonObject;
  readonly unsubscribe_url?: string;
  readonly preferences_url?: string;
  readonly confirm_url?: string;
  readonly survey?: JsonObject;
};

/** Links that are made for one message to one customer, each absent where there is none. */
export type MessageLinks = {
  readonly unsubscribeUrl?: string;
  readonly preferencesUrl?: string;
  /** Confirms what the entry asks for, a consent. */
  readonly confirmUrl?: string;
  /** `{ csat_url, nps_url, ces_url }`, and `{ csat, nps, ces }`: a `{ score, url }` for each answer. */
  readonly survey?: JsonObject;
};

/** The signal that started the run, what is noted of its steps, and what only the sender knows. */
export type MessageContext = {
  readonly brand: Brand;
  readonly entry: JsonObject;
  /** By id, with what they heard: `{ ask: { outcome: 'answered', event: { properties: {} } } }`. Absent: none. */
  readonly steps?: JsonObject;
} & MessageLinks;

const httpsOnly = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value.startsWith('https:') && isSafeLink(value) ? value : undefined;

const firstLink = (from: Json | undefined, ...names: readonly string[]): string | undefined => {
  if (typeof from !== 'object' || from === null || Array.isArray(from)) return undefined;
  const fields = new Map(Object.entries(from));
  return names.map((name) => httpsOnly(fields.get(name))).find((link) => link !== undefined);
};

/** Only fields with a value: to a template a field is there or it is not. */
const present = (fields: { readonly [name: string]: Json | undefined }): JsonObject =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const amount = (value: Json | undefined): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

const name = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** What a mail program would turn into a link. */
const LINKISH = /\w:|www\.|@|\w\.[a-z]{2,}(?:[\s/:]|$)/i;

/**
 * People type names into forms, and so do those who want a shop to mail their link to strangers: what reads like a link,
 * runs over lines or over 64 characters is no name.
 */
const personName = (value: Json | undefined): string | undefined => {
  const text = name(value);
  return text === undefined || text.length > 64 || LINKISH.test(text) || /\p{Cc}/u.test(text) ? undefined : text;
};

/** As the shop sent it, without a name, price or link that is none: so `if` in a template is test enough. */
const productFor = (product: CartProduct): JsonObject =>
  present({
    ...product,
    name: name(product['name']),
    price: amount(product['price']),
    url: httpsOnly(product['url']),
    image_url: httpsOnly(product['image_url']),
  });

/** Where the cart can be finished: what the signal says, else the first product's page, else the shop. */
const cartUrl = (profile: ProfileView, { entry, brand }: MessageContext): string | undefined =>
  firstLink(entry['properties'], 'cart_url', 'checkout_url', 'abandoned_checkout_url', 'url') ??
  profile.cart.products.map((product) => httpsOnly(product['url'])).find((url) => url !== undefined) ??
  httpsOnly(brand.url);

const cartFor = (profile: ProfileView, context: MessageContext): JsonObject =>
  present({
    id: profile.cart.id,
    items: profile.cart.items,
    value: profile.cart.value,
    currency: profile.cart.currency ?? '',
    url: cartUrl(profile, context),
    products: profile.cart.products.map(productFor),
  });

/** Device tokens and consent stay out: no message has to say them. */
const profileFor = (profile: ProfileView): JsonObject =>
  present({
    userId: profile.userId,
    anonymousId: profile.anonymousId,
    email: profile.email,
    phone: profile.phone,
    firstName: personName(profile.firstName),
    timezone: profile.timezone,
    traits: profile.traits,
    orders: present({ ...profile.orders }),
  });

/** What templates may read about one customer in one run. */
export const messageData = (profile: ProfileView, context: MessageContext): MessageData => ({
  profile: profileFor(profile),
  cart: cartFor(profile, context),
  brand: present({ name: context.brand.name, url: httpsOnly(context.brand.url), address: name(context.brand.address) }),
  entry: context.entry,
  steps: context.steps ?? {},
  ...(context.unsubscribeUrl === undefined ? {} : { unsubscribe_url: context.unsubscribeUrl }),
  ...(context.preferencesUrl === undefined ? {} : { preferences_url: context.preferencesUrl }),
  ...(context.confirmUrl === undefined ? {} : { confirm_url: context.confirmUrl }),
  ...(context.survey === undefined ? {} : { survey: context.survey }),
});

/**
 * Every path a template may read, for the check at publish: a name ending in `.*` is open below. Loop variables are the
 * template's own.
 */
export const MESSAGE_VARIABLES = [
  'profile.userId',
  'profile.anonymousId',
  'profile.email',
  'profile.phone',
  'profile.firstName',
  'profile.timezone',
  'profile.traits.*',
  'profile.orders.count',
  'profile.orders.value',
  'profile.orders.lastAt',
  'cart.id',
  'cart.items',
  'cart.value',
  'cart.currency',
  'cart.url',
  'cart.products.*',
  'brand.name',
  'brand.url',
  'brand.address',
  'entry.event',
  'entry.type',
  'entry.timestamp',
  'entry.properties.*',
  'entry.traits.*',
  'entry.context.*',
  'steps.*',
  'unsubscribe_url',
  'preferences_url',
  'confirm_url',
  'survey.csat_url',
  'survey.nps_url',
  'survey.ces_url',
  'survey.csat.*',
  'survey.nps.*',
  'survey.ces.*',
] as const;
