// Runs before `npm start` and `npm test`, on whatever Node is there (20 or newer): installs what is missing, once.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const marker = here('node_modules/.ready');
const wanted = createHash('sha256')
  .update(readFileSync(here('package-lock.json')))
  .digest('hex');
const isReady = existsSync(marker) && readFileSync(marker, 'utf8') === wanted;

if (!isReady) {
  console.log('Installing what Segue needs (about 700 MB in node_modules, once) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const installed = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: here('.'),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (installed.status !== 0) {
    console.error('The installation failed; what npm said is above. Run `npm ci` to see it alone.');
    process.exit(1);
  }
  if (!existsSync(here('node_modules/node/bin/node')) && !existsSync(here('node_modules/node/bin/node.exe'))) {
    console.error(
      'Node 24 was not installed: npm did not run install scripts. Run `npm rebuild node`, then try again.',
    );
    process.exit(1);
  }
  writeFileSync(marker, wanted);
}
