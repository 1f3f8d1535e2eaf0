import { AsyncLocalStorage } from 'node:async_hooks';
import { Console } from 'node:console';
import { Writable } from 'node:stream';

/** What a function finds around it while its code runs. */
export interface Surroundings {
  readonly environment: Record<string, string | undefined>;
  /** Takes what it prints, as it prints it. */
  readonly print: (text: string) => void;
  /** Whether it took too long: what is left of it reaches nobody any more. */
  isOver?: boolean;
}

const current = new AsyncLocalStorage<Surroundings | undefined>();
let installed = false;

/**
 * Runs code that sees its own `process.env` and prints to its own log, through every `await`, timer and socket, and in the modules
 * it shares with others (the AWS SDK reads its credentials there). The rest of the process sees what it always saw.
 */
export function runIn<T>(surroundings: Surroundings, work: () => T): T {
  if (!installed) install();
  installed = true;
  return current.run(surroundings, work);
}

/** Runs what the ground has to say while a function's code runs, so that it is not taken for the function's own. */
export const runOutside = <T>(work: () => T): T => current.run(undefined, work);

/**
 * Whether the code that runs now belongs to an invocation that timed out. Lambda ends such code, which cannot be done to a part of
 * this process; so that it does nothing more, none of its calls is answered.
 */
export const isOver = (): boolean => current.getStore()?.isOver === true;

function install(): void {
  const machine = process.env;
  const environment = () => current.getStore()?.environment ?? machine;
  process.env = new Proxy<NodeJS.ProcessEnv>(
    {},
    {
      get: (_, key) => Reflect.get(environment(), key),
      set: (_, key, value) => Reflect.set(environment(), key, String(value)),
      has: (_, key) => Reflect.has(environment(), key),
      deleteProperty: (_, key) => Reflect.deleteProperty(environment(), key),
      ownKeys: () => Reflect.ownKeys(environment()),
      getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(environment(), key),
      defineProperty: (_, key, descriptor) => Reflect.defineProperty(environment(), key, descriptor),
    },
  );
  process.stdout.write = redirected(process.stdout.write);
  process.stderr.write = redirected(process.stderr.write);
  globalThis.console = redirectedConsole(globalThis.console);
}

const redirected = (write: typeof process.stdout.write): typeof process.stdout.write =>
  new Proxy(write, {
    apply(target, self, args) {
      const surroundings = current.getStore();
      if (!surroundings) return Reflect.apply(target, self, args);
      surroundings.print(textOf(args[0]));
      const done = args.find((argument) => typeof argument === 'function');
      if (done) queueMicrotask(() => done());
      return true;
    },
  });

const textOf = (chunk: unknown): string =>
  chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk);

/** A test runner has a console of its own that does not write to stdout. */
function redirectedConsole(machine: Console): Console {
  const sink = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      current.getStore()?.print(textOf(chunk));
      done();
    },
  });
  const inside = new Console({ stdout: sink, stderr: sink });
  return new Proxy(machine, { get: (target, key) => Reflect.get(current.getStore() ? inside : target, key) });
}
