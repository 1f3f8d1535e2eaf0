import * as z from 'zod';
import { isWritten, type Written } from './problem.ts';

const bare = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodLazy
    ? bare(schema.unwrap())
    : schema;

const keysOf = (schema: unknown): readonly string[] => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);

/** The keys that tell one object of a union from the others: of a step its kind, not its `id`. */
const tellingKeys = (options: readonly unknown[], of: unknown): readonly string[] => {
  const objects = options.filter((option) => option instanceof z.ZodObject);
  return keysOf(of).filter((key) => objects.some((each) => !keysOf(each).includes(key)));
};

const isOfType = (option: unknown, value: unknown): boolean => {
  if (option instanceof z.ZodObject) return isWritten(value);
  return option instanceof z.ZodArray ? Array.isArray(value) : typeof value === 'string';
};

const optionsOf = ({ options }: z.ZodUnion): readonly unknown[] => options.map(bare);

/** Every key that would say which object of the union is meant. */
export const kindsOf = (union: z.ZodUnion): readonly string[] => {
  const options = optionsOf(union);
  return [...new Set(options.flatMap((option) => tellingKeys(options, option).slice(0, 1)))];
};

/** Which option of a union the author means: by its type, and of several objects by the keys that tell them apart. */
export const optionMeant = (union: z.ZodUnion, value: unknown): number | undefined => {
  const options = optionsOf(union);
  const fitting = options.flatMap((option, index) => (isOfType(option, value) ? [{ option, index }] : []));
  const isTold = ({ option }: { option: unknown }, written: Written): boolean =>
    tellingKeys(options, option).some((key) => Object.hasOwn(written, key));
  if (fitting.length < 2 || !isWritten(value)) return fitting[0]?.index;
  return fitting.find((each) => isTold(each, value))?.index;
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
