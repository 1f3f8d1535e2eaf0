import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { bundleFunctions } from '../../infra/parts/bundle-functions.ts';
import { scratch } from './synthesized.ts';

const sources = (files: Record<string, string>): string => {
  const folder = scratch();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
};

const two = () =>
  sources({
    'signal/greet.ts': "import { name } from './name.ts';\nexport const handler = async () => `hello ${name}`;",
    'signal/greet.env.ts': 'export const GreetEnv = {};',
    'signal/name.ts': "export const name: string = 'you';",
    'journey/part.ts': 'export const handler = async () => require("node:os").EOL;',
    'journey/part.env.ts': 'export const PartEnv = {};',
    'journey/later.env.ts': 'export const LaterEnv = {};',
  });

it('every function with an env file beside it becomes one folder with one file', () => {
  const into = scratch();
  const bundle = bundleFunctions(two(), into);
  expect([...bundle]).toEqual([
    ['part', join(into, 'part')],
    ['greet', join(into, 'greet')],
  ]);
  expect(readdirSync(into)).toEqual(['greet', 'part']);
  expect(readdirSync(join(into, 'greet'))).toEqual(['index.mjs']);
});

it('a bundled function runs by itself, also when a package in it asks for modules by require', async () => {
  const into = scratch();
  bundleFunctions(two(), into);
  const load = (name: string) => import(pathToFileURL(join(into, name, 'index.mjs')).href);
  expect(await (await load('greet')).handler()).toBe('hello you');
  expect(await (await load('part')).handler()).toBe('\n');
});

it('the same sources in another place give the same bytes, so that nothing is deployed for nothing', () => {
  const [one, other] = [scratch(), scratch()];
  bundleFunctions(two(), one);
  bundleFunctions(two(), other);
  expect(readFileSync(join(one, 'greet/index.mjs'))).toEqual(readFileSync(join(other, 'greet/index.mjs')));
});

it('what did not change is not written again, and what is gone leaves no folder behind', () => {
  const into = scratch();
  bundleFunctions(two(), into);
  const before = statSync(join(into, 'greet/index.mjs')).mtimeMs;
  bundleFunctions(sources({ 'signal/greet.ts': 'export const handler = () => 1;', 'signal/greet.env.ts': '' }), into);
  expect(existsSync(join(into, 'part'))).toBe(false);
  const after = statSync(join(into, 'greet/index.mjs')).mtimeMs;
  bundleFunctions(sources({ 'signal/greet.ts': 'export const handler = () => 1;', 'signal/greet.env.ts': '' }), into);
  expect(statSync(join(into, 'greet/index.mjs')).mtimeMs).toBe(after);
  expect(after).toBeGreaterThanOrEqual(before);
});
