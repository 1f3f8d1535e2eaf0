import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/world.ts';
import { ground } from './ground.ts';
import { recorded, recordedCases } from './recorded.ts';

interface RecordedValidation {
  readonly id: string;
  readonly request: { readonly definition: JsonObject | string; readonly type: string };
  readonly expected: JsonObject;
}

describe.skipIf(!recordedCases())('definitions AWS was asked to validate (in SEGUE_CONFORMANCE)', () => {
  const rows = recorded<RecordedValidation>('aws-validate-definition.json');

  it('are 8', () => expect(rows).toHaveLength(8));

  it.each(rows.map((row) => [row.id.split('::').at(-1), row] as const))('%s gets the same answer', async (_, row) => {
    const { definition, type } = row.request;
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
    expect(await ground().call('ValidateStateMachineDefinition', { definition: text, type })).toEqual(row.expected);
  });
});
