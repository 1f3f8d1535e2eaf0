import type { Clock } from '../world.ts';
import { inFlight } from './in-flight.ts';
import { timerHeap } from './timer-heap.ts';

/**
 * Longest single sleep. A Node timer overflows past 24.8 days and stands still while a laptop sleeps: looking at the wall
 * clock once a minute cures both.
 */
const MAX_SLEEP_MS = 60_000;

/** The machine's time. Its timers do not keep the process alive. */
export function realClock(): Clock {
  const timers = timerHeap();
  let order = 0;
  let armed: { readonly at: number; readonly handle: NodeJS.Timeout } | undefined;

  const arm = () => {
    const next = timers.peek();
    if (armed && next && armed.at <= next.at) return;
    if (armed) clearTimeout(armed.handle);
    armed = undefined;
    if (!next) return;
    const sleep = Math.min(Math.max(next.at - Date.now(), 0), MAX_SLEEP_MS);
    armed = { at: next.at, handle: setTimeout(ring, sleep).unref() };
  };

  const ring = () => {
    armed = undefined;
    try {
      timers.fireDue(Date.now());
    } finally {
      arm();
    }
  };

  return {
    kind: 'real',
    now: () => Date.now(),
    at(at, fire) {
      const timer = { at, order: (order += 1), fire, cancelled: false };
      timers.push(timer);
      arm();
      return () => {
        timer.cancelled = true;
      };
    },
    ...inFlight(),
    advance: () => Promise.reject(new Error('Real time cannot be advanced. Start with a virtual clock to move time.')),
  };
}
