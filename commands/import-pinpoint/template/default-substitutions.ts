import { isFields } from '../read/kinds.ts';
import { namesOf } from './variables.ts';

export type Defaults = ReadonlyMap<string, string>;

const flat = (value: unknown, names: readonly string[] = []): readonly (readonly [string, string])[] => {
  if (Array.isArray(value)) return flat(value[0], names);
  if (isFields(value)) return Object.entries(value).flatMap(([key, each]) => flat(each, [...names, ...namesOf(key)]));
  return value === null || value === undefined ? [] : [[names.join('.'), String(value)]];
};

/** What is said where a value is missing, by the variable's names; undefined when it is no JSON object. */
export const readDefaults = (json: string | undefined): Defaults | undefined => {
  if (json === undefined || json.trim() === '') return new Map();
  try {
    const value: unknown = JSON.parse(json);
    return isFields(value) ? new Map(flat(value)) : undefined;
  } catch {
    return undefined;
  }
};
