import type { JsonObject } from '../../world.ts';
import type { Expressions } from '../jsonata/expressions.ts';
import { isObject, parseJson } from '../json.ts';
import { invalid, type Diagnostic } from './diagnostic.ts';
import { flowDiagnostics } from './flow-diagnostics.ts';
import { languageDiagnostics, languageOf } from './languages.ts';
import type { Program } from './program.ts';
import { readProgram } from './read-program.ts';

export interface ReadDefinition {
  /** Present only when there is nothing against it. */
  readonly program: Program | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the text of a definition. What AWS would refuse is told in AWS's words; what AWS would run and this ground does
 * not is told as `NOT_SUPPORTED_LOCALLY`. Nothing is ignored.
 */
export function readDefinition(text: string, type: string, expressions: Expressions): ReadDefinition {
  const json = parseJson(text);
  if (json === undefined || !isObject(json)) {
    const told = {
      severity: 'ERROR',
      code: 'SCHEMA_VALIDATION_FAILED',
      message: 'Definition must be a valid JSON object',
    } as const;
    return { program: undefined, diagnostics: [told] };
  }
  const express = type === 'EXPRESS' ? expressDiagnostics(text, json) : [];
  const early = express.length > 0 ? express : languageDiagnostics(json);
  if (early.length > 0) return { program: undefined, diagnostics: early };
  const diagnostics: Diagnostic[] = [];
  const literal = languageOf(json, 'JSONPath') === 'JSONPath';
  const program = readProgram(json, {
    at: '/',
    part: 'machine',
    expressions,
    diagnostics,
    literal,
    names: new Set(),
    inner: readProgram,
  });
  if (program === undefined || diagnostics.length > 0) return { program: undefined, diagnostics };
  const flow = flowDiagnostics(program, '/');
  return flow.length > 0 ? { program: undefined, diagnostics: flow } : { program, diagnostics: [] };
}

function expressDiagnostics(text: string, json: JsonObject): readonly Diagnostic[] {
  if (!text.includes('.waitForTaskToken')) return [];
  const states = isObject(json['States']) ? Object.entries(json['States']) : [];
  return states
    .filter(([, state]) => JSON.stringify(state).includes('.waitForTaskToken"'))
    .map(([name]) =>
      invalid(
        "Express state machine does not support '.waitForTaskToken' service integration ",
        `/States/${name}/Resource`,
      ),
    );
}
