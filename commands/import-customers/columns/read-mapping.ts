import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { parse } from 'yaml';
import { Mapping } from './target.ts';

/** A mapping file, or what is wrong with it, a sentence each. */
export const readMapping = (
  path: string | undefined,
): { readonly mapping: Mapping } | { readonly wrong: readonly string[] } => {
  if (path === undefined) return { mapping: { columns: {} } };
  let written: unknown;
  try {
    written = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { wrong: [`${path}: ${error instanceof Error ? error.message : 'cannot be read'}`] };
  }
  const read = Mapping.safeParse(written ?? {});
  return read.success
    ? { mapping: read.data }
    : {
        wrong: z
          .prettifyError(read.error)
          .split('\n')
          .map((line) => `${path}: ${line.trim()}`),
      };
};
