import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Made by the tests of the file that imports this. */
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export interface Parts {
  /** Logical id → type and properties. */
  readonly resources: Readonly<Record<string, readonly [type: string, properties: object]>>;
  /** Asset name → source of its `index.mjs`; the S3 key is `<name>.zip`. */
  readonly assets?: Readonly<Record<string, string>>;
  readonly stackName?: string;
}

/** Writes a cloud assembly of one stack into `folder`, a new temporary one when not given. */
export function writeAssembly({ resources, assets = {}, stackName = 'Shop' }: Parts, folder?: string): string {
  const where = folder ?? temporaryFolder();
  const write = (name: string, value: object) => writeFileSync(join(where, name), JSON.stringify(value));
  write('manifest.json', {
    artifacts: {
      [`${stackName}.assets`]: { type: 'cdk:asset-manifest', properties: { file: `${stackName}.assets.json` } },
      [stackName]: { type: 'aws:cloudformation:stack', properties: { templateFile: `${stackName}.template.json` } },
    },
  });
  write(`${stackName}.template.json`, {
    Resources: Object.fromEntries(
      Object.entries(resources).map(([id, [Type, Properties]]) => [id, { Type, Properties }]),
    ),
  });
  write(`${stackName}.assets.json`, {
    files: Object.fromEntries(
      Object.keys(assets).map((name) => [
        name,
        { source: { path: `asset.${name}` }, destinations: { current: { objectKey: `${name}.zip` } } },
      ]),
    ),
  });
  for (const [name, source] of Object.entries(assets)) {
    mkdirSync(join(where, `asset.${name}`), { recursive: true });
    writeFileSync(join(where, `asset.${name}`, 'index.mjs'), source);
  }
  return where;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  folders.push(folder);
  return folder;
}
