import type { Clock } from '../../world.ts';

export interface WakeableParts {
  readonly clock: Clock;
  /** Does all there is to do; called again when woken meanwhile. It should end early when `mayRun` turns false. */
  readonly work: () => Promise<void>;
  /** Hears of an error that `work` did not handle; it is not woken again by itself. */
  readonly failed: (error: unknown) => void;
}

/**
 * Work that sleeps until it is woken, runs once at a time and counts as in flight while it runs. A pause is a timer of the world and
 * not in flight: time may move through it.
 */
export function wakeable({ clock, work, failed }: WakeableParts) {
  let running = false;
  let dirty = false;
  let stopped = false;
  let endPause: (() => void) | undefined;
  let alarm: { readonly at: number; readonly cancel: () => void } | undefined;

  const mayRun = () => !stopped && endPause === undefined;

  const run = async () => {
    try {
      while (dirty && mayRun()) {
        dirty = false;
        await work();
      }
    } finally {
      running = false;
    }
  };

  const wake = () => {
    dirty = true;
    if (running || !mayRun()) return;
    running = true;
    clock.busy(run).catch((error: unknown) => stopped || failed(error));
  };

  return {
    wake,
    mayRun,
    /** Wakes it at an instant, if nothing does before. */
    wakeAt(at: number): void {
      if (alarm && alarm.at <= at && alarm.at > clock.now()) return;
      alarm?.cancel();
      alarm = { at, cancel: clock.at(at, wake) };
    },
    /** Lets it rest for a while whatever wakes it, then wakes it. */
    pause(ms: number): void {
      endPause?.();
      endPause = clock.at(clock.now() + ms, () => {
        endPause = undefined;
        wake();
      });
    },
    stop(): void {
      stopped = true;
      endPause?.();
      alarm?.cancel();
    },
  };
}
