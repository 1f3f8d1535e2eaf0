import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGround, type Ground } from '../../local/ground.ts';
import { inertTypes, readTypes } from '../../local/template/resource-types.ts';
import { writeAssembly } from '../local/template/write-assembly.ts';
import { controlPaths } from './control-paths.ts';
import { localDocument } from './local-document.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = globSync('local/**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('resource-types.ts'))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const notes: string[] = [];
let ground: Ground;
beforeAll(async () => {
  const strange = { Cache: ['AWS::ElastiCache::CacheCluster', {}], Alarm: ['AWS::CloudWatch::Alarm', {}] } as const;
  ground = await startGround({
    assembly: writeAssembly({ resources: strange }),
    data: undefined,
    clock: 'virtual',
    start: 0,
    awsPort: 0,
    httpPort: 0,
    note: (line) => notes.push(line),
  });
});
afterAll(() => ground?.stop());

const pathsIn = (pattern: RegExp, port: 'AWS' | 'HTTP') =>
  sources
    .flatMap(({ text }) => [...text.matchAll(pattern)].map(([, method, path]) => ({ path: `${method} ${path}`, port })))
    .toSorted((a, b) => a.path.split(' ')[1]!.localeCompare(b.path.split(' ')[1]!));
const paths = [
  ...pathsIn(/front\.control\('(\w+)', '([^']+)'/g, 'AWS'),
  ...pathsIn(/(?:http\.|\b)route\('(\w+)', '([^']+)',/g, 'HTTP'),
  { path: 'GET /health', port: 'HTTP' as const },
];

test('the document of the local ground says what the ground does', async () => {
  const help = execFileSync(process.execPath, ['demo/start.ts', '--help'], { cwd: root, encoding: 'utf8' });
  const text = localDocument({ operations: ground.operations, paths, help });
  await expect(text).toMatchFileSnapshot(join(root, 'docs/local.md'));
});

test('every path of its own is described, and no other', () => {
  expect(Object.keys(controlPaths).toSorted()).toEqual(paths.map(({ path }) => path).toSorted());
});

test('every resource type that something acts on is listed as read, and no other', () => {
  const acted = sources
    .filter(({ file }) => !file.startsWith('local/template/'))
    .flatMap(({ text }) => [...text.matchAll(/'(AWS::\w+::\w+)'/g)].map(([, type]) => type ?? ''));
  const versions = ['AWS::Lambda::Version', 'AWS::StepFunctions::StateMachineVersion'];
  expect([...readTypes].toSorted()).toEqual([...new Set([...acted, ...versions])].toSorted());
  expect(readTypes.filter((type) => inertTypes.some((inert: string) => inert === type))).toEqual([]);
});

test('a resource type that nothing acts on is told at start, by name', () => {
  expect(notes).toEqual(['Of no effect here: AWS::ElastiCache::CacheCluster. docs/local.md lists what is.']);
});
