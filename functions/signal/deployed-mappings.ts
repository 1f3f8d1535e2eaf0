import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mappings } from '#core/signal';
import * as z from 'zod/mini';

const File = z.record(z.string(), z.string());

/** The mappings this function was deployed with: a file beside it, put there when the stack is synthesized. */
export const deployedMappings = (folder = import.meta.dirname): Mappings => {
  const file = join(folder, 'mappings.json');
  return existsSync(file) ? File.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
};
