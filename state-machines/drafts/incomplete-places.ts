/** Something an import left open, where it stands in the document. */
export type Place = { readonly path: readonly (string | number)[]; readonly message: string };

const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** Every `incomplete` of a draft: why it cannot be published. An empty list means that nothing is open. */
export const incompletePlaces = (document: unknown, at: Place['path'] = []): readonly Place[] => {
  if (typeof document !== 'object' || document === null) return [];
  if (Array.isArray(document)) return document.flatMap((each: unknown, i) => incompletePlaces(each, [...at, i]));
  return Object.entries(document).flatMap(([key, value]) =>
    key === 'incomplete'
      ? textsOf(value).map((message) => ({ path: [...at, key], message }))
      : incompletePlaces(value, [...at, key]),
  );
};
