import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

const WIDTH = 16;

/**
 * How many commits a journal has promised to keep, in a file of its own beside it: `<journal>-promised`. It is written after the
 * commit is on disk and is itself never waited for: it may be behind, never ahead. So a journal with fewer commits than its mark
 * has lost something it acknowledged, such as the end of its write-ahead log, which SQLite cannot tell from a write cut short.
 */
export const promiseMark = (path: string) => {
  const file = openSync(`${path}-promised`, constants.O_RDWR | constants.O_CREAT, 0o644);
  const bytes = Buffer.alloc(WIDTH);
  return {
    /** 0 when nothing was promised, or nothing readable. */
    read(): number {
      const length = readSync(file, bytes, 0, WIDTH, 0);
      const count = Number(bytes.toString('latin1', 0, length));
      return Number.isSafeInteger(count) ? count : 0;
    },
    write(commits: number): void {
      bytes.write(String(commits).padStart(WIDTH, '0'), 'latin1');
      writeSync(file, bytes, 0, WIDTH, 0);
    },
    close: () => closeSync(file),
  };
};
