/**
 * An object with one key set, its keys in order: the same content is the same JSON, whichever way it came to be. Only a new key costs
 * more than a copy.
 */
export const withKey = <T>(
  object: { readonly [key: string]: T } | undefined,
  key: string,
  value: T,
): { readonly [key: string]: T } => {
  if (object !== undefined && Object.hasOwn(object, key)) return { ...object, [key]: value };
  const all: readonly (readonly [string, T])[] = [...Object.entries(object ?? {}), [key, value]];
  return Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};
