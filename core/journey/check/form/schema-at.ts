import * as z from 'zod';
import { isWritten, type Written } from '../problem.ts';

const bare = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodLazy
    ? bare(schema.unwrap())
    : schema;

const keysOf = (schema: unknown): readonly string[] => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);

const isRequired = (schema: unknown, key: string): boolean => {
  const field: unknown = schema instanceof z.ZodObject ? schema.shape[key] : undefined;
  return !(field instanceof z.ZodOptional || field instanceof z.ZodDefault);
};

/** The key that says which object of a union is meant: the first it cannot be without. */
const kindOf = (option: unknown): string | undefined => keysOf(option).find((key) => isRequired(option, key));

const isOfType = (option: unknown, value: unknown): boolean => {
  if (option instanceof z.ZodObject) return isWritten(value);
  if (option instanceof z.ZodArray) return Array.isArray(value);
  // Of what is neither, only a text can be of the right type and wrong.
  return typeof value === 'string';
};

const optionsOf = ({ options }: z.ZodUnion): readonly unknown[] => options.map(bare);

/** Every key that would say which object of the union is meant. */
export const kindsOf = (union: z.ZodUnion): readonly string[] => [
  ...new Set(optionsOf(union).flatMap((option) => kindOf(option) ?? [])),
];

const told = (option: unknown, value: Written): number => {
  const kind = kindOf(option);
  const isNamed = kind !== undefined && Object.hasOwn(value, kind);
  return isNamed ? 1 + keysOf(option).filter((key) => Object.hasOwn(value, key)).length : 0;
};

/** Which option of a union the author means: by its type, and of several objects by the key that tells its kind. */
export const optionMeant = (union: z.ZodUnion, value: unknown): number | undefined => {
  const fitting = optionsOf(union).flatMap((option, index) => (isOfType(option, value) ? [{ option, index }] : []));
  if (fitting.length < 2 || !isWritten(value)) return fitting[0]?.index;
  const scored = fitting.map(({ option, index }) => ({ index, score: told(option, value) }));
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  return best.score === 0 ? undefined : best.index;
};

const meant = (schema: unknown, value: unknown): unknown => {
  const here = bare(schema);
  if (!(here instanceof z.ZodUnion)) return here;
  const option = optionMeant(here, value);
  return option === undefined ? here : meant(here.options[option], value);
};

const into = (schema: unknown, key: PropertyKey): unknown => {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
};

/** The schema of a place in the document, following what the author means there; a union only where that is unclear. */
export const schemaAt = (schema: unknown, path: readonly PropertyKey[], raw: readonly unknown[]): unknown =>
  path.reduce<unknown>((here, key, depth) => bare(into(meant(here, raw[depth]), key)), bare(schema));

/** The keys an author may write in the object at a place. */
export const keysAt = (schema: unknown, value: unknown): readonly string[] => keysOf(meant(schema, value));
