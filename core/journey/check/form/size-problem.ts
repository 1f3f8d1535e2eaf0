import type { Problem } from '../problem.ts';

/** Deeper documents exhaust the stack of whoever reads them. Three levels to a step within a step. */
const mostLevels = 100;
/** Lists, objects and values; a state machine of AWS has at most 1 MB. */
const mostValues = 50_000;

/** A document no reader may be given: too deep, too large, or within itself. Looked at without recursion. */
export const sizeProblem = (raw: unknown): Problem | undefined => {
  let level: unknown[] = [raw];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    values += level.length;
    if (depth > mostLevels)
      return {
        path: [],
        message: `This is more than ${mostLevels} levels deep. Give some of its steps a journey of their own.`,
      };
    if (values > mostValues)
      return {
        path: [],
        message: 'This is more than 50,000 values long. Give some of its steps a journey of their own.',
      };
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return undefined;
};
