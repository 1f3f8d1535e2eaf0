import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { impure, rooms } from './rooms.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const doors: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).imports;
const files = globSync('{core,functions,mappings,state-machines,infra,local,demo}/**/*.ts', { cwd: root });

const roomOf = (file: string): string | undefined =>
  Object.keys(rooms)
    .toSorted((a, b) => b.length - a.length)
    .find((room) => file.startsWith(`${room}/`));

const fits = (name: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.+')}$`).test(name);

const throughDoor = (door: string): string => {
  for (const [name, path] of Object.entries(doors)) {
    const match = new RegExp(`^${name.replace('*', '([^/]+)')}$`).exec(door);
    if (match !== null) return path.replace('*', match[1] ?? '').replace('./', '');
  }
  return door;
};

const mayUsePackage = (room: string, name: string): boolean =>
  rooms[room]!.packages.some((allowed) => fits(name, allowed) || name.startsWith(`${allowed}/`));

const mayEnter = (room: string, file: string, target: string): boolean => {
  const isDoor = target.startsWith('#');
  const landed = isDoor ? throughDoor(target) : relative(root, join(root, dirname(file), target));
  const there = roomOf(landed);
  if (there === undefined) return false;
  if (there === room && !isDoor) return true;
  const invited = rooms[room]!.rooms.some(
    (pattern) => fits(pattern.endsWith('.ts') ? landed : there, pattern) || fits(landed.replace('.ts', ''), pattern),
  );
  return invited && (isDoor || !landed.startsWith('core/'));
};

const importsOf = (file: string): readonly string[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^\s*(?:import|export)\b[^;'"]*?from\s+'([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');

const trespasses = (file: string): readonly string[] => {
  const room = roomOf(file);
  if (room === undefined) return [`${file} lies in no room`];
  return importsOf(file)
    .filter((target) => !(/^[.#]/.test(target) ? mayEnter(room, file, target) : mayUsePackage(room, target)))
    .map((target) => `${file} may not import ${target}`);
};

test('every file stays in its room', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap(trespasses)).toEqual([]);
});

test('a trespass is named', () => {
  expect(mayEnter('core/signal', 'core/signal/signal.ts', '#core/profile')).toBe(false);
  expect(mayEnter('core/profile', 'core/profile/profile.ts', '#core/signal')).toBe(true);
  expect(mayEnter('core/profile', 'core/profile/profile.ts', '../signal/signal.ts')).toBe(false);
  expect(mayEnter('local', 'local/start.ts', '../core/flow.ts')).toBe(false);
  expect(mayEnter('infra', 'infra/app.ts', '../functions/journey/run-step.ts')).toBe(false);
  expect(mayEnter('infra', 'infra/app.ts', '../functions/journey/run-step.env.ts')).toBe(true);
  expect(mayUsePackage('core/signal', 'node:crypto')).toBe(false);
});

test('core reads no clock, rolls no dice and touches nothing outside', () => {
  const code = (file: string): string =>
    readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  expect(files.filter((file) => file.startsWith('core/') && impure.test(code(file)))).toEqual([]);
});

test('zod is imported whole: the named import would be five times as large in a bundle', () => {
  const wrong = files.filter((file) => /import \{ ?z\b.*from 'zod/.test(readFileSync(join(root, file), 'utf8')));
  expect(wrong).toEqual([]);
});

test('no file is longer than 300 lines', () => {
  expect(files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 300)).toEqual([]);
});
