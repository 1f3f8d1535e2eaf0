import type { JsonObject } from '../../world.ts';
import type { Expressions } from '../jsonata/expressions.ts';
import { isObject, parseJson } from '../json.ts';
import { invalid, type Diagnostic } from './diagnostic.ts';
import { flowDiagnostics } from './flow-diagnostics.ts';
import { languageDiagnostics, languageOf } from './languages.ts';
import type { Program, State } from './program.ts';
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
  if (json === undefined || !isObject(json)) return { program: undefined, diagnostics: [NO_OBJECT] };
  const express = type === 'EXPRESS' ? expressDiagnostics(text, json) : [];
  if (express.length > 0) return { program: undefined, diagnostics: express };
  const read = readStates(json, expressions);
  if (read.program === undefined) return read;
  const flow = flowDiagnostics(read.program, '/');
  return flow.length > 0 ? { program: undefined, diagnostics: flow } : read;
}

/** Reads one state: the definition of a state alone, or `name` of a whole machine. */
export function readState(
  text: string,
  name: string | undefined,
  expressions: Expressions,
): { readonly state: State | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const json = parseJson(text);
  if (json === undefined || !isObject(json)) return { state: undefined, diagnostics: [NO_OBJECT] };
  const whole = 'States' in json;
  const wanted = name ?? 'State';
  if (whole && name === undefined)
    return { state: undefined, diagnostics: [invalid("'stateName' is required for a whole definition", '/')] };
  const { program, diagnostics } = whole
    ? readDefinition(text, 'STANDARD', expressions)
    : readStates({ StartAt: wanted, States: { [wanted]: json } }, expressions);
  const state = program?.states.get(wanted);
  if (state !== undefined || diagnostics.length > 0) return { state, diagnostics };
  return { state, diagnostics: [invalid(`There is no state '${wanted}'`, '/States')] };
}

const NO_OBJECT: Diagnostic = {
  severity: 'ERROR',
  code: 'SCHEMA_VALIDATION_FAILED',
  message: 'Definition must be a valid JSON object',
};

/** Reads the states of a definition, whatever they lead to. */
function readStates(json: JsonObject, expressions: Expressions): ReadDefinition {
  const early = languageDiagnostics(json);
  if (early.length > 0) return { program: undefined, diagnostics: early };
  const diagnostics: Diagnostic[] = [];
  const program = readProgram(json, {
    at: '/',
    part: 'machine',
    expressions,
    diagnostics,
    literal: languageOf(json, 'JSONPath') === 'JSONPath',
    names: new Set(),
    inner: readProgram,
  });
  return diagnostics.length > 0 ? { program: undefined, diagnostics } : { program, diagnostics };
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
