import jsonata from 'jsonata';
import type { Clock } from '../../world.ts';
import { addFunctions } from './added-functions.ts';
import { forbidden } from './forbidden.ts';

/** `$name` → value, without the `$`. */
export type Bindings = Readonly<Record<string, unknown>>;

export interface Expression {
  readonly source: string;
  /** The raw result. Rejects with an `Error` whose message is JSONata's code and sentence. */
  evaluate(bindings: Bindings): Promise<unknown>;
}

export interface Expressions {
  /** Throws an `Error` with JSONata's sentence when the text is no expression, or uses what AWS does not have. */
  compile(source: string): Expression;
}

/** JSONata as Step Functions speaks it, on the world's clock. Each text is parsed once. */
export function createExpressions(clock: Pick<Clock, 'now'>): Expressions {
  const known = new Map<string, Expression>();
  return {
    compile(source) {
      const found = known.get(source) ?? expression(source, clock);
      known.set(source, found);
      return found;
    },
  };
}

function expression(source: string, clock: Pick<Clock, 'now'>): Expression {
  const compiled = attempt(() => jsonata(source));
  const banned = forbidden(source, compiled.ast());
  if (banned !== undefined) throw new Error(`${banned} is not supported in Step Functions`);
  addFunctions(compiled);
  compiled.registerFunction('millis', () => clock.now(), '<:n>');
  compiled.registerFunction('now', (picture?: string, zone?: string) => now(clock.now(), picture, zone), '<s?s?:s>');
  return {
    source,
    evaluate: async (bindings) => {
      try {
        const result: unknown = await compiled.evaluate(undefined, bindings);
        return result;
      } catch (error) {
        throw new Error(sentence(error), { cause: error });
      }
    },
  };
}

const format = jsonata('$fromMillis($at, $picture, $zone)');

function now(at: number, picture?: string, zone?: string): string | Promise<unknown> {
  return picture === undefined ? new Date(at).toISOString() : format.evaluate(undefined, { at, picture, zone });
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(sentence(error), { cause: error });
  }
}

/** JSONata throws plain objects with a code; functions throw errors. */
function sentence(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  return 'code' in error ? `${String(error.code)}: ${String(error.message)}` : String(error.message);
}
