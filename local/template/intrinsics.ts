import type { Json, JsonObject } from '../world.ts';
import { isList, isObject, listOr, objectOr, textOr } from './json.ts';

/** What an intrinsic function asks the stack. Each throws an error that names `path` when the answer is not known. */
export interface Lookup {
  ref(name: string, path: string): Json | undefined;
  attribute(logicalId: string, name: string, path: string): Json;
  condition(name: string, path: string): boolean;
  mapping(map: string, key: string, name: string): Json | undefined;
}

type Intrinsic = (argument: Json, path: string, lookup: Lookup) => Json | undefined;

/** Resolves every intrinsic function in `value`; `undefined` is `AWS::NoValue`. */
export function resolve(value: Json, path: string, lookup: Lookup): Json | undefined {
  if (isList(value)) {
    return value.flatMap((item, index) => {
      const resolved = resolve(item, `${path}[${index}]`, lookup);
      return resolved === undefined ? [] : [resolved];
    });
  }
  if (!isObject(value)) return value;
  const [key, ...others] = Object.keys(value);
  if (key !== undefined && others.length === 0 && (key === 'Ref' || key === 'Condition' || key.startsWith('Fn::'))) {
    const argument = value[key];
    // Outside `Conditions`, `Condition` is a word like any other: policy statements have one.
    const known = key === 'Condition' && !path.startsWith('Conditions.') ? undefined : intrinsics[key];
    if (known) return known(argument ?? null, path, lookup);
    if (key.startsWith('Fn::')) throw new Error(`${path}: ${key} is not supported by the local ground.`);
  }
  return resolveFields(value, path, lookup);
}

const resolveFields = (value: JsonObject, path: string, lookup: Lookup): JsonObject => {
  const fields: [string, Json][] = [];
  for (const [key, field] of Object.entries(value)) {
    const resolved = resolve(field, `${path}.${key}`, lookup);
    if (resolved !== undefined) fields.push([key, resolved]);
  }
  return Object.fromEntries(fields);
};

const text = (value: Json, path: string, lookup: Lookup): string => {
  const resolved = resolve(value, path, lookup);
  const string = textOr(resolved, undefined);
  if (string === undefined) throw new Error(`${path}: a string is needed, not ${JSON.stringify(resolved)}.`);
  return string;
};

const list = (value: Json, path: string, lookup: Lookup): readonly Json[] => {
  const resolved = resolve(value, path, lookup);
  if (!isList(resolved)) throw new Error(`${path}: a list is needed, not ${JSON.stringify(resolved)}.`);
  return resolved;
};

const argument = (value: Json, index: number): Json => listOr(value)[index] ?? null;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, path, lookup) => lookup.ref(text(name, path, lookup), path),
  Condition: (name, path, lookup) => lookup.condition(text(name, path, lookup), path),
  'Fn::GetAtt': (value, path, lookup) => {
    const [id, ...names] = isList(value)
      ? value.map((part) => text(part, path, lookup))
      : text(value, path, lookup).split('.');
    return lookup.attribute(id ?? '', names.join('.'), path);
  },
  'Fn::Join': (value, path, lookup) =>
    list(argument(value, 1), path, lookup)
      .map((item) => text(item, path, lookup))
      .join(text(argument(value, 0), path, lookup)),
  'Fn::Split': (value, path, lookup) =>
    text(argument(value, 1), path, lookup).split(text(argument(value, 0), path, lookup)),
  'Fn::Select': (value, path, lookup) => {
    const index = Number(text(argument(value, 0), path, lookup));
    const chosen = list(argument(value, 1), path, lookup)[index];
    if (chosen === undefined) throw new Error(`${path}: Fn::Select finds no element ${index}.`);
    return chosen;
  },
  'Fn::Sub': (value, path, lookup) => substitute(value, path, lookup),
  'Fn::Base64': (value, path, lookup) => Buffer.from(text(value, path, lookup)).toString('base64'),
  'Fn::FindInMap': (value, path, lookup) => {
    const [map = '', key = '', name = ''] = list(value, path, lookup).map((part) => text(part, path, lookup));
    const found = lookup.mapping(map, key, name);
    if (found === undefined) throw new Error(`${path}: the mapping ${map} has no ${key}.${name}.`);
    return found;
  },
  'Fn::If': (value, path, lookup) => {
    const holds = lookup.condition(text(argument(value, 0), path, lookup), path);
    return resolve(argument(value, holds ? 1 : 2), path, lookup);
  },
  'Fn::Equals': (value, path, lookup) => {
    const [left, right] = list(value, path, lookup);
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (value, path, lookup) => list(value, path, lookup).every((item) => item === true),
  'Fn::Or': (value, path, lookup) => list(value, path, lookup).includes(true),
  'Fn::Not': (value, path, lookup) => list(value, path, lookup)[0] !== true,
};

/** `${Name}`, `${Id.Attribute}`, `${Variable}` of the second argument, and `${!literal}`. */
function substitute(value: Json, path: string, lookup: Lookup): string {
  const template = text(isList(value) ? argument(value, 0) : value, path, lookup);
  const variables = objectOr(isList(value) ? argument(value, 1) : null);
  return template.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    const variable = variables[name.trim()];
    if (variable !== undefined) return text(variable, path, lookup);
    const [id = '', ...attribute] = name.trim().split('.');
    return text(attribute.length > 0 ? { 'Fn::GetAtt': [id, attribute.join('.')] } : { Ref: id }, path, lookup);
  });
}
