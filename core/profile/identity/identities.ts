import { fitsIn, isObject, own, type Json, type JsonObject, type Signal } from '#core/signal';
import { emailOf, phoneOf } from '../contact.ts';
import type { Profile } from '../profile.ts';
import { entriesOf, type Attributes } from '../writes.ts';
import { type Links, type Since } from './links.ts';

/** What a customer can be looked up by. None of it merges anybody: a family shares an address, an office a telephone. */
const LOOKUPS = ['email', 'phone', 'device', 'external'] as const;
export type Lookup = { readonly kind: (typeof LOOKUPS)[number]; readonly value: string };

const MAX_EXTERNAL = 20;
const MAX_TYPE = 64;
const MAX_ID = 256;

const listOf = (object: JsonObject, name: string): readonly Json[] => {
  const value = own(object, name);
  return Array.isArray(value) ? value : [];
};

const textOf = (value: Json | undefined, most: number): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' && fitsIn(most, text) ? text.trim() : undefined;
};

/** How an external id is looked up: its type, then itself. */
const externalId = (type: string, id: string): string => `${type}:${id}`;

const externals = ({ traits, context }: Signal): readonly string[] =>
  [...listOf(traits, 'externalIds'), ...listOf(context, 'externalIds')].slice(0, MAX_EXTERNAL).flatMap((each) => {
    const id = isObject(each) ? textOf(own(each, 'id'), MAX_ID) : undefined;
    const type = isObject(each) ? textOf(own(each, 'type'), MAX_TYPE) : undefined;
    return id === undefined || type === undefined ? [] : [externalId(type, id)];
  });

/** How an address is looked up: however its letters were typed. */
export const emailId = (value: Json | undefined): string | undefined => emailOf(value)?.toLowerCase();

const countryOf = (traits: JsonObject): Json | undefined => {
  const address = own(traits, 'address');
  return own(traits, 'country') ?? (isObject(address) ? own(address, 'country') : undefined);
};

/** Addresses, numbers and ids elsewhere a signal says its customer has. Those of a `group` call are the group's. */
export const identityAttributes = (signal: Signal): Attributes => {
  const { type, traits } = signal;
  if (type === 'group') return {};
  const email = Object.hasOwn(traits, 'email') ? emailId(own(traits, 'email')) : undefined;
  const phone = Object.hasOwn(traits, 'phone') ? phoneOf(own(traits, 'phone'), countryOf(traits)) : undefined;
  return {
    ...(email !== undefined && { [`email:${email}`]: true }),
    ...(phone !== undefined && { [`phone:${phone}`]: true }),
    ...Object.fromEntries(externals(signal).map((id) => [`external:${id}`, true])),
  };
};

/** Everything a customer can be looked up by, newest last. */
export const lookupsOf = ({ writes }: Pick<Profile, 'writes'>): readonly Lookup[] =>
  entriesOf(writes).flatMap(({ kind, name, value }) => {
    const known = LOOKUPS.find((each) => each === kind);
    return known === undefined || value === null ? [] : [{ kind: known, value: name }];
  });

/** A link that came, grew older (`at` in ms) or was pushed out by older ones (no `at`). */
export type LinkChange = { readonly user: string; readonly other: string; readonly at?: number };

/** What a profile knows of its customer's identity that it did not know before. */
export type IdentityNews = {
  readonly lookups: readonly Lookup[];
  /** What it has no longer. */
  readonly lost: readonly Lookup[];
  readonly anonymous: readonly LinkChange[];
  readonly alias: readonly LinkChange[];
};

type Users = NonNullable<Links['alias']>;

const sinceIn = (users: Users, user: string): Since => (Object.hasOwn(users, user) ? (users[user] ?? {}) : {});

const linkChanges = (before: Users = {}, after: Users = {}): readonly LinkChange[] =>
  Object.entries(after).flatMap(([user, since]) => {
    const known = sinceIn(before, user);
    const gone = Object.keys(known).filter((other) => !Object.hasOwn(since, other));
    const changed = Object.entries(since).filter(([other, at]) => !Object.hasOwn(known, other) || known[other] !== at);
    return [...changed.map(([other, at]) => ({ user, other, at })), ...gone.map((other) => ({ user, other }))];
  });

const none: IdentityNews = { lookups: [], lost: [], anonymous: [], alias: [] };

const beyond = (all: readonly Lookup[], known: readonly Lookup[]): readonly Lookup[] =>
  all.filter(({ kind, value }) => !known.some((each) => each.kind === kind && each.value === value));

/** The difference a fold made; what is known already costs nothing again. */
export const identityNews = (before: Profile, after: Profile): IdentityNews => {
  const lookups = beyond(lookupsOf(after), lookupsOf(before));
  const lost = beyond(lookupsOf(before), lookupsOf(after));
  if (lookups.length + lost.length === 0 && before.links === after.links) return none;
  return {
    lookups,
    lost,
    anonymous: linkChanges(before.links?.anonymous, after.links?.anonymous),
    alias: linkChanges(before.links?.alias, after.links?.alias),
  };
};
