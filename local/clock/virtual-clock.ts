import type { Clock } from '../world.ts';
import { inFlight, nextTurn } from './in-flight.ts';
import { timerHeap } from './timer-heap.ts';

/**
 * Time that moves only by `advance`. `start` is in milliseconds since the epoch; `moved` hears every new instant before its
 * timers fire. Do not await `quiet` or `advance` inside `busy`: each waits for the other.
 */
export function virtualClock(start: number, moved: (now: number) => void = () => undefined): Clock {
  const timers = timerHeap();
  const flights = inFlight();
  let now = start;
  let order = 0;
  let last: Promise<unknown> = Promise.resolve();

  const move = (to: number) => {
    if (to <= now) return;
    now = to;
    moved(now);
  };

  const fireNextTurn = async () => {
    await nextTurn();
    timers.fireDue(now);
  };

  const run = async (until: number): Promise<number> => {
    await flights.quiet();
    for (let next = timers.peek(); next && next.at <= until; next = timers.peek()) {
      move(next.at);
      timers.fireDue(now);
      await flights.quiet();
    }
    move(until);
    return now;
  };

  return {
    kind: 'virtual',
    now: () => now,
    at(at, fire) {
      const timer = { at, order: (order += 1), fire, cancelled: false };
      timers.push(timer);
      if (at <= now) void flights.busy(fireNextTurn);
      return () => {
        timer.cancelled = true;
      };
    },
    ...flights,
    advance(ms) {
      const mine = last.then(() => run(now + ms));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
