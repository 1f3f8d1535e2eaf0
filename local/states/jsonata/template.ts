import type { Json } from '../../world.ts';
import { isList } from '../json.ts';
import type { Bindings, Expression } from './expressions.ts';
import { toJson, UnsupportedResult } from './to-json.ts';
import { EvaluationFailure } from '../state-failure.ts';

/** A value of a definition in which some strings are `{% expressions %}`. Parts without any are kept whole. */
export type Template =
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'expression'; readonly field: string; readonly expression: Expression }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, value: Template])[] };

/** What expressions may name. Built only when one is evaluated. */
export type Scope = () => Bindings;

export function constant(value: Json): Template {
  return { kind: 'constant', value };
}

/** The text inside `{% … %}`, or undefined for any other string. Blanks outside the marks make it a plain string. */
export function expressionText(value: string): string | undefined {
  return value.length >= 4 && value.startsWith('{%') && value.endsWith('%}') ? value.slice(2, -2).trim() : undefined;
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/;

/** ISO 8601 with date, time and offset, as `Timestamp` takes it. */
export function isTimestamp(text: string): boolean {
  return ISO.test(text) && !Number.isNaN(Date.parse(text));
}

/** Reads a template. `field` is its place in the state, for messages: `Output`, `Arguments/Payload`. Throws what `compile` throws. */
export function template(value: Json, field: string, compile: (source: string, field: string) => Expression): Template {
  if (typeof value === 'string') {
    const source = expressionText(value);
    return source === undefined ? constant(value) : { kind: 'expression', field, expression: compile(source, field) };
  }
  if (isList(value)) {
    const items = value.map((item, n) => template(item, `${field}[${n}]`, compile));
    return items.every(isConstant) ? constant(value) : { kind: 'list', items };
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, template(item, `${field}/${key}`, compile)] as const,
    );
    return entries.every(([, item]) => isConstant(item)) ? constant(value) : { kind: 'object', entries };
  }
  return constant(value);
}

/** The template's value. Throws `EvaluationFailure`. */
export async function render(template: Template, scope: Scope): Promise<Json> {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'expression':
      return evaluate(template.field, template.expression, scope);
    case 'list':
      return Promise.all(template.items.map((item) => render(item, scope)));
    case 'object': {
      const out: Record<string, Json> = {};
      for (const [key, item] of template.entries) out[key] = await render(item, scope);
      return out;
    }
  }
}

async function evaluate(field: string, expression: Expression, scope: Scope): Promise<Json> {
  const told = `The JSONata expression '${expression.source}' specified for the field '${field}'`;
  const result = await expression.evaluate(scope()).catch((error: unknown) => {
    throw new EvaluationFailure(
      field,
      `${told} threw an error during evaluation. ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  try {
    const json = toJson(result);
    if (json !== undefined) return json;
  } catch (error) {
    if (error instanceof UnsupportedResult)
      throw new EvaluationFailure(field, `${told} returned an unsupported result type.`);
    throw error;
  }
  throw new EvaluationFailure(field, `${told} returned nothing (undefined).`);
}

/** How a value of the wrong kind is reported: with the expression that gave it, as AWS does. */
export function unexpected(template: Template, value: Json, expected: string): EvaluationFailure {
  const field = template.kind === 'expression' ? template.field : '';
  const source = template.kind === 'expression' ? template.expression.source : '';
  return new EvaluationFailure(
    field,
    `The JSONata expression '${source}' specified for the field '${field}' returned an unexpected result type. ` +
      `Expected '${expected}', but was '${kindOf(value)}' for value: ${JSON.stringify(value)}`,
  );
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return isList(value) ? 'array' : typeof value;
}

function isConstant(template: Template): boolean {
  return template.kind === 'constant';
}
