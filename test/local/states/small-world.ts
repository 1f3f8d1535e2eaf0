import { virtualClock } from '../../../local/clock/virtual-clock.ts';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import {
  AwsError,
  type Caller,
  type Clock,
  type Journal,
  type JsonObject,
  type Resource,
  type World,
} from '../../../local/world.ts';

/** A Monday morning, as the ground begins with. */
export const START = Date.UTC(2026, 0, 5, 9);
export const ROLE = 'arn:aws:iam::123456789012:role/machine';
export const HOUR = 3_600_000;

export function caller(id = 'outside', refused: readonly string[] = []): Caller {
  return {
    id,
    require(action, resource) {
      if (refused.includes(action))
        throw new AwsError('AccessDeniedException', `${id} may not ${action} on ${resource}`);
    },
  };
}

/** A call to another service, as the machine made it. */
export interface Called {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
  readonly by: string;
}

export interface SmallWorld extends World {
  readonly calls: Called[];
  readonly notes: string[];
}

export interface Setting {
  readonly clock?: Clock;
  readonly journal?: Journal;
  readonly resources?: readonly Resource[];
  /** Actions no role may take. */
  readonly refused?: readonly string[];
  /** What other services answer. */
  readonly answer?: (call: Called) => Promise<JsonObject> | JsonObject;
}

export function smallWorld({ clock, journal, resources = [], refused = [], answer }: Setting = {}): SmallWorld {
  const calls: Called[] = [];
  const notes: string[] = [];
  return {
    calls,
    notes,
    clock: clock ?? virtualClock(START),
    journal: journal ?? memoryJournal(),
    stack: {
      account: '123456789012',
      region: 'eu-west-1',
      assembly: '/nowhere',
      outputs: {},
      all: (type) => resources.filter((resource) => resource.type === type),
      find: (reference) => resources.find(({ ref, arn, logicalId }) => [ref, arn, logicalId].includes(reference)),
      asset: (key) => key,
    },
    async call(service, operation, input, by) {
      const called = { service, operation, input, by: by.id };
      calls.push(called);
      return (await answer?.(called)) ?? {};
    },
    as: (role) => caller(role, refused),
    note: (line) => void notes.push(line),
  };
}
