import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcome } from './mortal-process.ts';
import { machines } from './random-machine.ts';

/** After how many waits for the disk each process is killed. */
const lives = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 });

describe('any machine', () => {
  it('ends as if nothing had happened, wherever its processes are killed', async () => {
    let killed = 0;
    await fc.assert(
      fc.asyncProperty(machines, lives, async (machine, after) => {
        const undisturbed = await outcome(machine, []);
        const disturbed = await outcome(machine, after);
        killed += disturbed.killed;
        expect(disturbed.end).toEqual(undisturbed.end);
      }),
      { numRuns: Number(process.env['SEGUE_RUNS'] ?? 150) },
    );
    expect(killed).toBeGreaterThan(50);
  });
});
