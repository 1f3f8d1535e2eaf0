import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

/** Folder of each bundled function, by the function's file name: `ingest-signal` → `dist/functions/ingest-signal`. */
export type Bundle = ReadonlyMap<string, string>;

/** Some CommonJS packages inside the bundle still ask for Node's modules by `require`. */
const banner = "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);";

/**
 * Bundles every function under `sources` (a `name.ts` with a `name.env.ts` beside it) into one folder each under `into`.
 * One esbuild call for all: a call each costs seconds. The same sources give the same bytes, so that only what changed
 * is deployed; no source map, for it would be shipped and read at every cold start.
 */
export const bundleFunctions = (sources: string, into: string): Bundle => {
  const entries = entryPoints(sources);
  const { outputFiles } = buildSync({
    entryPoints: entries.map((entry) => ({ in: entry, out: join(nameOf(entry), 'index') })),
    outdir: into,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The modern build of a package is smaller and starts faster than its CommonJS one.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: { js: banner },
  });
  removeOthers(into, entries.map(nameOf));
  for (const { path, contents } of outputFiles) writeIfChanged(path, contents);
  return new Map(entries.map((entry) => [nameOf(entry), join(into, nameOf(entry))]));
};

const nameOf = (entry: string): string => basename(entry, '.ts');

const entryPoints = (sources: string): readonly string[] =>
  globSync('**/*.env.ts', { cwd: sources })
    .map((env) => join(sources, env.replace(/\.env\.ts$/, '.ts')))
    .filter((entry) => existsSync(entry))
    .sort();

/** A function that was renamed or removed leaves no folder behind. */
const removeOthers = (into: string, names: readonly string[]): void => {
  mkdirSync(into, { recursive: true });
  for (const found of readdirSync(into)) {
    if (!names.includes(found)) rmSync(join(into, found), { recursive: true });
  }
};

/** Puts a text beside a bundled function, which finds it in its own folder when it runs. */
export const putBeside = (folder: string, file: string, text: string): void =>
  writeIfChanged(join(folder, file), Buffer.from(text));

/** Two synths at once write the same bytes; neither may see the other's file half written. */
const writeIfChanged = (path: string, contents: Uint8Array): void => {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
};
