import { isObject, own, type Json, type JsonObject } from '#core/signal';
import type { MessageData } from './message-data.ts';

const isMissing = (value: Json | undefined): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** The object with `value` at the end of `path`, unless something is there. Fields are defined, never assigned: a name such as `__proto__` is a name. */
const withDefault = (within: Json | undefined, path: readonly string[], value: Json): Json => {
  const [name, ...rest] = path;
  if (name === undefined) return isMissing(within) ? value : (within ?? value);
  const object: JsonObject = isObject(within) ? within : {};
  return { ...object, [name]: withDefault(own(object, name), rest, value) };
};

/**
 * What a message reads, with its own words where a customer has no value: nothing, `null` and blank text count as none.
 * @param fallback by path, `profile.firstName` or `entry.properties.city`.
 */
export const dataOrFallback = (
  data: MessageData,
  fallback: { readonly [path: string]: Json } | undefined,
): MessageData => {
  let { profile, cart, brand, entry, steps } = data;
  for (const [path, value] of Object.entries(fallback ?? {})) {
    const [root, ...rest] = path.split('.');
    const filled = (object: JsonObject): JsonObject => {
      const full = withDefault(object, rest, value);
      return isObject(full) ? full : object;
    };
    if (root === 'profile') profile = filled(profile);
    if (root === 'cart') cart = filled(cart);
    if (root === 'brand') brand = filled(brand);
    if (root === 'entry') entry = filled(entry);
    if (root === 'steps') steps = filled(steps);
  }
  return { ...data, profile, cart, brand, entry, steps };
};
