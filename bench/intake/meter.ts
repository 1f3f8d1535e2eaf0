import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Segue } from '../../test/end-to-end/segue-process.ts';
import { cpuSeconds, processTree } from '../cpu.ts';

const Counts = z.record(z.string(), z.number());
const Consumed = z.record(z.string(), z.record(z.string(), z.object({ reads: z.number(), writes: z.number() })));
const Callers = z.record(z.string(), Counts);
const Functions = z.array(z.object({ name: z.string(), invocations: z.number() }));

const ask = async <T>(segue: Segue, path: string, shape: z.ZodType<T>): Promise<T> =>
  shape.parse(await segue.get(path));
const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

const engineOf = (pids: readonly number[]): readonly number[] =>
  pids.filter((pid) => readdirSync('/proc').includes(String(pid)) && /dynoxide/.test(nameOf(pid)));
const nameOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, 'utf8');

type Units = { readonly reads: number; readonly writes: number };
const unitsOf = (consumed: z.output<typeof Consumed>): Readonly<Record<string, Units>> =>
  Object.fromEntries(
    Object.entries(consumed).map(([caller, operations]) => {
      const all = Object.values(operations);
      return [caller, { reads: sum(all.map(({ reads }) => reads)), writes: sum(all.map(({ writes }) => writes)) }];
    }),
  );

const reading = async (segue: Segue) => {
  const pids = processTree(segue.pid);
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now() / 1000,
    cpu: cpuSeconds(pids),
    engine: cpuSeconds(engineOf(pids)),
    load: (user + system) / 1e6,
    calls: await ask(segue, '/_local/counts/callers', Callers),
    units: unitsOf(await ask(segue, '/_local/consumed', Consumed)),
    invocations: sum((await ask(segue, '/_local/functions', Functions)).map(({ invocations }) => invocations)),
  };
};
type Reading = Awaited<ReturnType<typeof reading>>;

/** What a piece of work took: seconds by the clock, CPU seconds of all processes and of two of them apart, calls and units. */
export type Measured = {
  readonly seconds: number;
  /** All processes of `npm start`. */
  readonly cpu: number;
  /** Of these the local DynamoDB. */
  readonly engine: number;
  /** The load generator, which is not counted in `cpu`. */
  readonly load: number;
  readonly invocations: number;
  /** By caller and `service.Operation`. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By caller. */
  readonly units: Readonly<Record<string, Units>>;
};

const between = (before: Reading, after: Reading): Pick<Measured, 'calls' | 'units'> => {
  const calls = Object.entries(after.calls).map(([caller, counts]) => {
    const grown = Object.entries(counts).map(
      ([name, count]) => [name, count - (before.calls[caller]?.[name] ?? 0)] as const,
    );
    return [caller, Object.fromEntries(grown.filter(([, count]) => count > 0))] as const;
  });
  const units = Object.entries(after.units).map(([caller, { reads, writes }]) => {
    const earlier = before.units[caller] ?? { reads: 0, writes: 0 };
    return [caller, { reads: reads - earlier.reads, writes: writes - earlier.writes }] as const;
  });
  return { calls: Object.fromEntries(calls), units: Object.fromEntries(units) };
};

/** Does some work and tells what it took. What the questions themselves cost is in it, and is little. */
export const measured = async (segue: Segue, work: () => Promise<unknown>): Promise<Measured> => {
  const before = await reading(segue);
  await work();
  const after = await reading(segue);
  return {
    seconds: after.at - before.at,
    cpu: after.cpu - before.cpu,
    engine: after.engine - before.engine,
    load: after.load - before.load,
    invocations: after.invocations - before.invocations,
    ...between(before, after),
  };
};

/** One after the other, as if it were one piece of work. */
export const together = (...all: readonly Measured[]): Pick<Measured, 'seconds' | 'cpu' | 'engine'> => ({
  seconds: sum(all.map(({ seconds }) => seconds)),
  cpu: sum(all.map(({ cpu }) => cpu)),
  engine: sum(all.map(({ engine }) => engine)),
});

/** Calls of all callers, by `service.Operation`, or of those whose name fits. */
export const callsOf = ({ calls }: Pick<Measured, 'calls'>, caller = /./): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const [name, own] of Object.entries(calls))
    if (caller.test(name)) for (const [key, count] of Object.entries(own)) counts[key] = (counts[key] ?? 0) + count;
  return counts;
};

export const unitsBy = ({ units }: Pick<Measured, 'units'>, caller = /./): Units => {
  const own = Object.entries(units).flatMap(([name, one]) => (caller.test(name) ? [one] : []));
  return { reads: sum(own.map(({ reads }) => reads)), writes: sum(own.map(({ writes }) => writes)) };
};

export const total = (counts: Readonly<Record<string, number>>): number => sum(Object.values(counts));
