import * as z from 'zod';
import {
  AwsError,
  type Caller,
  type Json,
  type JsonObject,
  type Operation,
  type Resource,
  type Stack,
} from '../world.ts';

/** An operation whose input is parsed before it runs; what does not fit is a `ValidationException` naming the field. */
export const operation =
  <S extends z.ZodType>(input: S, run: (input: z.output<S>, caller: Caller) => Promise<JsonObject>): Operation =>
  async (raw, caller) => {
    const parsed = input.safeParse(raw);
    if (!parsed.success) throw new AwsError('ValidationException', sentence(parsed.error));
    return run(parsed.data, caller);
  };

/** The resources of a type with their properties parsed. Throws at start, naming the resource and the property, on what is not supported. */
export const declared = <S extends z.ZodType>(
  stack: Stack,
  type: string,
  properties: S,
): readonly { readonly resource: Resource; readonly properties: z.output<S> }[] =>
  stack.all(type).map((resource) => {
    const parsed = properties.safeParse(resource.properties);
    if (!parsed.success) throw new Error(`${resource.logicalId} (${type}): ${sentence(parsed.error)}`);
    return { resource, properties: parsed.data };
  });

const sentence = (error: z.ZodError): string =>
  error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ');

/** Templates write numbers and booleans as themselves or as text. */
export const count = z.coerce.number().int();
export const flag = z.union([z.boolean(), z.stringbool()]);
export const json: z.ZodType<Json> = z.custom<Json>((value) => value !== undefined);
export const jsonObject: z.ZodType<JsonObject> = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);
/** The last part of an ARN, a path or a plain name. */
export const lastPart = (reference: string): string => reference.slice(reference.search(/[^/:]*$/));
