import { invalid, issuesAsDiagnostics, place } from './diagnostic.ts';
import type { Program, State } from './program.ts';
import { STATE_READERS } from './read-state.ts';
import type { Reading } from './reading.ts';
import { isStateType, PROGRAM_SCHEMAS } from './state-schemas.ts';

/** Reads a program and what it contains. Everything against it goes into `reading.diagnostics`. */
export function readProgram(json: unknown, reading: Reading): Program | undefined {
  const parsed = PROGRAM_SCHEMAS[reading.part].safeParse(json, { reportInput: true });
  if (!parsed.success) {
    reading.diagnostics.push(...issuesAsDiagnostics(parsed.error.issues, reading.at));
    return undefined;
  }
  const states = new Map<string, State>();
  for (const [name, raw] of Object.entries(parsed.data.States)) {
    const at = place(reading.at, ['States', name]);
    const state = readTyped(name, raw, { ...reading, at, literal: isLiteral(raw, reading.literal) });
    if (state !== undefined) states.set(name, state);
  }
  return { startAt: parsed.data.StartAt, timeoutSeconds: parsed.data.TimeoutSeconds, states };
}

function readTyped(name: string, raw: unknown, reading: Reading): State | undefined {
  if (reading.names.has(name)) {
    const message = `Duplicate State name: ${name}`;
    reading.diagnostics.push({ severity: 'ERROR', code: 'DUPLICATE_STATE_NAME', message, location: reading.at });
  }
  reading.names.add(name);
  const type = field(raw, 'Type');
  if (typeof type === 'string' && isStateType(type)) return STATE_READERS[type](name, raw, reading);
  const told = type === undefined ? 'These fields are required: [Type]' : `Unknown state type '${String(type)}'`;
  reading.diagnostics.push(invalid(told, type === undefined ? reading.at : place(reading.at, ['Type'])));
  return undefined;
}

function isLiteral(state: unknown, outer: boolean): boolean {
  const own = field(state, 'QueryLanguage');
  return own === undefined ? outer : own === 'JSONPath';
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
