import type { Json, JsonObject } from '../../../local/world.ts';
import { createStates, type States } from '../../../local/states/create-states.ts';
import { caller, ROLE, type Setting, type SmallWorld, smallWorld } from './small-world.ts';

/** Step Functions in a small world, with the few operations most tests need. */
export interface Ground {
  readonly world: SmallWorld;
  readonly states: States;
  call(operation: string, input: JsonObject): Promise<JsonObject>;
  /** Makes a machine and gives its ARN. */
  machine(definition: JsonObject, name?: string): Promise<string>;
  /** Starts an execution and gives its ARN. */
  start(machine: string, input?: Json, name?: string): Promise<string>;
  describe(execution: string): Promise<JsonObject>;
  history(execution: string): Promise<readonly JsonObject[]>;
  entered(execution: string): readonly string[];
}

export function ground(setting: Setting = {}): Ground {
  const world = smallWorld(setting);
  const states = createStates(world);
  const call = (operation: string, input: JsonObject): Promise<JsonObject> => {
    const run = states.operations[operation];
    if (run === undefined) throw new Error(`no operation ${operation}`);
    return run(input, caller());
  };
  return {
    world,
    states,
    call,
    async machine(definition, name = 'M') {
      const made = await call('CreateStateMachine', { name, roleArn: ROLE, definition: JSON.stringify(definition) });
      return String(made['stateMachineArn']);
    },
    async start(machine, input = {}, name) {
      const named = name === undefined ? {} : { name };
      const started = await call('StartExecution', {
        stateMachineArn: machine,
        input: JSON.stringify(input),
        ...named,
      });
      return String(started['executionArn']);
    },
    describe: (execution) => call('DescribeExecution', { executionArn: execution }),
    async history(execution) {
      const { events } = await call('GetExecutionHistory', { executionArn: execution, maxResults: 1_000 });
      return events as readonly JsonObject[];
    },
    entered: (execution) => states.executionSummaries().find((each) => each.execution === execution)?.entered ?? [],
  };
}

/** A JSONata machine. */
export function jsonata(startAt: string, states: JsonObject, more: JsonObject = {}): JsonObject {
  return { QueryLanguage: 'JSONata', StartAt: startAt, States: states, ...more };
}
