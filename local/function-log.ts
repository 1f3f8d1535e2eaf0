import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

type Entry = { readonly functionName: string; readonly text: string };

const silent: { write(entry: Entry): void; close(): void } = { write: () => undefined, close: () => undefined };

/** What functions print, as CloudWatch Logs would keep it: one file in the data folder, nothing without one. */
export const functionLog = (data: string | undefined) => {
  if (data === undefined) return silent;
  mkdirSync(data, { recursive: true });
  const file = openSync(join(data, 'functions.log'), 'a');
  return {
    write: ({ functionName, text }: Entry) => void writeSync(file, `${functionName} ${text.trimEnd()}\n`),
    close: () => closeSync(file),
  };
};
