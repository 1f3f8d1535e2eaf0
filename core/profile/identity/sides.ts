import { contentHash, type Subject } from '#core/signal';
import { type Attributes, type Entry, LIMITS } from '../writes.ts';
import type { Links } from './links.ts';

/** Enough to tell the few ids of one person apart, and short, since it is stored with every consent. */
const tag = (id: string): string => contentHash(id).slice(-8);

/** No topic has one. */
const MARK = '@';

/** Under which id something was said. What came through a link of ours was said by whoever the customer is by then. */
const sideOf = ({ customer, user, anonymous }: Subject): string => {
  if (customer !== undefined) return '';
  return tag(user === undefined ? `anonymous:${anonymous}` : `user:${user}`);
};

/** Consents, each with the id under which it was said: a merge must still know that. */
export const sided = (consents: Attributes, subject: Subject): Attributes => {
  const all = Object.entries(consents);
  const side = all.length === 0 ? '' : sideOf(subject);
  return side === '' ? consents : Object.fromEntries(all.map(([key, value]) => [`${key}${MARK}${side}`, value]));
};

/** `email:promotions@1f0c…`: what of it names the consent, and who said so. */
const unsided = (name: string): { readonly name: string; readonly side: string } => {
  const mark = name.lastIndexOf(MARK);
  return mark < 0 ? { name, side: '' } : { name: name.slice(0, mark), side: name.slice(mark + 1) };
};

/** Since when (ms) an id belongs to somebody else's, by its tag. */
const joinedAt = ({ anonymous = {}, alias = {} }: Links): ReadonlyMap<string, number> => {
  const joined = new Map<string, number>();
  const join = (kind: string, users: NonNullable<Links['alias']>): void => {
    for (const since of Object.values(users))
      for (const [id, at] of Object.entries(since)) {
        const side = tag(`${kind}:${id}`);
        joined.set(side, Math.min(joined.get(side) ?? at, at));
      }
  };
  join('anonymous', anonymous);
  join('user', alias);
  return joined;
};

const isGranted = ({ value }: Entry): boolean => value === true || typeof value === 'number';

type Said = Entry & { readonly isWeak: boolean };

/**
 * Two who become one person may have said different things before. A refusal counts as repeated at the moment they join; a grant of whoever
 * joins counts only where nobody else said anything. What is said afterwards is said by one person: the last word holds.
 */
const asSaid = (entry: Entry, joined: ReadonlyMap<string, number>): Said => {
  const { name, side } = unsided(entry.name);
  const since = joined.get(side);
  if (since === undefined || entry.at > since) return { ...entry, name, isWeak: false };
  return isGranted(entry) ? { ...entry, name, isWeak: true } : { ...entry, name, at: since, isWeak: false };
};

const isLater = (a: Said, b: Said): boolean => {
  if (a.at !== b.at) return a.at > b.at;
  return isGranted(a) === isGranted(b) ? a.id > b.id : !isGranted(a);
};

const lastWord = (all: readonly Said[]): Said | undefined => {
  const strong = all.filter(({ isWeak }) => !isWeak);
  return (strong.length > 0 ? strong : all).reduce<Said | undefined>(
    (last, each) => (last === undefined || isLater(each, last) ? each : last),
    undefined,
  );
};

const channelOf = (name: string): string => name.slice(0, name.indexOf(':'));

/** A weak grant of a topic gives way to any refusal of its channel. */
const givenWay = (word: Said, words: readonly Said[]): Entry => {
  const { isWeak, ...entry } = word;
  if (!isWeak) return entry;
  const refusals = words.filter(
    (other) => other.kind === word.kind && !isGranted(other) && channelOf(other.name) === channelOf(word.name),
  );
  return { ...entry, at: refusals.reduce((first, { at }) => Math.min(first, at - 1), word.at) };
};

const isConsent = ({ kind }: Entry): boolean => kind === 'consent' || kind === 'confirmed';

/** A profile full of consents may have dropped a topic that was refused. */
const isWholeGrant = (word: Said): boolean => isGranted(word) && word.name.endsWith(':*');

/** A profile's consents as those of one person, whichever ids they were said under: merged, the most restrictive. */
export const asOnePerson = (entries: readonly Entry[], links: Links | undefined): readonly Entry[] => {
  const consents = entries.filter(isConsent);
  if (consents.length === 0) return [];
  const sides = new Set(consents.map(({ name }) => unsided(name).side));
  const joined = sides.size < 2 || links === undefined ? new Map<string, number>() : joinedAt(links);
  const said = consents.map((entry) => asSaid(entry, joined));
  const words = [...Map.groupBy(said, ({ kind, name }) => `${kind} ${name}`).values()].flatMap(
    (all) => lastWord(all) ?? [],
  );
  const isFull = sides.size > 1 && consents.filter(({ kind }) => kind === 'consent').length >= LIMITS.consent;
  return words.filter((word) => !isFull || !isWholeGrant(word)).map((word) => givenWay(word, words));
};
