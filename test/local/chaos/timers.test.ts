import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { resumedClock } from '../../../local/clock/resumed-clock.ts';
import { openJournal } from '../../../local/journal/open-journal.ts';
import { startSchedules } from '../../../local/events/schedule/start-schedules.ts';
import { smallWorld } from '../events/small-world.ts';

const MONDAY = Date.parse('2026-01-05T09:00:00Z');

/** A timer, what it sets when it goes off, which timer it cancels, and whether it has work that takes real time. */
type Plan = {
  readonly delay: number;
  readonly cancels: number;
  readonly works: boolean;
  readonly then: readonly Plan[];
};
const plan = (depth: number): fc.Arbitrary<Plan> =>
  fc.record({
    delay: fc.integer({ min: -5, max: 30 }),
    cancels: fc.integer({ min: 0, max: 40 }),
    works: fc.boolean(),
    then: depth === 0 ? fc.constant([]) : fc.array(plan(depth - 1), { maxLength: 3 }),
  });

type Set = { readonly at: number; cancelledAt?: number; firedAt?: number; readonly cancel: () => void };

test('no advance skips a timer that is due, and all go off in order, whatever they set, cancel and work on meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan(2), { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 5 }),
      async (plans, steps) => {
        const clock = resumedClock(openJournal(':memory:'), MONDAY);
        const timers: Set[] = [];
        const fired: number[] = [];
        const set = ({ delay, cancels, works, then }: Plan): void => {
          const now = clock.now();
          const timer: Set = {
            at: Math.max(now, now + delay),
            cancel: clock.at(now + delay, () => {
              timer.firedAt = clock.now();
              fired.push(clock.now());
              const other = timers[cancels];
              if (other !== undefined && other.firedAt === undefined && other.cancelledAt === undefined) {
                other.cancel();
                other.cancelledAt = clock.now();
              }
              if (!works) return then.forEach(set);
              void clock.busy(async () => {
                await sleep(1);
                then.forEach(set);
              });
            }),
          };
          timers.push(timer);
        };
        plans.forEach(set);
        // Asked for all at once: they take their turns.
        await Promise.all(steps.map((step) => clock.advance(step)));

        expect(clock.now()).toBe(MONDAY + steps.reduce((sum, step) => sum + step, 0));
        expect(fired).toEqual(fired.toSorted((a, b) => a - b));
        // Each went off at its instant, was cancelled before it, or is still to come.
        const isRight = ({ at, firedAt, cancelledAt }: Set): boolean =>
          cancelledAt === undefined
            ? firedAt === at || (firedAt === undefined && at > clock.now())
            : firedAt === undefined && cancelledAt <= at;
        expect(timers.filter((timer) => !isRight(timer))).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test('a schedule keeps every beat, however time is cut into advances', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 8 }), async (minutes) => {
      const { world } = smallWorld([]);
      const beats: number[] = [];
      const fire = async (at: number): Promise<void> => {
        expect(world.clock.now()).toBe(at);
        beats.push(at);
      };
      startSchedules(world, [{ id: 'beat', expression: 'cron(0/30 * * * ? *)', zone: 'Asia/Kathmandu', fire }]);
      for (const each of minutes) await world.clock.advance(each * 60_000);
      const total = minutes.reduce((sum, each) => sum + each, 0);
      const expected = Array.from({ length: total }, (_, minute) => MONDAY + (minute + 1) * 60_000);
      expect(beats).toEqual(expected.filter((at) => at % (30 * 60_000) === 15 * 60_000));
    }),
    { numRuns: 8 },
  );
});
