import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'aws-local-dynamodb-';

export interface DataFolder {
  readonly path: string;
  /** Removes a temporary folder; keeps a lasting one. */
  release(): void;
}

/** Makes the folder when it is missing; `:memory:` is a temporary one. */
export function dataFolder(path: string): DataFolder {
  if (path === ':memory:') return temporaryFolder();
  mkdirSync(path, { recursive: true });
  return { path, release: () => undefined };
}

/**
 * A folder for one run, in shared memory where there is some. The engine's own in-memory mode is not used: its streams need two
 * indexes that only a file can be given.
 */
function temporaryFolder(): DataFolder {
  const parent = isWritable('/dev/shm') ? '/dev/shm' : tmpdir();
  for (const name of readdirSync(parent))
    if (isAbandoned(name)) rmSync(join(parent, name), { recursive: true, force: true });
  const path = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  const release = () => {
    process.off('exit', release);
    rmSync(path, { recursive: true, force: true });
  };
  process.on('exit', release);
  return { path, release };
}

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** Whether the process that made a temporary folder was killed before it could remove it. */
const isAbandoned = (name: string): boolean => {
  if (!name.startsWith(PREFIX)) return false;
  try {
    process.kill(Number(name.slice(PREFIX.length).split('-')[0]), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
};
