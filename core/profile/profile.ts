import { own, type Signal } from '#core/signal';
import { attributesOf } from './attributes.ts';
import { numberOf } from './cart.ts';
import { consentsFrom, type Consents } from './consent/index.ts';
import { asOnePerson, type Links, linksAfter } from './identity/index.ts';
import { withKey } from './sorted.ts';
import { factsAfter, type Facts } from './traits/index.ts';
import { entriesOf, LIMITS, merge, type Write } from './writes.ts';

/**
 * What we know of one customer, as it is stored: JSON, about 1 KB for an ordinary shopper. Read it through `viewProfile` and
 * `consentsOf`. Instants are ms since 1970.
 */
export type Profile = {
  /** The attributes, grouped by the signal that wrote them last, oldest signal first. */
  readonly writes: readonly Write[];
  /** By event name: how often, first and last. */
  readonly seen: { readonly [event: string]: readonly [count: number, firstAt: number, lastAt: number] };
  /** `thousandths` of the currency, since whole numbers add up to the same sum in any order. */
  readonly orders?: readonly [count: number, thousandths: number, lastAt: number];
  /** What is summed up beside that: windows, scores, reactions, what was looked at. */
  readonly facts?: Facts;
  /** Which ids were named together. */
  readonly links?: Links;
};

/** A profile counts this many different events. */
const MAX_SEEN = 100;

export const emptyProfile = (): Profile => ({ writes: [], seen: {} });

/**
 * Adds one signal to a profile. Signals may come in any order, the result is the same: attributes belong to the signal with
 * the latest `(timestamp, messageId)`, first and last are minimum and maximum, and counts add up. A signal folded twice
 * changes no attribute but counts twice: the caller folds every `messageId` once.
 *
 * Kept are the 200 newest traits, 50 products (removed ones included), 10 devices, and 150 consents. Of event names the 100
 * shortest are counted: the names of the spec are short, those with an id in them long, and a count that was dropped for
 * being old could not be had back.
 */
export const foldSignal = (profile: Profile, signal: Signal): Profile => {
  const at = Date.parse(signal.timestamp);
  const orders = countOrder(profile.orders, signal, at);
  const facts = factsAfter(profile.facts, signal, at);
  const links = linksAfter(profile.links, signal, at);
  return {
    writes: merge(profile.writes, [at, signal.messageId, attributesOf(signal)]),
    seen: countEvent(profile.seen, signal.event, at),
    ...(orders && { orders }),
    ...(facts && { facts }),
    ...(links && { links }),
  };
};

/** Whether it keeps as many traits as it may: a producer invents names, and what it says next puts out what it said before. */
export const isFull = ({ writes }: Profile): boolean =>
  entriesOf(writes).filter(({ kind }) => kind === 'trait').length >= LIMITS.trait;

/** A profile never changes, and is asked before and after every signal. */
const knownConsents = new WeakMap<Profile, Consents>();

/** Everything the customer said about consent, by channel and topic. */
export const consentsOf = (profile: Profile): Consents => {
  const known = knownConsents.get(profile);
  if (known !== undefined) return known;
  const consents = consentsFrom(asOnePerson(entriesOf(profile.writes), profile.links));
  knownConsents.set(profile, consents);
  return consents;
};

const countEvent = (seen: Profile['seen'], event: string, at: number): Profile['seen'] => {
  const [count, first, last] = (Object.hasOwn(seen, event) ? seen[event] : undefined) ?? [0, at, at];
  const counted = withKey(seen, event, [count + 1, Math.min(first, at), Math.max(last, at)] as const);
  const names = Object.keys(counted);
  if (names.length <= MAX_SEEN) return counted;
  const longest = names.reduce((a, b) => (b.length > a.length || (b.length === a.length && b > a) ? b : a));
  return Object.fromEntries(Object.entries(counted).filter(([name]) => name !== longest));
};

const countOrder = (orders: Profile['orders'], { type, event, properties }: Signal, at: number): Profile['orders'] => {
  if (type !== 'track' || event !== 'Order Completed') return orders;
  const amounts = ['revenue', 'total', 'value'].map((name) => numberOf(own(properties, name)));
  const value = amounts.find((amount) => amount !== undefined && amount >= 0 && amount <= 1e9) ?? 0;
  const [count, thousandths, lastAt] = orders ?? [0, 0, at];
  return [count + 1, thousandths + Math.round(value * 1000), Math.max(lastAt, at)];
};
