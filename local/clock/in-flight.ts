import type { Clock } from '../world.ts';

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Counts the work in flight. Quiet means: nothing was in flight over one whole turn of the event loop and nothing began in
 * it, so that work handed on through a finished promise or a socket already read is seen. Waiting is on a promise, never a spin.
 */
export function inFlight(): Pick<Clock, 'busy' | 'quiet'> {
  let running = 0;
  let begun = 0;
  let waiting: (() => void)[] = [];

  const idle = () => new Promise<void>((resolve) => waiting.push(resolve));

  const end = () => {
    running -= 1;
    if (running > 0) return;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };

  return {
    async busy(work) {
      running += 1;
      begun += 1;
      try {
        return await work();
      } finally {
        end();
      }
    },
    async quiet() {
      for (;;) {
        if (running > 0) await idle();
        const seen = begun;
        await nextTurn();
        if (running === 0 && begun === seen) return;
      }
    },
  };
}
