import type { Json } from '../../world.ts';
import type { Expression, Expressions } from '../jsonata/expressions.ts';
import { invalid, type Diagnostic } from './diagnostic.ts';
import type { Program } from './program.ts';
import { constant, template, type Template } from '../jsonata/template.ts';

/** Where the reader of a definition is, and what it has found so far. */
export interface Reading {
  readonly at: string;
  /** What the program being read is. */
  readonly part: 'machine' | 'branch' | 'body';
  readonly expressions: Expressions;
  readonly diagnostics: Diagnostic[];
  /** In JSONPath states `{% … %}` is a plain string. */
  readonly literal: boolean;
  /** State names seen: one definition may use each once. */
  readonly names: Set<string>;
  /** Reads a branch or the body of a Map. */
  readonly inner: (json: unknown, reading: Reading) => Program | undefined;
}

/** A template of the state at `reading.at`. An expression that cannot be parsed is added to the diagnostics. */
export function readTemplate(reading: Reading, field: string, value: Json): Template {
  if (reading.literal) return constant(value);
  return template(value, field, (source, where) => compile(reading, where, source));
}

export function readOptional(reading: Reading, field: string, value: Json | undefined): Template | undefined {
  return value === undefined ? undefined : readTemplate(reading, field, value);
}

function compile(reading: Reading, where: string, source: string): Expression {
  try {
    return reading.expressions.compile(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    reading.diagnostics.push(
      invalid(`The JSONata expression '${source}' is not valid. ${reason}`, `${reading.at}/${where}`),
    );
    return { source, evaluate: () => Promise.reject(error) };
  }
}
