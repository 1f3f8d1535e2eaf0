import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

const statOf = (pid: number): { parent: number; seconds: number } | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond };
  } catch {
    return undefined;
  }
};

/** A process and everything it started, by id. Linux only: elsewhere the list is empty and CPU time is not told. */
export const processTree = (root: number): readonly number[] => {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
  const children = (parent: number): readonly number[] => pids.filter((pid) => statOf(pid)?.parent === parent);
  const grow = (pid: number): readonly number[] => [pid, ...children(pid).flatMap(grow)];
  return grow(root);
};

/** CPU seconds of these processes so far, user and system. */
export const cpuSeconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + (statOf(pid)?.seconds ?? 0), 0);

/** Resident memory of these processes, in MB. */
export const residentMb = (pids: readonly number[]): number =>
  pids.reduce(
    (sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    0,
  );
