import { setTimeout as sleep } from 'node:timers/promises';
import { account } from './account.ts';
import { type Blow, type Ground, launch } from './killable.ts';
import { emptyLedger, type Ledger } from './ledger.ts';
import { advance, busOf, click, put, type Shop, shopOf } from './load.ts';
import { observe, type Sight } from './observe.ts';
import { lookThrough, settle } from './queues.ts';
import { type Chance, seeded } from './seeded.ts';

export type Chaos = {
  readonly seed: number;
  readonly cycles: number;
  /** Accounts after so many kills, and at the end. */
  readonly accountEvery: number;
  /** Whether customers also withdraw consent and give it again. */
  readonly consent: 'changes' | 'stays';
  /** Data folder; it should be empty or missing. */
  readonly data: string;
  readonly progress: (cycle: number, violations: number) => void;
};

export type Outcome = {
  readonly violations: readonly string[];
  /** Milliseconds from the start of the process to an answering /health, after a kill. */
  readonly recoveries: readonly number[];
  readonly acknowledged: number;
  readonly inDoubt: number;
  readonly messages: number;
  readonly executions: number;
  readonly log: number;
};

type Run = {
  readonly chance: Chance;
  readonly shop: Shop;
  readonly ledger: Ledger;
  readonly recoveries: number[];
  readonly clickable: string[];
};

/** World time a load phase may use up, so that executions ended long ago are still known at the end. */
const LOAD_SECONDS = 9 * 3600;
const PUTTERS = 2;
const ALARMING = /gave up|is lost|Lost an|Dropped|damaged|could not|unexpectedly|failed:/;

const listen = (ground: Ground, { ledger }: Run): void => {
  const lines = ground.said().split('\n');
  ledger.complaints.push(
    ...lines.filter((line) => ALARMING.test(line)).map((line) => `the ground said: ${line.trim()}`),
  );
};

const blowOf = (chance: Chance): Blow => (chance.isOneIn(2) ? 'everything' : 'ground');

/** Puts, moves the clock and clicks until the ground is gone. Whatever fails then is in doubt, as for any source system. */
const load = (ground: Ground, run: Run, isOver: () => boolean): Promise<unknown> => {
  const { chance, shop, ledger, clickable } = run;
  const bus = busOf(ground.aws);
  const doubtful = [...ledger.inDoubt.values()].slice(-10);
  const putter = async (): Promise<void> => {
    while (!isOver()) {
      await put(bus, shop.entries(chance.between(1, 10)), ledger);
      // Time moves only when all is quiet: without pauses it would stand still.
      await sleep(chance.between(20, 120));
    }
  };
  const clock = async (): Promise<void> => {
    for (let left = LOAD_SECONDS; !isOver();) {
      const seconds = Math.min(left, chance.oneOf([1, 30, 300, 3600, 4 * 3600])) || 1;
      left -= seconds;
      await advance(ground.aws, seconds);
    }
  };
  const clicker = async (): Promise<void> => {
    for (const id of clickable.splice(0, 2)) await click(ground.aws, id, ledger);
  };
  const again = doubtful.length > 0 && chance.isOneIn(2) ? [put(bus, doubtful, ledger)] : [];
  const work = [...again, ...Array.from({ length: PUTTERS }, putter), clock(), clicker()];
  return Promise.allSettled(work).finally(() => bus.destroy());
};

const killedAtStart = async (ground: Ground, { chance }: Run): Promise<void> => {
  await sleep(chance.between(20, 900));
  await ground.kill(blowOf(chance));
};

const killedAtWork = async (ground: Ground, run: Run): Promise<void> => {
  const { chance } = run;
  run.recoveries.push(await ground.healthy());
  let isOver = false;
  const loading = load(ground, run, () => isOver);
  await sleep(chance.between(30, 800));
  isOver = true;
  await ground.kill(blowOf(chance));
  await loading;
};

const audit = async (
  data: string,
  run: Run,
  isLast: boolean,
): Promise<{ sight: Sight; violations: readonly string[] }> => {
  const { chance, ledger, clickable } = run;
  const ground = await launch(data);
  run.recoveries.push(await ground.healthy());
  if (isLast) for (let hours = 0; hours < 5 * 24; hours += 8) await advance(ground.aws, 8 * 3600);
  const queued = await settle(ground.aws);
  await lookThrough(ground.aws, ledger);
  const sight = await observe(ground.aws, ledger);
  listen(ground, run);
  const emails = sight.outbox.filter(({ channel }) => channel === 'email');
  clickable.splice(0, clickable.length, ...emails.slice(-6).map(({ id }) => id));
  await ground.kill(blowOf(chance));
  const waiting = sight.runs.filter(({ endedAt, exitedAt }) => endedAt === undefined && exitedAt === undefined);
  const violations = [
    ...(queued === 0 ? [] : [`${queued} messages are still queued after all that time`]),
    ...(isLast ? waiting.map(({ pk, enrol }) => `${pk} ${enrol} has not ended days later`) : []),
    ...account(sight, ledger),
  ];
  return { sight, violations };
};

/**
 * Starts the ground, loads it, kills it at a random moment, and starts it again, over and over; in between it accounts for
 * everything the outside world was promised. The seed fixes what is done and how long after what; the machine decides how far the
 * ground has come by then, so the same seed finds the same kinds of moments rather than the very same one.
 */
export const chaos = async ({ seed, cycles, accountEvery, consent, data, progress }: Chaos): Promise<Outcome> => {
  const chance = seeded(seed);
  const run: Run = { chance, shop: shopOf(chance, consent), ledger: emptyLedger(), recoveries: [], clickable: [] };
  /** What was found wrong once is found at every later account: it counts once. */
  const violations = new Map<string, string>();
  let last: Sight | undefined;
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    const ground = await launch(data);
    await (chance.isOneIn(5) ? killedAtStart(ground, run) : killedAtWork(ground, run));
    listen(ground, run);
    if (cycle % accountEvery === 0 || cycle === cycles) {
      const found = await audit(data, run, cycle === cycles);
      for (const each of found.violations)
        if (!violations.has(each)) violations.set(each, `after ${cycle} kills: ${each}`);
      last = found.sight;
    }
    progress(cycle, violations.size);
  }
  const { acknowledged, inDoubt, executions } = run.ledger;
  return {
    violations: [...violations.values()],
    recoveries: run.recoveries,
    acknowledged: acknowledged.size,
    inDoubt: inDoubt.size,
    messages: last?.outbox.length ?? 0,
    executions: executions.size,
    log: last?.log.length ?? 0,
  };
};
