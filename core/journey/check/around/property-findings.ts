import { closestWord, pathsOf } from '#core/expression';
import type { Expressed } from '../conditions/condition-findings.ts';
import { didYouMean, type Finding, namesAt, type Path, warning } from '../problem.ts';
import { entryProperties, propertiesOfAny } from './carried.ts';

/** The properties the entry and the event have where an expression stands; undefined where nobody knows. */
type Carried = { readonly entry?: readonly string[] | undefined; readonly event?: readonly string[] | undefined };

/** A property that is called almost as one its events have by the Segment Spec; any other may be a shop's own. */
export const misspeltProperty = (property: string, known: readonly string[] | undefined): string | undefined =>
  known === undefined || known.includes(property) ? undefined : closestWord(property, known, 2);

/** An expression that reads a misspelt property. */
export const propertyFindings = ({ source = '', path, readable }: Expressed, carried: Carried): readonly Finding[] =>
  pathsOf(source, Object.keys(readable)).flatMap(([root, kind, property]): readonly Finding[] => {
    if (kind !== 'properties' || property === undefined || (root !== 'entry' && root !== 'event')) return [];
    const close = misspeltProperty(property, carried[root]);
    const whose = root === 'entry' ? 'No trigger of this journey' : 'No such event';
    return close === undefined
      ? []
      : [warning(path, `${whose} carries \`${property}\` by the Segment Spec. Did you mean \`${close}\`?`)];
  });

/** `products.…` is read of an event about one product, too. */
const isCarried = (name: string, known: readonly string[]): boolean => {
  const [head = '', next] = name.split('.');
  return known.includes(head) || (head === 'products' && next !== undefined && known.includes(next));
};

/** `same` that can never be: written as no path of properties, or of properties the events do not have. */
export const sameFindings = (value: unknown, path: Path, journey: unknown): readonly Finding[] => {
  const names = namesAt(value, 'same');
  const at = [...path, 'same'];
  if (names.length === 0) return [];
  const prefixed = names.findIndex((name) => name.startsWith('properties.'));
  if (prefixed >= 0) {
    const name = names[prefixed] ?? '';
    const message = `\`same\` begins with a property: write \`${name.slice('properties.'.length)}\`.`;
    return [{ path: [...at, prefixed], message }];
  }
  const sides = [entryProperties(journey), propertiesOfAny(namesAt(value, 'on'))];
  const isPossible = names.some((name) => sides.every((known) => known === undefined || isCarried(name, known)));
  if (isPossible) return [];
  const missing =
    'By the Segment Spec no path of `same` is in both the entry and the event, so they are never the same.';
  const both = (sides[0] ?? []).filter((name) => (sides[1] ?? [name]).includes(name) && name.endsWith('_id'));
  return [warning(at, `${missing}${didYouMean('', both)}`)];
};
