import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { customer, shopClient, startSegue } from './segue-process.ts';

const hasChromium = (() => {
  try {
    execFileSync('chromium', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (!hasChromium && process.env['CI'] !== undefined) throw new Error('CI needs Chromium: .ci/run installs it.');

/** What a browser makes of the page, after its scripts have run. */
const render = async (url: string): Promise<string> => {
  const profile = mkdtempSync(join(tmpdir(), 'segue-page-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--user-data-dir=${profile}`,
    '--virtual-time-budget=4000',
    '--dump-dom',
    url,
  ];
  try {
    const { stdout } = await promisify(execFile)('chromium', flags, { timeout: 30_000, maxBuffer: 10_000_000 });
    return stdout;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
};

test.skipIf(!hasChromium)(
  'the page shows the messages that left and the runs they belong to',
  async () => {
    const segue = await startSegue('--memory');
    try {
      await shopClient(segue.aws)(customer('pia'), {
        type: 'track',
        event: 'Product Added',
        userId: 'pia',
        properties: { cart_id: 'c', product_id: 'p', name: 'Page Shoes' },
      });
      await segue.advance('PT4H');
      const page = await render(`${segue.http}/`);
      expect(page).toContain('pia@example.com');
      expect(page).toContain('reminder');
    } finally {
      await segue.stop();
    }
  },
  90_000,
);
