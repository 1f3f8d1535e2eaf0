import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

const sources =
  '{core,functions,infra,mappings,segments,next-actions}/**/*.ts,{mappings,segments,next-actions}/*.yaml,state-machines/*/journey*.json,cdk.json,package-lock.json'.split(
    /,(?![^{]*})/,
  );

/** A few are kept: one may still be running. */
const keep = 4;

const dropOld = (assemblies: string): void => {
  const byAge = readdirSync(assemblies)
    .map((name) => path.join(assemblies, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  byAge.slice(keep).forEach((old) => rmSync(old, { recursive: true, force: true }));
};

type Context = Readonly<Record<string, string>>;

/** A hash of everything the template is made from. */
const digestOf = (root: string, context: Context): string => {
  const hash = createHash('sha256').update(JSON.stringify(context));
  for (const file of globSync(sources, { cwd: root }).sort())
    hash.update(file).update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
};

const synthesize = (root: string, assembly: string, context: Context): Promise<void> =>
  new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify({ stage: 'local', ...context }),
      CDK_VALIDATION: 'false',
    };
    const child = spawn(process.execPath, [path.join(root, 'infra/app.ts')], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => (said += String(chunk)));
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`The stack could not be synthesized.\n${said.trim()}`)),
    );
  });

/**
 * The cloud assembly of the stage `local`: the very stack that is deployed, made anew only when something it is made from
 * has changed. Its folder is named after what it is made from and never changes, so that several may run side by side.
 */
export const assemblyFor = async (
  root: string,
  say: (line: string) => void,
  context: Context = {},
): Promise<string> => {
  const assemblies = path.join(root, '.segue/assembly');
  const assembly = path.join(assemblies, digestOf(root, context).slice(0, 16));
  if (existsSync(path.join(assembly, 'manifest.json'))) return assembly;
  say('Synthesizing the stack …');
  const draft = `${assembly}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  await synthesize(root, draft, context);
  if (existsSync(assembly)) rmSync(draft, { recursive: true });
  else renameSync(draft, assembly);
  dropOld(assemblies);
  return assembly;
};
