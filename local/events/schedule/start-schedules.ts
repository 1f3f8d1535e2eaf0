import type { World } from '../../world.ts';
import { isOnce, type Next, scheduleExpression } from './schedule-expression.ts';

export type Schedule = {
  readonly id: string;
  readonly expression: string;
  /** IANA name; `UTC` unless told. */
  readonly zone?: string;
  /** Occurrences lie between these, in milliseconds; a schedule for one time pays no heed to them. */
  readonly from?: number;
  readonly until?: number;
  /** How much later than its occurrence it really fires, in milliseconds. */
  readonly delay?: (at: number) => number;
  /** Called at each occurrence with its instant in milliseconds. */
  readonly fire: (at: number) => Promise<void>;
  /** Called when the last occurrence has fired. */
  readonly over?: () => Promise<void>;
};

/** Fires schedules on the world's clock, each as `startSchedule` does. */
export const startSchedules = (world: World, schedules: readonly Schedule[]): void => {
  for (const schedule of schedules) startSchedule(world, schedule);
};

/**
 * Fires a schedule on the world's clock. The instant it was first seen is journalled (kind `schedule`), so that a rate keeps its
 * beat over restarts; what repeats does not make up for occurrences missed while the ground was down, what happens once does.
 * @returns the end of it
 */
export const startSchedule = (world: World, schedule: Schedule): (() => void) => {
  const { clock, journal } = world;
  const { id, expression, zone = 'UTC', fire, over, delay = () => 0 } = schedule;
  const kept = journal.get('schedule', id);
  const origin = typeof kept === 'number' ? kept : clock.now();
  journal.put('schedule', id, origin);
  const next = bounded(scheduleExpression(expression, zone, Math.max(origin, schedule.from ?? 0)), schedule);
  const wasFired = journal.get('schedule-done', id) !== undefined;
  let cancel: (() => void) | undefined;

  const occur = async (at: number, isLast: boolean): Promise<void> => {
    await fire(at);
    if (isOnce(expression)) journal.put('schedule-done', id, at);
    if (isLast) await over?.();
    await journal.durable();
  };
  /** False when there is no occurrence any more. */
  const arm = (after: number): boolean => {
    const at = next(after);
    if (at === undefined) return false;
    const firesAt = at + delay(at);
    cancel = clock.at(firesAt, () => {
      const isLast = !arm(at);
      void clock
        .busy(() => occur(at, isLast))
        .catch((error: unknown) => world.note(`Schedule ${id}: ${String(error)}`));
    });
    return true;
  };
  arm(isOnce(expression) ? (wasFired ? Number.POSITIVE_INFINITY : origin) : clock.now());
  return () => cancel?.();
};

/** Forgets when a schedule began and that it fired: the next start is its first. */
export const forgetSchedule = ({ journal }: Pick<World, 'journal'>, id: string): void => {
  journal.remove('schedule', id);
  journal.remove('schedule-done', id);
};

const bounded = (next: Next, { expression, from = 0, until = Number.POSITIVE_INFINITY }: Schedule): Next => {
  if (isOnce(expression)) return next;
  return (after) => {
    const at = next(Math.max(after, from - 1));
    return at === undefined || at > until ? undefined : at;
  };
};
