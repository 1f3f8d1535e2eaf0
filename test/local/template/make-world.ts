import { virtualClock } from '../../../local/clock/virtual-clock.ts';
import { makeRouter } from '../../../local/front/router.ts';
import { accessControl } from '../../../local/iam/access-control.ts';
import { openJournal } from '../../../local/journal/open-journal.ts';
import { loadStack } from '../../../local/template/load-stack.ts';
import type { Journal, World } from '../../../local/world.ts';
import { writeAssembly, type Parts } from './write-assembly.ts';

export const MONDAY = Date.parse('2026-01-05T09:00:00Z');

/** A world around a stack of the given resources, on a virtual clock and without sockets. */
export function makeWorld(
  parts: Parts,
  { journal = openJournal(':memory:'), start = MONDAY }: { journal?: Journal; start?: number } = {},
) {
  const assembly = writeAssembly(parts);
  const stack = loadStack(assembly, { awsUrl: 'http://127.0.0.1:4566', httpUrl: 'http://127.0.0.1:8080' });
  const router = makeRouter();
  const access = accessControl(stack);
  const notes: string[] = [];
  const world: World = {
    stack,
    clock: virtualClock(start),
    journal,
    call: router.call,
    as: access.as,
    note: (line) => notes.push(line),
  };
  return { world, router, access, notes, assembly };
}
