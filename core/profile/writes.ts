import type { Json } from '#core/signal';

/** What one signal wrote and no later one has written over: its time in ms, its messageId, the attributes. */
export type Write = readonly [at: number, id: string, set: Attributes];

/** By key: a kind, or a kind and a name (`user`, `trait:plan`, `product:sku-1`). `null` = removed. */
export type Attributes = { readonly [key: string]: Json };

/** One attribute with the signal that had the last word on it. */
export type Entry = {
  readonly kind: string;
  readonly name: string;
  readonly value: Json;
  readonly at: number;
  readonly id: string;
};

/** How many of a kind a profile keeps. */
export const LIMITS = {
  trait: 200,
  product: 50,
  device: 10,
  consent: 150,
  confirmed: 150,
  complaint: 10,
  email: 10,
  phone: 10,
  external: 20,
} as const;
const limitOf = new Map<string, number>(Object.entries(LIMITS));

/** Oldest first; two signals of one millisecond in the order of their ids. */
export const compareStamps = (
  a: readonly [number, string, ...unknown[]],
  b: readonly [number, string, ...unknown[]],
): number => a[0] - b[0] || (a[1] < b[1] ? -1 : Number(a[1] > b[1]));

/**
 * Merges one signal's attributes: for every key the later `[at, id]` wins, so that the order of calls does not matter and a
 * repeated call changes nothing.
 */
export const merge = (writes: readonly Write[], mine: Write): readonly Write[] => {
  const older = writes.filter((write) => compareStamps(write, mine) < 0);
  const newer = writes.filter((write) => compareStamps(write, mine) > 0);
  const lost = new Set(newer.flatMap(([, , set]) => Object.keys(set)));
  const won = keep(mine, (key) => !lost.has(key));
  const left = older.map((write) => keep(write, (key) => !Object.hasOwn(mine[2], key)));
  return bound([...left, won, ...newer].filter(([, , set]) => Object.keys(set).length > 0));
};

const keep = (write: Write, may: (key: string) => boolean): Write => {
  const [at, id, set] = write;
  const all = Object.entries(set);
  const kept = all.filter(([key]) => may(key));
  return kept.length === all.length ? write : [at, id, Object.fromEntries(kept)];
};

/** Every attribute, oldest first, those of one signal by name. */
export const entriesOf = (writes: readonly Write[]): readonly Entry[] => writes.flatMap(entriesOfWrite);

/** A write never changes, and is read again with every later signal. */
const known = new WeakMap<Write, readonly Entry[]>();

const entriesOfWrite = (write: Write): readonly Entry[] => {
  const found = known.get(write);
  if (found !== undefined) return found;
  const [at, id, set] = write;
  const entries = Object.entries(set)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ ...kindOf(key), value, at, id }));
  known.set(write, entries);
  return entries;
};

const kindOf = (key: string): { readonly kind: string; readonly name: string } => {
  const colon = key.indexOf(':');
  return colon < 0 ? { kind: key, name: '' } : { kind: key.slice(0, colon), name: key.slice(colon + 1) };
};

/**
 * Drops what the profile need not know. The outcome is the same in any order of arrival: what is dropped here has been
 * outdone by entries that can only be outdone by newer ones, so nothing that arrives later could have needed it.
 */
const bound = (writes: readonly Write[]): readonly Write[] => {
  const entries = entriesOf(writes);
  const cartSetAt = entries.find(({ kind }) => kind === 'cart');
  const surplus = new Set<Entry>();
  for (const [kind, all] of Map.groupBy(entries, (entry) => entry.kind)) {
    const current = kind === 'product' && cartSetAt ? all.filter((entry) => !isBefore(entry, cartSetAt)) : all;
    const kept = new Set(firstKept(kind, current).slice(0, limitOf.get(kind) ?? all.length));
    for (const entry of all) if (!kept.has(entry)) surplus.add(entry);
  }
  if (surplus.size === 0) return writes;
  const keys = new Set([...surplus].map(({ kind, name }) => (name === '' ? kind : `${kind}:${name}`)));
  return writes.map((write) => keep(write, (key) => !keys.has(key))).filter(([, , set]) => Object.keys(set).length > 0);
};

const isBefore = (a: Entry, b: Entry): boolean => compareStamps([a.at, a.id], [b.at, b.id]) < 0;

/** The newest; of consents and confirmations those of a channel, then of the shortest topics, since forgetting the oldest could forget a refusal. */
const firstKept = (kind: string, entries: readonly Entry[]): readonly Entry[] =>
  kind === 'consent' || kind === 'confirmed' ? entries.toSorted(byTopic) : entries.toReversed();

const byTopic = (a: Entry, b: Entry): number => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1);
const rank = (name: string): number => (/:\*(@|$)/.test(name) ? 0 : name.length);
