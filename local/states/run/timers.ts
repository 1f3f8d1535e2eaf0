import type { Clock } from '../../world.ts';
import { type Outcome, type Phase, type Place, ROOT } from '../executions/execution.ts';

/** One timer per line of control, set to the first thing that can happen to it by itself. */
export interface Timers {
  /** Replaces the place's timer; undefined only removes it. */
  set(place: Place, at: number | undefined): void;
  /** Removes every timer of these frames. */
  clear(execution: string, frames: Iterable<string>): void;
}

export function createTimers(clock: Pick<Clock, 'at'>, fire: (place: Place) => void): Timers {
  const cancels = new Map<string, () => void>();
  const cancel = (key: string): void => {
    cancels.get(key)?.();
    cancels.delete(key);
  };
  return {
    set(place, at) {
      const key = keyOf(place.execution, place.frame);
      cancel(key);
      if (at === undefined) return;
      const stop = clock.at(at, () => {
        cancels.delete(key);
        fire(place);
      });
      cancels.set(key, stop);
    },
    clear(execution, frames) {
      for (const frame of frames) cancel(keyOf(execution, frame));
    },
  };
}

/** An execution's own line is known by the execution's name, which is in memory anyway. */
function keyOf(execution: string, frame: string): string {
  return frame === ROOT ? execution : `${execution} ${frame}`;
}

/** When time will next end a phase: the end of a wait or a delay, a deadline, a missed heartbeat. */
export function nextDue(phase: Phase): number | undefined {
  if (phase.at === 'waiting' || phase.at === 'retrying') return phase.until;
  if (phase.at !== 'calling' && phase.at !== 'open') return undefined;
  const { deadline, beatBy } = phase;
  return deadline === undefined || beatBy === undefined ? (deadline ?? beatBy) : Math.min(deadline, beatBy);
}

/**
 * The outcome of a task whose time ran out. AWS reports a missed heartbeat as `States.Timeout`, and lets
 * `States.HeartbeatTimeout` catch it.
 */
export function tooLate({ deadline, beatBy }: Extract<Phase, { at: 'calling' | 'open' }>): Outcome {
  const missed = beatBy !== undefined && (deadline === undefined || beatBy < deadline);
  const timeout = { kind: 'failure', error: 'States.Timeout' } as const;
  return missed ? { ...timeout, alias: 'States.HeartbeatTimeout' } : timeout;
}
