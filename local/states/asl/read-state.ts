import type * as z from 'zod';
import { readResource, type Integration } from '../tasks/integration.ts';
import { readDistributed } from './distributed/read-distributed.ts';
import { invalid, issuesAsDiagnostics, notHere, place } from './diagnostic.ts';
import type { Catcher, Guarded, Leaving, Program, Retrier, State } from './program.ts';
import { readOptional, readTemplate, type Reading } from './reading.ts';
import { expressionText, isTimestamp } from '../jsonata/template.ts';
import { STATE_SCHEMAS, type StateFields, type StateType } from './state-schemas.ts';

type StateReader = (name: string, raw: unknown, reading: Reading) => State | undefined;

/** One reader per state type. Each gives undefined when the fields are wrong, which is then among the diagnostics. */
export const STATE_READERS: Readonly<Record<StateType, StateReader>> = {
  Pass: reader(STATE_SCHEMAS.Pass, (name, fields, reading) => ({
    type: 'Pass',
    name,
    ...leaving(fields, reading),
    ...onward(fields, reading),
  })),
  Succeed: reader(STATE_SCHEMAS.Succeed, (name, fields, reading) => ({
    type: 'Succeed',
    name,
    ...leaving(fields, reading),
    next: undefined,
  })),
  Fail: reader(STATE_SCHEMAS.Fail, (name, fields, reading) => ({
    type: 'Fail',
    name,
    error: readOptional(reading, 'Error', fields.Error),
    cause: readOptional(reading, 'Cause', fields.Cause),
  })),
  Wait: reader(STATE_SCHEMAS.Wait, readWait),
  Choice: reader(STATE_SCHEMAS.Choice, (name, fields, reading) => ({
    type: 'Choice',
    name,
    ...leaving(fields, reading),
    otherwise: fields.Default,
    rules: fields.Choices.map((rule, n) => ({
      next: rule.Next,
      condition: readTemplate(reading, `Choices[${n}]/Condition`, rule.Condition),
      ...leaving(rule, reading, `Choices[${n}]/`),
    })),
  })),
  Task: reader(STATE_SCHEMAS.Task, readTask),
  Parallel: reader(STATE_SCHEMAS.Parallel, (name, fields, reading) => ({
    type: 'Parallel',
    name,
    ...leaving(fields, reading),
    ...onward(fields, reading),
    ...guarded(fields, reading),
    arguments: readOptional(reading, 'Arguments', fields.Arguments),
    branches: fields.Branches.flatMap((branch, n) =>
      inner(branch, { ...reading, at: place(reading.at, ['Branches', n]), part: 'branch' }),
    ),
  })),
  Map: reader(STATE_SCHEMAS.Map, readMap),
};

function reader<S extends z.ZodType>(
  schema: S,
  build: (name: string, fields: z.infer<S>, reading: Reading) => State | undefined,
): StateReader {
  return (name, raw, reading) => {
    const parsed = schema.safeParse(raw, { reportInput: true });
    if (parsed.success) return build(name, parsed.data, reading);
    reading.diagnostics.push(...issuesAsDiagnostics(parsed.error.issues, reading.at));
    return undefined;
  };
}

function readWait(name: string, fields: StateFields<'Wait'>, reading: Reading): State | undefined {
  const { Seconds, Timestamp } = fields;
  if ((Seconds === undefined) === (Timestamp === undefined)) {
    reading.diagnostics.push(invalid("Exactly one of 'Seconds' and 'Timestamp' is required", reading.at));
    return undefined;
  }
  if (Timestamp !== undefined && expressionText(Timestamp) === undefined && !isTimestamp(Timestamp)) {
    reading.diagnostics.push(invalid('Value is not a valid timestamp', place(reading.at, ['Timestamp'])));
  }
  const until =
    Seconds === undefined
      ? ({ kind: 'timestamp', value: readTemplate(reading, 'Timestamp', Timestamp ?? '') } as const)
      : ({ kind: 'seconds', value: readTemplate(reading, 'Seconds', Seconds) } as const);
  return { type: 'Wait', name, until, ...leaving(fields, reading), ...onward(fields, reading) };
}

function readTask(name: string, fields: StateFields<'Task'>, reading: Reading): State | undefined {
  const integration = resource(fields.Resource, reading);
  if (integration === undefined) return undefined;
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = fields;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    reading.diagnostics.push(invalid('HeartbeatSeconds must be smaller than TimeoutSeconds', reading.at));
  }
  return {
    type: 'Task',
    name,
    integration,
    ...leaving(fields, reading),
    ...onward(fields, reading),
    ...guarded(fields, reading),
    arguments: readOptional(reading, 'Arguments', fields.Arguments),
    timeoutSeconds: readOptional(reading, 'TimeoutSeconds', timeout),
    heartbeatSeconds: readOptional(reading, 'HeartbeatSeconds', heartbeat),
    credentials: readOptional(reading, 'Credentials/RoleArn', fields.Credentials?.RoleArn),
  };
}

function readMap(name: string, fields: StateFields<'Map'>, reading: Reading): State | undefined {
  const [body] = inner(fields.ItemProcessor, { ...reading, at: place(reading.at, ['ItemProcessor']), part: 'body' });
  if (body === undefined) return undefined;
  const optional = (field: 'MaxConcurrency' | 'ToleratedFailureCount' | 'ToleratedFailurePercentage') =>
    readOptional(reading, field, fields[field]);
  return {
    type: 'Map',
    name,
    body,
    distributed: readDistributed(name, fields.ItemProcessor, { fields, reading }),
    ...leaving(fields, reading),
    ...onward(fields, reading),
    ...guarded(fields, reading),
    items: readOptional(reading, 'Items', fields.Items),
    itemSelector: readOptional(reading, 'ItemSelector', fields.ItemSelector),
    maxConcurrency: optional('MaxConcurrency'),
    toleratedFailureCount: optional('ToleratedFailureCount'),
    toleratedFailurePercentage: optional('ToleratedFailurePercentage'),
  };
}

function resource(name: string, reading: Reading): Integration | undefined {
  const read = readResource(name);
  if (typeof read !== 'string') return read;
  reading.diagnostics.push(notHere(read, place(reading.at, ['Resource'])));
  return undefined;
}

function inner(program: unknown, reading: Reading): readonly Program[] {
  const read = reading.inner(program, reading);
  return read === undefined ? [] : [read];
}

type LeavingFields = Pick<StateFields<'Pass'>, 'Output'> & { readonly Assign?: StateFields<'Pass'>['Assign'] };

function leaving(fields: LeavingFields, reading: Reading, prefix = ''): Leaving {
  for (const name of Object.keys(fields.Assign ?? {}).filter((each) => !mayAssign(each))) {
    reading.diagnostics.push(invalid(`'${name}' is not a variable name`, `${reading.at}/${prefix}Assign/${name}`));
  }
  return {
    assign: readOptional(reading, `${prefix}Assign`, fields.Assign),
    output: readOptional(reading, `${prefix}Output`, fields.Output),
  };
}

/** A Unicode identifier of at most 80 characters, and never the reserved `states`. */
function mayAssign(name: string): boolean {
  return /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u.test(name) && name !== 'states';
}

function onward(fields: Pick<StateFields<'Pass'>, 'Next' | 'End'>, reading: Reading): { next: string | undefined } {
  const ends = fields.End === true;
  if (ends === (fields.Next !== undefined)) {
    reading.diagnostics.push(invalid("Exactly one of 'Next' and 'End: true' is required", reading.at));
  }
  return { next: fields.Next };
}

function guarded(fields: Pick<StateFields<'Task'>, 'Retry' | 'Catch'>, reading: Reading): Guarded {
  const retry: readonly Retrier[] = (fields.Retry ?? []).map((each) => ({
    errors: each.ErrorEquals,
    intervalSeconds: each.IntervalSeconds ?? 1,
    maxAttempts: each.MaxAttempts ?? 3,
    backoffRate: each.BackoffRate ?? 2,
    maxDelaySeconds: each.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
    jitter: each.JitterStrategy === 'FULL',
  }));
  const caught: readonly Catcher[] = (fields.Catch ?? []).map((each, n) => ({
    errors: each.ErrorEquals,
    next: each.Next,
    ...leaving(each, reading, `Catch[${n}]/`),
  }));
  for (const [field, list] of [['Retry', retry] as const, ['Catch', caught] as const])
    wildcardLast(field, list, reading);
  return { retry, catch: caught };
}

/** `States.ALL` stands alone, in the last entry. */
function wildcardLast(field: string, list: readonly { readonly errors: readonly string[] }[], reading: Reading): void {
  for (const [n, { errors }] of list.entries()) {
    if (!errors.includes('States.ALL') || (errors.length === 1 && n === list.length - 1)) continue;
    const told = 'States.ALL must stand alone, in the last entry';
    reading.diagnostics.push(invalid(told, `${reading.at}/${field}[${n}]/ErrorEquals`));
  }
}
