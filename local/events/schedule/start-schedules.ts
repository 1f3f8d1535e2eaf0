import type { World } from '../../world.ts';
import { scheduleExpression } from './schedule-expression.ts';

export type Schedule = {
  readonly id: string;
  readonly expression: string;
  /** IANA name; `UTC` unless told. */
  readonly zone?: string;
  /** Called at each occurrence with its instant in milliseconds. */
  readonly fire: (at: number) => Promise<void>;
};

/**
 * Fires schedules on the world's clock. The instant a schedule was first seen is journalled, so that a rate keeps its beat over
 * restarts; occurrences missed while the ground was down are not made up.
 */
export const startSchedules = (world: World, schedules: readonly Schedule[]): void => {
  const { clock, journal } = world;
  for (const { id, expression, zone = 'UTC', fire } of schedules) {
    const kept = journal.get('schedule', id);
    const origin = typeof kept === 'number' ? kept : clock.now();
    journal.put('schedule', id, origin);
    const next = scheduleExpression(expression, zone, origin);
    const arm = (after: number): void => {
      const at = next(after);
      if (at === undefined) return;
      clock.at(at, () => {
        arm(at);
        void clock.busy(() => fire(at)).catch((error: unknown) => world.note(`Schedule ${id}: ${String(error)}`));
      });
    };
    arm(clock.now());
  }
};
