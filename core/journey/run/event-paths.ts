import type { Json, JsonObject } from '#core/signal';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const stepInto = (value: Json, name: string): readonly Json[] => {
  if (Array.isArray(value)) return value.flatMap((each) => stepInto(each, name));
  if (!isObject(value) || !Object.hasOwn(value, name)) return [];
  const found = value[name];
  return found === undefined || found === null ? [] : Array.isArray(found) ? found : [found];
};

/** Every value at a dotted path; lists on the way are looked into. */
export const valuesAt = (object: JsonObject, path: string): readonly Json[] =>
  path.split('.').reduce<readonly Json[]>((values, name) => values.flatMap((value) => stepInto(value, name)), [object]);

/** The empty path, and one that goes on by a name only the run knows, are all there is. */
const isWhole = (path: string): boolean => path === '' || path === '*' || path.startsWith('*.');

/** Of a value only what is at these dotted paths. A list is not taken apart; a name may have dots itself. */
export const partsAt = (value: Json, paths: readonly string[]): Json => {
  if (!isObject(value) || paths.some(isWhole)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]): readonly (readonly [string, Json])[] => {
      const inside = paths.filter((path) => path === name || path.startsWith(`${name}.`));
      const below = inside.map((path) => path.slice(name.length + 1));
      return inside.length === 0 ? [] : [[name, partsAt(each, below)]];
    }),
  );
};

/** The one plain value at a path such as `properties.cart_id`, as text: what tells two runs of a customer apart. */
export const keyAt = (object: JsonObject, path: string): string | undefined => {
  const [value] = valuesAt(object, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

/**
 * As `valuesAt`, for the properties of a shop's event: an event about one product (`Product Added`) carries it at the
 * top, one about many (`Order Completed`) in `products`. Both are read through `products.…`.
 */
export const propertiesAt = (properties: JsonObject, path: string): readonly Json[] => {
  const [head, ...rest] = path.split('.');
  const single = head === 'products' && !Array.isArray(properties['products']) && rest.length > 0;
  return valuesAt(properties, single ? rest.join('.') : path);
};

/** The first path that both sides have decides: some value must be on both. No such path: they are not the same thing. */
export const isSameThing = (paths: readonly string[], one: JsonObject, other: JsonObject): boolean => {
  for (const path of paths) {
    const [ours, theirs] = [propertiesAt(one, path).map(String), propertiesAt(other, path).map(String)];
    if (ours.length > 0 && theirs.length > 0) return ours.some((value) => theirs.includes(value));
  }
  return false;
};
