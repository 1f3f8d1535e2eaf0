import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Json, JsonObject } from '../../../local/world.ts';

/** A run recorded from real AWS. */
export interface RecordedExecution {
  readonly id: string;
  readonly definition: JsonObject;
  readonly input: Json;
  readonly expected: {
    readonly final: string;
    readonly output?: Json;
    readonly error?: string;
    readonly cause?: string;
  };
  readonly states_entered: readonly string[];
  readonly history: readonly JsonObject[];
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = process.env['SEGUE_CONFORMANCE'] ?? '../shared/conformance';
const path = (file: string): string => fileURLToPath(new URL(`${folder}/asl/${file}`, `file://${root}`));

/** Whether the recorded cases are here, in the folder `SEGUE_CONFORMANCE` names. In CI their absence is a failure. */
export function recordedCases(): boolean {
  const found = existsSync(path('aws-executions-pure.json'));
  if (!found && process.env['CI'] !== undefined) throw new Error(`the recorded cases are missing: ${path('')}`);
  return found;
}

export function recorded<T>(...files: readonly string[]): readonly T[] {
  if (!recordedCases()) return [];
  return files.flatMap((file) => JSON.parse(readFileSync(path(file), 'utf8')) as readonly T[]);
}
