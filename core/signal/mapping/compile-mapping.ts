import jsonata from 'jsonata';
import * as z from 'zod';

/** What turns an event into signals, ready to run: the raw result, or the code of JSONata's error. */
export type CompiledMapping = {
  readonly evaluate: (event: unknown) => Promise<{ readonly result: unknown } | { readonly failed: string }>;
};

/** What is wrong with an expression, and where: `position` counts characters from its beginning. */
export type MappingFault = { readonly position: number; readonly message: string };

/** They give something else each time, and a signal has to read the same again: the same id, the same moment. */
const UNSTEADY: readonly string[] = ['now', 'millis', 'random', 'shuffle', 'eval'];

/** An expression is ours, its data is not: what an event can make it do has an end. */
const BOUNDS = { timeout: 1_000, stack: 200, sequence: 10_000 };

const Problem = z.object({ code: z.string().default('D0000'), message: z.string(), position: z.number().default(0) });
const Node = z.looseObject({ type: z.string(), value: z.unknown().optional(), position: z.number().default(0) });

/** Compiles a JSONata expression that reads an EventBridge event and yields a Segment Spec call, or a list of them. */
export const compileMapping = (source: string): CompiledMapping | { readonly fault: MappingFault } => {
  const expression = attempt(source);
  if ('fault' in expression) return expression;
  const unsteady = findUnsteady(expression.ast());
  if (unsteady) return { fault: unsteady };
  return {
    evaluate: async (event) => {
      try {
        const result: unknown = await expression.evaluate(event);
        return { result };
      } catch (thrown) {
        // The sentence beside the code quotes data, which may be personal.
        return { failed: Problem.safeParse(thrown).data?.code ?? 'D0000' };
      }
    },
  };
};

const attempt = (source: string): jsonata.Expression | { readonly fault: MappingFault } => {
  try {
    return jsonata(source, BOUNDS);
  } catch (thrown) {
    const { message, position } = Problem.parse(thrown);
    return { fault: { position: Math.max(0, position - 1), message: `${message}.` } };
  }
};

const findUnsteady = (raw: unknown): MappingFault | undefined => {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const node = Node.safeParse(raw).data;
  if (node?.type === 'variable' && typeof node.value === 'string' && UNSTEADY.includes(node.value)) {
    const start = node.position - node.value.length - 1;
    return {
      position: Math.max(0, start),
      message: `$${node.value} gives something else each time; a signal must not.`,
    };
  }
  for (const inner of Object.values(raw)) {
    const found = findUnsteady(inner);
    if (found) return found;
  }
  return undefined;
};
