import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const VERSION = '1.2.1';
const ROOT = join(import.meta.dirname, '../../..');

/**
 * The engine's executable for this machine. npm installs it on Linux x64; elsewhere it is fetched once into `node_modules`, beside what
 * the lock file knows. Throws an error with the command to run, and with `DYNAMODB_ENDPOINT` as the other way, when that fails.
 */
export function engineBinary(note: (line: string) => void): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  const known = installed(name);
  if (known) return known;
  note(`Fetching ${name}@${VERSION}, the local DynamoDB, once.`);
  const args = ['install', '--no-save', '--no-package-lock', `${name}@${VERSION}`];
  try {
    execFileSync('npm', args, { cwd: ROOT, stdio: 'pipe', shell: process.platform === 'win32' });
  } catch (cause) {
    throw missing(name, cause);
  }
  const fetched = installed(name);
  if (!fetched) throw missing(name);
  return fetched;
}

function installed(name: string): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return ['dynoxide', 'dynoxide.exe'].map((file) => join(folder, file)).find(existsSync);
  } catch {
    return undefined;
  }
}

const missing = (name: string, cause?: unknown) =>
  new Error(
    `The local DynamoDB has no engine for this machine: ${name}@${VERSION} cannot be installed. Run ` +
      `"npm i --no-save --no-package-lock ${name}@${VERSION}", or set DYNAMODB_ENDPOINT to a DynamoDB Local.`,
    { cause },
  );
