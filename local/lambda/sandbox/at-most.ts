/** Runs so many pieces of work at once; the others wait their turn, in order. */
export function atMost(most: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  let next = 0;

  const turn = (): Promise<void> | undefined => {
    if (running >= most) return new Promise((resolve) => waiting.push(resolve));
    running += 1;
    return undefined;
  };

  const end = () => {
    const wake = waiting[next];
    if (wake === undefined) {
      running -= 1;
      waiting.length = next = 0;
      return;
    }
    next += 1;
    wake();
  };

  return async <T>(work: () => Promise<T>): Promise<T> => {
    await turn();
    try {
      return await work();
    } finally {
      end();
    }
  };
}
