import type { Json } from '../../../world.ts';
import { render, unexpected, type Scope, type Template } from '../../jsonata/template.ts';
import { StateFailure } from '../../state-failure.ts';

/** AWS's limit for input, output, arguments and results: 256 KiB of UTF-8. */
export const MAX_BYTES = 262_144;

/** Throws `States.DataLimitExceeded` when the JSON text is too long. */
export function withinLimit(value: Json, state: string): void {
  const text = JSON.stringify(value);
  if (text.length * 3 <= MAX_BYTES || Buffer.byteLength(text) <= MAX_BYTES) return;
  const told = `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  throw new StateFailure('States.DataLimitExceeded', told);
}

export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

/** A number of a definition, or undefined when the field is absent. Throws when an expression gives anything else. */
export async function number(
  template: Template | undefined,
  scope: Scope,
  bounds: Bounds,
): Promise<number | undefined> {
  if (template === undefined) return undefined;
  const value = await render(template, scope);
  if (typeof value !== 'number') throw unexpected(template, value, 'number');
  if (value < bounds.least || value > bounds.most)
    throw unexpected(template, value, `number from ${bounds.least} to ${bounds.most}`);
  if (bounds.whole && !Number.isInteger(value)) throw unexpected(template, value, 'integer');
  return value;
}

export async function text(template: Template | undefined, scope: Scope): Promise<string | undefined> {
  if (template === undefined) return undefined;
  const value = await render(template, scope);
  if (typeof value !== 'string') throw unexpected(template, value, 'string');
  return value;
}
