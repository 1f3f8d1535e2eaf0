import type * as z from 'zod';

/** A reason a definition is refused, as `ValidateStateMachineDefinition` answers it. */
export interface Diagnostic {
  readonly severity: 'ERROR';
  readonly code: string;
  readonly message: string;
  /** `/States/Send/Resource`; absent when the definition is no object at all. */
  readonly location?: string;
}

/** Code of what AWS would run and this ground does not. */
export const NOT_ON_THIS_GROUND = 'NOT_SUPPORTED_LOCALLY';

export function invalid(message: string, location: string): Diagnostic {
  return { severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location };
}

export function notHere(message: string, location: string): Diagnostic {
  return { severity: 'ERROR', code: NOT_ON_THIS_GROUND, message, location };
}

/** AWS's words for a schema's issues: the missing fields of one object in one sentence, the rest one by one. */
export function issuesAsDiagnostics(issues: readonly z.core.$ZodIssue[], base: string): readonly Diagnostic[] {
  const missing = new Map<string, string[]>();
  const others: Diagnostic[] = [];
  for (const issue of issues) {
    const parent = place(base, issue.path.slice(0, -1));
    if (isMissing(issue)) missing.set(parent, [...(missing.get(parent) ?? []), String(issue.path.at(-1))]);
    else if (issue.code === 'unrecognized_keys')
      others.push(...issue.keys.map((key) => unknownField(key, base, issue)));
    else others.push(invalid(issue.message, place(base, issue.path)));
  }
  const required = [...missing].map(([at, fields]) => invalid(`These fields are required: [${fields.join(', ')}]`, at));
  return [...required, ...others];
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.input === undefined && issue.code !== 'unrecognized_keys' && issue.path.length > 0;
}

function unknownField(key: string, base: string, issue: z.core.$ZodIssue): Diagnostic {
  return invalid(`Field '${key}' is not supported`, place(base, [...issue.path, key]));
}

/** `/States/Send/Retry[0]/ErrorEquals`. */
export function place(base: string, path: readonly PropertyKey[]): string {
  const tail = path.map((part) => (typeof part === 'number' ? `[${part}]` : `/${String(part)}`)).join('');
  return `${base === '/' ? '' : base}${tail}` || '/';
}
