import type { Clock, Journal } from '../world.ts';
import { virtualClock } from './virtual-clock.ts';

/**
 * A virtual clock that goes on where the journal's last run stopped (kind `clock`, id `now`), or begins at `start`. The instant is
 * written before its timers fire, so what they write is never older on disk than the time it happened.
 */
export function resumedClock(journal: Journal, start: number): Clock {
  const kept = journal.get('clock', 'now');
  return virtualClock(typeof kept === 'number' ? kept : start, (now) => journal.put('clock', 'now', now));
}
