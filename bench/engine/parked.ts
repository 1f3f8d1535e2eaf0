import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Journal, JsonObject } from '../../local/world.ts';
import { ROLE, type Small, smallGround, START } from './small-ground.ts';

/** Where an execution may be parked: at a clock, or at a token with a deadline. */
export type Parking = 'wait' | 'token';

export function isParking(text: string | undefined): text is Parking {
  return text === 'wait' || text === 'token';
}

const MACHINES: Readonly<Record<Parking, JsonObject>> = {
  wait: {
    QueryLanguage: 'JSONata',
    StartAt: 'Hold',
    States: { Hold: { Type: 'Wait', Seconds: 3_600, Next: 'Done' }, Done: { Type: 'Succeed' } },
  },
  token: {
    QueryLanguage: 'JSONata',
    StartAt: 'Send',
    States: {
      Send: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: {
          FunctionName: 'arn:aws:lambda:eu-west-1:123456789012:function:segue-local-run-step:1',
          Payload: {
            token: '{% $states.context.Task.Token %}',
            step: '{% $states.context.State.Name %}',
            run: '{% $states.input %}',
          },
        },
        TimeoutSeconds: 86_400,
        Assign: { sent: '{% $states.context.State.EnteredTime %}' },
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Done' }],
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  },
};

/** A run of a journey as it is started: ids only. */
const input = (n: number): string =>
  JSON.stringify({
    customer: `c${String(n).padStart(25, '0')}`,
    enrol: `cart-${n}`,
    journey: 'cart-abandonment',
    version: 1,
    occurrence: `01J${String(n).padStart(23, '0')}`,
  });

export interface Parked {
  readonly ground: Small;
  /** Bytes of V8's heap each one holds, after a full collection. */
  readonly bytes: number;
  readonly tokens: readonly string[];
}

/** Starts executions that stay, and weighs them. */
export async function park(parking: Parking, count: number, journal: Journal): Promise<Parked> {
  const tokens: string[] = [];
  const ground = smallGround({ journal, now: START, invoked: (token) => tokens.push(token) });
  const definition = JSON.stringify(MACHINES[parking]);
  await ground.call('CreateStateMachine', { name: `segue-local-${parking}`, roleArn: ROLE, definition });
  const stateMachineArn = `arn:aws:states:eu-west-1:123456789012:stateMachine:segue-local-${parking}`;
  await started(0);
  const before = await heap();
  for (let n = 1; n <= count; n += 100) await Promise.all(Array.from({ length: 100 }, (_, at) => started(n + at)));
  await ground.clock.quiet();
  // The bench's own list of tokens is not the engine's.
  return { ground, bytes: ((await heap()) - before - weight(tokens)) / count, tokens };

  function started(n: number): Promise<JsonObject> {
    return ground.call('StartExecution', { stateMachineArn, name: `cart-abandonment-${n}`, input: input(n) });
  }
}

function weight(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length + 24, 0);
}

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** After whatever ran before has let go of what it held. */
async function heap(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  if (typeof collect === 'function') for (let n = 0; n < 3; n += 1) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
