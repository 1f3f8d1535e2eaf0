type Waiting<T, R> = {
  readonly work: T;
  readonly done: (result: R) => void;
  readonly failed: (error: unknown) => void;
};

export type Gathering<T, R> = {
  /** How much one batch may hold, and how much of that a piece of work takes. */
  readonly most: number;
  readonly sizeOf: (work: T) => number;
  /** Does a batch; answers in its order. */
  readonly run: (batch: readonly T[]) => Promise<readonly R[]>;
};

/** Batches under way at once. */
const lanes = 8;

/** Lets work that comes at about the same time be done together. */
export const gather = <T, R>({ most, sizeOf, run }: Gathering<T, R>): ((work: T) => Promise<R>) => {
  const waiting: Waiting<T, R>[] = [];
  let busy = 0;

  const take = (): readonly Waiting<T, R>[] => {
    let [size, count] = [0, 0];
    for (const { work } of waiting) {
      size += sizeOf(work);
      if (size > most && count > 0) break;
      count++;
    }
    return waiting.splice(0, count);
  };

  const carryOut = async (batch: readonly Waiting<T, R>[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ work }) => work));
      for (const [index, result] of results.entries()) batch[index]?.done(result);
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  };

  const next = (): void => {
    while (busy < lanes && waiting.length > 0) {
      busy++;
      void carryOut(take()).finally(() => {
        busy--;
        next();
      });
    }
  };

  return (work) =>
    new Promise((done, failed) => {
      waiting.push({ work, done, failed });
      if (waiting.length === 1) setImmediate(next);
    });
};
