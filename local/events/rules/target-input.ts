import * as z from 'zod';
import { isList, isObject } from '../../template/json.ts';
import type { Json, JsonObject } from '../../world.ts';

/** What a target may say about the text it receives: nothing (the whole event), a constant, one part, or a template. */
export const targetInput = z.object({
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
});

export type InputOf = (event: JsonObject, rule: RuleName) => string;
type RuleName = { readonly name: string; readonly arn: string; readonly ingestedAt: string };

/** Makes the text a target receives; `undefined` when that is the whole event. Throws on a path this ground cannot follow. */
export const compileInput = (spec: z.output<typeof targetInput>): InputOf | undefined => {
  const { Input, InputPath, InputTransformer } = spec;
  if (Input !== undefined) return () => Input;
  if (InputPath !== undefined) {
    const at = compilePath(InputPath);
    return (event) => JSON.stringify(at(event) ?? null);
  }
  if (InputTransformer === undefined) return undefined;
  const paths = Object.entries(InputTransformer.InputPathsMap).map(
    ([name, path]) => [name, compilePath(path)] as const,
  );
  return (event, rule) => {
    const values = new Map(paths.map(([name, at]) => [name, at(event)]));
    for (const [name, value] of Object.entries(reserved(event, rule))) values.set(name, value);
    return fill(InputTransformer.InputTemplate, values);
  };
};

const reserved = (event: JsonObject, rule: RuleName): Record<string, Json> => ({
  'aws.events.rule-arn': rule.arn,
  'aws.events.rule-name': rule.name,
  'aws.events.event.ingestion-time': rule.ingestedAt,
  'aws.events.event': event,
  'aws.events.event.json': event,
});

/** `$.detail.items[0]['full name']`: names and indexes only. */
const compilePath = (path: string): ((event: JsonObject) => Json | undefined) => {
  if (!/^\$(\.[\w-]+|\[\d+\]|\['[^']*'\])*$/.test(path)) throw new Error(`JSON path ${path} is not supported here`);
  const steps = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]/g)].map(
    (found) => found.slice(1).find(Boolean) ?? '',
  );
  return (event) => {
    let value: Json | undefined = event;
    for (const step of steps) value = isList(value) ? value[Number(step)] : isObject(value) ? value[step] : undefined;
    return value;
  };
};

/**
 * `<name>` outside a JSON string becomes the JSON value; inside one, the bare text, escaped. A template that is no JSON gets
 * bare texts. A value that is not there leaves nothing inside a string and `null` outside.
 */
const fill = (template: string, values: ReadonlyMap<string, Json | undefined>): string => {
  const isPlain = !/^\s*[{["]/.test(template);
  let isInside = false;
  return template.replaceAll(/\\.|"|<([\w.-]+)>/gs, (found, name: string | undefined) => {
    if (found === '"') isInside = !isInside;
    if (name === undefined || !values.has(name)) return found;
    const value = values.get(name);
    if (isPlain) return bare(value);
    return isInside ? JSON.stringify(bare(value)).slice(1, -1) : JSON.stringify(value ?? null);
  });
};

const bare = (value: Json | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
