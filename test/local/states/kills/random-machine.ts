import fc from 'fast-check';
import type { Json, JsonObject } from '../../../../local/world.ts';

/**
 * Small machines of every kind of state. What they do depends on nothing but time and their input, so that two runs of one
 * machine can be compared: calls fail by their number, tokens come back after seconds the machine itself names, and a
 * Parallel or Map catches whatever its children fail of, for which of two failures of one instant comes first is not said.
 */
export type Op =
  | { readonly is: 'pass' }
  | { readonly is: 'wait'; readonly seconds: number }
  | { readonly is: 'choice'; readonly over: number; readonly yes: readonly Op[] }
  | { readonly is: 'task'; readonly fails: number; readonly tries: number; readonly caught: boolean }
  | { readonly is: 'token'; readonly after: number; readonly caught: boolean }
  | { readonly is: 'child'; readonly seconds: number }
  | { readonly is: 'parallel'; readonly branches: readonly (readonly Op[])[] }
  | {
      readonly is: 'map';
      readonly items: number;
      readonly most: number;
      readonly far: boolean;
      readonly body: readonly Op[];
    };

/** Seconds after which a token times out; tokens come at once, sooner or too late. */
const TIMEOUT = 50;
const AFTER = [0, 20, 80] as const;

function ops(depth: number): fc.Arbitrary<readonly Op[]> {
  const simple: readonly fc.Arbitrary<Op>[] = [
    fc.record({ is: fc.constant('pass') }),
    fc.record({ is: fc.constant('wait'), seconds: fc.integer({ min: 0, max: 100 }) }),
    fc.record({
      is: fc.constant('task'),
      fails: fc.integer({ min: 0, max: 3 }),
      tries: fc.integer({ min: 0, max: 2 }),
      caught: fc.boolean(),
    }),
    fc.record({ is: fc.constant('token'), after: fc.constantFrom(...AFTER), caught: fc.boolean() }),
    fc.record({ is: fc.constant('child'), seconds: fc.integer({ min: 0, max: 100 }) }),
  ];
  const inner = depth === 0 ? undefined : ops(depth - 1);
  const nested: readonly fc.Arbitrary<Op>[] =
    inner === undefined
      ? []
      : [
          fc.record({ is: fc.constant('choice'), over: fc.integer({ min: 0, max: 3 }), yes: inner }),
          fc.record({ is: fc.constant('parallel'), branches: fc.array(inner, { minLength: 1, maxLength: 3 }) }),
          fc.record({
            is: fc.constant('map'),
            items: fc.integer({ min: 0, max: 4 }),
            most: fc.integer({ min: 0, max: 2 }),
            far: fc.boolean(),
            body: inner,
          }),
        ];
  return fc.array(fc.oneof(...simple, ...nested), { minLength: 1, maxLength: 3 });
}

export const machines: fc.Arbitrary<JsonObject> = ops(2).map((program) => ({
  QueryLanguage: 'JSONata',
  ...written(program, { count: 0 }),
}));

/** The machine a `child` starts. */
export const CHILD: JsonObject = {
  QueryLanguage: 'JSONata',
  StartAt: 'Rest',
  States: { Rest: { Type: 'Wait', Seconds: '{% $states.input %}', Output: '{% $millis() %}', End: true } },
};

interface Names {
  count: number;
}

/** States one after the other, the last of which tells when it was reached. */
function written(program: readonly Op[], names: Names): JsonObject {
  const end = name('end', names);
  const States: Record<string, Json> = {
    [end]: { Type: 'Succeed', Output: '{% {"n": $states.input.n, "at": $millis(), "seen": $states.input.seen} %}' },
  };
  let next = end;
  for (const op of program.toReversed()) next = add(op, { States, next, names });
  return { StartAt: next, States };
}

interface Place {
  readonly States: Record<string, Json>;
  readonly next: string;
  readonly names: Names;
}

function add(op: Op, { States, next, names }: Place): string {
  const own = name(op.is, names);
  if (op.is === 'choice') {
    let yes = next;
    for (const each of op.yes.toReversed()) yes = add(each, { States, next: yes, names });
    States[own] = {
      Type: 'Choice',
      Choices: [{ Condition: `{% $states.input.n > ${op.over} %}`, Next: yes }],
      Default: next,
    };
  } else States[own] = { ...state(op, next, names), Next: next };
  return own;
}

/** Every state counts up, and keeps what it saw. */
const saw = (what: string): string => `{% {"n": $states.input.n + 1, "seen": [$states.input.seen, ${what}]} %}`;
const caught = (error: string, next: string): JsonObject => ({
  Catch: [{ ErrorEquals: [error], Next: next, Output: saw('"caught"') }],
});

function state(op: Exclude<Op, { readonly is: 'choice' }>, next: string, names: Names): JsonObject {
  switch (op.is) {
    case 'pass':
      return { Type: 'Pass', Assign: { passed: '{% $millis() %}' }, Output: saw('$millis()') };
    case 'wait':
      return { Type: 'Wait', Seconds: op.seconds, Output: saw('$states.context.State.EnteredTime') };
    case 'task':
      return {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: {
          FunctionName: 'task',
          Payload: { fails: op.fails, tried: '{% $states.context.State.RetryCount %}' },
        },
        Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 7, BackoffRate: 2, MaxAttempts: op.tries }],
        ...(op.caught ? caught('Flaky', next) : {}),
        Output: saw('$states.result.Payload'),
      };
    case 'token':
      return {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { FunctionName: 'token', Payload: { token: '{% $states.context.Task.Token %}', after: op.after } },
        TimeoutSeconds: TIMEOUT,
        ...(op.caught ? caught('States.Timeout', next) : {}),
        Output: saw('$states.result'),
      };
    case 'child':
      return {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: {
          StateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:Child',
          Input: String(op.seconds),
        },
        Output: saw('$states.result.Output'),
      };
    case 'parallel':
      return {
        Type: 'Parallel',
        Branches: op.branches.map((branch) => written(branch, names)),
        ...caught('States.ALL', next),
        Output: saw('$states.result'),
      };
    case 'map':
      return {
        Type: 'Map',
        Items: Array.from({ length: op.items }, (_, n) => ({ n, seen: [] })),
        MaxConcurrency: op.most,
        ItemProcessor: {
          ...(op.far ? { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } } : {}),
          ...written(op.body, names),
        },
        ...caught('States.ALL', next),
        Output: saw('$states.result'),
      };
  }
}

function name(what: string, names: Names): string {
  names.count += 1;
  return `${what} ${names.count}`;
}
