import { AwsError, type Call, type Service } from '../world.ts';

export interface Router {
  /** Calls an operation in process. An unknown service or operation is refused by name. */
  readonly call: Call;
  /** Calls so far by `service.Operation`, from inside and outside. */
  readonly counts: Readonly<Record<string, number>>;
  /** The same by who called. */
  readonly countsByCaller: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Puts a service in, in place of an earlier one of that name. */
  add(service: Service): void;
  find(name: string): Service | undefined;
}

/** Finds the service for every call. Services may be added at any time, so that they can be built with `call` in hand. */
export function makeRouter(services: Iterable<Service> = []): Router {
  const byName = new Map([...services].map((service) => [service.name, service]));
  const counts: Record<string, number> = {};
  const countsByCaller: Record<string, Record<string, number>> = {};

  const operationOf = (serviceName: string, name: string) => {
    const service = byName.get(serviceName);
    if (!service) throw unknown(`The local ground has no service ${serviceName} (asked for ${name}).`);
    const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
    if (!operation) throw unknown(`The local ground's ${serviceName} has no operation ${name}.`);
    return operation;
  };

  return {
    counts,
    countsByCaller,
    add: (service) => void byName.set(service.name, service),
    find: (name) => byName.get(name),
    call: async (serviceName, name, ...[input, caller]) => {
      const operation = operationOf(serviceName, name);
      const key = `${serviceName}.${name}`;
      counts[key] = (counts[key] ?? 0) + 1;
      const own = (countsByCaller[caller.id] ??= {});
      own[key] = (own[key] ?? 0) + 1;
      return operation(input, caller);
    },
  };
}

const unknown = (message: string) => new AwsError('UnknownOperationException', message, { status: 404 });
