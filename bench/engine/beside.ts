import type { Journal, JsonObject } from '../../local/world.ts';
import { ROLE, smallGround, START } from './small-ground.ts';

/** Runs executions of the three-state machine to its end, many at a time. */
export type Runner = (count: number) => Promise<void>;

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:fn';
const AT_ONCE = 50;

/** The machine in JSONata for this engine, and in JSONPath for the other: the same states, the same call. */
const JSONATA: JsonObject = {
  QueryLanguage: 'JSONata',
  StartAt: 'Make',
  States: {
    Make: { Type: 'Pass', Output: { made: '{% $states.input.n %}' }, Next: 'Ask' },
    Ask: { Type: 'Task', Resource: FUNCTION, Arguments: { n: '{% $states.input.made %}' }, Next: 'Done' },
    Done: { Type: 'Succeed' },
  },
};
const JSONPATH = {
  StartAt: 'Make',
  States: {
    Make: { Type: 'Pass', Parameters: { 'made.$': '$.n' }, Next: 'Ask' },
    Ask: { Type: 'Task', Resource: FUNCTION, Parameters: { 'n.$': '$.made' }, Next: 'Done' },
    Done: { Type: 'Succeed' },
  },
} as const;

async function inGroups(count: number, one: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < count; n += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - n) }, (_, at) => one(n + at)));
}

/** This engine: every execution is named, kept with its history, and waited for. */
export async function ours(journal: Journal): Promise<Runner> {
  const ground = smallGround({ journal, now: START });
  const definition = JSON.stringify(JSONATA);
  await ground.call('CreateStateMachine', { name: 'three', roleArn: ROLE, definition });
  const stateMachineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:three';
  return async (count) => {
    await inGroups(count, (n) => ground.call('StartExecution', { stateMachineArn, input: JSON.stringify({ n }) }));
    await ground.clock.quiet();
    await journal.durable();
  };
}

/** The other engine, where it is installed. It gives no names, keeps no history and ends with the process. */
export async function theirs(): Promise<Runner | undefined> {
  const other = await import('aws-local-stepfunctions').catch(() => undefined);
  if (other === undefined) return undefined;
  const machine = new other.StateMachine(JSONPATH);
  const options = { overrides: { taskResourceLocalHandlers: { Ask: async () => ({}) } } };
  return (count) => inGroups(count, (n) => machine.run({ n }, options).result);
}
