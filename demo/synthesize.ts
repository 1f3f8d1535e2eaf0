import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const sources = '{core,functions,infra}/**/*.ts,state-machines/*/journey*.json,cdk.json,package-lock.json'.split(
  /,(?![^{]*})/,
);

/** A hash of everything the template is made from. */
const digestOf = (root: string): string => {
  const hash = createHash('sha256');
  for (const file of globSync(sources, { cwd: root }).sort())
    hash.update(file).update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
};

const synthesize = (root: string, assembly: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: '{"stage":"local"}', CDK_VALIDATION: 'false' };
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
 * has changed. @returns its folder
 */
export const assemblyFor = async (root: string, say: (line: string) => void): Promise<string> => {
  const assembly = path.join(root, '.segue/cdk.out');
  const marker = path.join(assembly, '.digest');
  const digest = digestOf(root);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === digest) return assembly;
  say('Synthesizing the stack …');
  rmSync(assembly, { recursive: true, force: true });
  mkdirSync(assembly, { recursive: true });
  await synthesize(root, assembly);
  writeFileSync(marker, digest);
  return assembly;
};
