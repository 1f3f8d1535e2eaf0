import { virtualClock } from '../../../local/clock/virtual-clock.ts';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import {
  AwsError,
  type Caller,
  type Journal,
  type JsonObject,
  type Resource,
  type Service,
  type World,
} from '../../../local/world.ts';

export const MONDAY = Date.parse('2026-01-05T09:00:00Z');
export const ACCOUNT = '000000000000';

export const arnOf = (service: string, name: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${name}`;

/** A resource with the ARN a test chooses; `Ref` gives the last part of it. */
export const resource = (type: string, arn: string, properties: JsonObject): Resource => {
  const ref = arn.slice(arn.search(/[^/:]*$/));
  return { logicalId: ref.replaceAll(/\W/g, ''), type, properties, ref, arn };
};

export const outside: Caller = { id: 'outside', require: () => undefined };

/**
 * A world of a few resources on a virtual clock. `denied` holds `action resource` pairs that nobody but `outside` may do;
 * `calls` are the operations asked of services that were not registered.
 */
export const smallWorld = (resources: readonly Resource[], journal: Journal = memoryJournal()) => {
  const services = new Map<string, Service>();
  const calls: { service: string; operation: string; input: JsonObject; caller: string }[] = [];
  const notes: string[] = [];
  const required: string[] = [];
  const denied = new Set<string>();
  const failing = new Map<string, AwsError>();
  const as = (id: string, source?: string): Caller => ({
    id,
    require(action, on) {
      required.push(`${id} ${action} ${on}${source === undefined ? '' : ` for ${source}`}`);
      if (denied.has(`${action} ${on}`))
        throw new AwsError('AccessDeniedException', `${id} is not allowed to ${action} on ${on}`);
    },
  });
  const world: World = {
    stack: {
      account: ACCOUNT,
      region: 'us-east-1',
      assembly: '/nowhere',
      outputs: {},
      all: (type) => resources.filter((one) => one.type === type),
      find: (reference) => resources.find((one) => [one.arn, one.ref, one.logicalId].includes(reference)),
      asset: (key) => key,
    },
    clock: virtualClock(MONDAY),
    journal,
    async call(...[service, operation, input, caller]) {
      const error = failing.get(`${service} ${operation}`);
      if (error !== undefined) throw error;
      const found = services.get(service);
      if (found !== undefined) return (await found.operations[operation]?.(input, caller)) ?? {};
      calls.push({ service, operation, input, caller: caller.id });
      return {};
    },
    as,
    note: (line) => void notes.push(line),
  };
  const add = <S extends Service>(service: S): S => {
    services.set(service.name, service);
    return service;
  };
  return { world, add, calls, notes, required, denied, failing };
};

/** Asks a service as `caller`. Answers are JSON that tests look into freely. */
export const askAs =
  (caller: Caller) =>
  // oxlint-disable-next-line typescript/no-explicit-any
  async (service: Service, operation: string, input: JsonObject): Promise<any> => {
    const run = service.operations[operation];
    if (run === undefined) throw new Error(`${service.name} has no ${operation}`);
    return run(input, caller);
  };
export const ask = askAs(outside);
