import { virtualClock } from '../../local/clock/virtual-clock.ts';
import { createStates, type States } from '../../local/states/create-states.ts';
import type { Clock, Journal, JsonObject, World } from '../../local/world.ts';

export const START = Date.UTC(2026, 0, 5, 9);
export const ROLE = 'arn:aws:iam::123456789012:role/machine';

/** Step Functions alone, on a clock that can be moved. */
export interface Small {
  readonly states: States;
  readonly clock: Clock;
  call(operation: string, input: JsonObject): Promise<JsonObject>;
}

export interface SmallParts {
  readonly journal: Journal;
  readonly now: number;
  /** Hears the token of every task. */
  readonly invoked?: (token: string) => void;
}

export function smallGround({ journal, now, invoked = () => undefined }: SmallParts): Small {
  const clock = virtualClock(now);
  const caller = { id: 'outside', require: () => undefined };
  const world: World = {
    clock,
    journal,
    stack: {
      account: '123456789012',
      region: 'eu-west-1',
      assembly: '.',
      outputs: {},
      all: () => [],
      find: () => undefined,
      asset: (key) => key,
    },
    async call(_service, _operation, input) {
      const payload = input['Payload'];
      if (typeof payload !== 'object' || payload === null || !('token' in payload))
        return { StatusCode: 200, Payload: payload ?? null };
      invoked(String(payload['token']));
      return { StatusCode: 200, ExecutedVersion: '1', Payload: null };
    },
    as: () => caller,
    note: console.error,
  };
  const states = createStates(world);
  return {
    states,
    clock,
    call(operation, input) {
      const run = states.operations[operation];
      if (run === undefined) throw new Error(`no operation ${operation}`);
      return run(input, caller);
    },
  };
}
