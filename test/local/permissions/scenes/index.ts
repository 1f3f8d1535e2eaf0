import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Scene } from './acts.ts';

const folder = import.meta.dirname;

/** Every scene of every room: a room's are in a file of its own beside this one, `<room>.scenes.ts`. */
export const scenes: readonly Scene[] = (
  await Promise.all(
    globSync('*.scenes.ts', { cwd: folder })
      .toSorted()
      .map((file): Promise<{ scenes: readonly Scene[] }> => import(join(folder, file))),
  )
).flatMap((room) => room.scenes);
