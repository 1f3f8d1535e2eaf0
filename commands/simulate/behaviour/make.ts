import { valuesAt } from '#core/journey';
import { isObject, type Json, type JsonObject } from '#core/signal';
import { type Chance, drawn } from '../river/chance.ts';
import { msOf } from './duration-field.ts';

/** What a made value may draw from. */
export type Making = {
  readonly chance: Chance;
  /** The properties of the run's entry, where there is a run. */
  readonly entry: JsonObject;
  /** A new id that begins with these words. */
  readonly newId: (words: string) => string;
  readonly now: number;
};

type Maker = (given: Json, making: Making) => Json;

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

const makers: { readonly [word: string]: Maker } = {
  /** `{ entry: cart_id }`: as in the entry of the run. */
  entry: (path, { entry }) => valuesAt(entry, String(path))[0] ?? null,
  /** `{ new: cart }`: another each time. */
  new: (words, { newId }) => newId(String(words)),
  /** `{ one: [red, blue] }`: one of these, each as often. */
  one: (list, { chance }) => (isList(list) ? (list[Math.floor(chance() * list.length)] ?? null) : list),
  /** `{ shares: { free: 80, pro: 15 } }`: in percent; the rest have none. */
  shares: (shares, { chance }) =>
    isObject(shares)
      ? (drawn(
          chance,
          Object.entries(shares).map(([name, each]) => [name, Number(each)]),
        ) ?? null)
      : null,
  /** `{ between: [15, 150] }`: a number, with two decimals. */
  between: (ends, { chance }) => {
    const [low = 0, high = low] = isList(ends) ? ends.map(Number) : [];
    return Math.round((low + chance() * (high - low)) * 100) / 100;
  },
  /** `{ in: 14 days }`: an instant, from now. */
  in: (duration, { now }) => new Date(now + msOf(String(duration))).toISOString(),
};

/** A value as it stands, or drawn. What comes out as null is left out of its object. */
export const make = (template: Json, making: Making): Json => {
  if (isList(template)) return template.map((each) => make(each, making));
  if (!isObject(template)) return template;
  const [only, ...more] = Object.entries(template);
  if (only === undefined || more.length > 0) return makeAll(template, making);
  const [word, given] = only;
  const maker = Object.hasOwn(makers, word) ? makers[word] : undefined;
  return maker === undefined ? makeAll(template, making) : maker(given, making);
};

export const makeAll = (templates: JsonObject, making: Making): JsonObject =>
  Object.fromEntries(
    Object.entries(templates)
      .map(([name, template]) => [name, make(template, making)] as const)
      .filter(([, value]) => value !== null),
  );
