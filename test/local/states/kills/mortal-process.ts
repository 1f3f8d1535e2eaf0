import { virtualClock } from '../../../../local/clock/virtual-clock.ts';
import { memoryJournal } from '../../../../local/journal/memory-journal.ts';
import type { Journal, JsonObject } from '../../../../local/world.ts';
import { copied } from '../copied.ts';
import { type Ground, ground } from '../ground.ts';
import { type Called, START } from '../small-world.ts';
import { CHILD } from './random-machine.ts';

const END = START + 100_000_000;
const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:Random:one';

/** The world outside, which outlives every process: instants at which tokens come back. */
type Outside = Map<string, number>;

interface Mortal {
  readonly made: Ground;
  /** What was on disk when it was killed, and when; undefined while it lives. */
  dead(): { readonly journal: Journal; readonly at: number } | undefined;
}

/** A process that is killed when it waits for the disk for the `life`-th time. What it does afterwards reaches nobody. */
function born(outside: Outside, from: { readonly journal: Journal; readonly at: number }, life: number): Mortal {
  const clock = virtualClock(from.at);
  let left = life;
  let dead: { readonly journal: Journal; readonly at: number } | undefined;
  const journal: Journal = {
    ...from.journal,
    async durable() {
      left -= 1;
      if (left === 0) dead = { journal: copied(from.journal), at: clock.now() };
      await from.journal.durable();
    },
  };
  const come = (taskToken: string): Promise<void> =>
    clock.busy(async () => {
      if (dead !== undefined) return;
      await made.call('SendTaskSuccess', { taskToken, output: '"came"' }).catch(() => undefined);
      if (dead === undefined) outside.delete(taskToken);
    });
  const expect = (token: string, at: number): void => void clock.at(at, () => void come(token));
  const answer = async ({ input }: Called): Promise<JsonObject> => {
    const { fails, tried, token, after } = input['Payload'] as Readonly<Record<string, number & string>>;
    if (token === undefined) {
      const flaky = { StatusCode: 200, FunctionError: 'Unhandled', Payload: { errorType: 'Flaky' } };
      return Number(tried) < Number(fails) ? flaky : { StatusCode: 200, Payload: tried ?? null };
    }
    const at = clock.now() + Number(after) * 1_000;
    // A call that is made again after a kill promises what it promised before.
    if (dead === undefined && !outside.has(token)) {
      outside.set(token, at);
      if (at > clock.now()) expect(token, at);
    }
    if (after === 0) await come(token);
    return { StatusCode: 200, Payload: null };
  };
  const made = ground({ clock, journal, answer });
  for (const [token, at] of outside) expect(token, at);
  return { made, dead: () => dead };
}

/** Runs a machine to its end in one process after the other. Gives what is left of it, and how many were killed. */
export async function outcome(machine: JsonObject, lives: readonly number[]) {
  const outside: Outside = new Map();
  const first = born(outside, { journal: memoryJournal(), at: START }, 0);
  await first.made.machine(CHILD, 'Child');
  const arn = await first.made.machine(machine, 'Random');
  let from = { journal: copied(first.made.world.journal), at: START };
  let killed = 0;
  for (const life of [...lives, 0]) {
    const process = born(outside, from, life);
    process.made.states.recover();
    // Whoever starts it tries again until it is acknowledged.
    await process.made.start(arn, { n: 1, seen: [] }, 'one').catch(() => undefined);
    await process.made.world.clock.advance(END - from.at);
    const dead = process.dead();
    if (dead === undefined) return { ...(await described(process.made)), killed };
    from = dead;
    killed += 1;
  }
  throw new Error('the last process does not die');
}

async function described(made: Ground) {
  const { status, output, error, stopDate } = await made.describe(EXECUTION);
  const children = made.states.executionSummaries().map(({ machine, status: ended }) => `${machine} ${ended}`);
  return { end: { status, output, error, stopDate, children: children.sort() } };
}
