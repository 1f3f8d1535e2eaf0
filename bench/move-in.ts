import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { startSegue } from '../test/end-to-end/segue-process.ts';
import { cpuSeconds, processTree, residentMb } from './cpu.ts';
import { callsOf, measured, unitsBy } from './intake/meter.ts';

/**
 * `npm run bench -- move-in`: a file of customers with addresses and consent, imported as a person does it, by the command into
 * `npm start`. `--rows N` sets the size, `--disk` keeps everything on disk.
 */
const at = (flag: string): string | undefined => process.argv[process.argv.indexOf(flag) + 1];
const rows = process.argv.includes('--rows') ? Number(at('--rows')) : 20_000;
const isOnDisk = process.argv.includes('--disk');
const million = 1_000_000;

const scratch = mkdtempSync(join(tmpdir(), 'segue-move-in-'));
const file = join(scratch, 'customers.csv');

const writeFile = async (): Promise<void> => {
  const out = createWriteStream(file);
  out.write('user_id,email,phone,first_name,country,timezone,plan,updated_at,email_opt_in,sms_opt_out\n');
  for (let n = 0; n < rows; n++) {
    const phone = `+4917${String(10_000_000 + n).padStart(8, '0')}`;
    const plan = ['gold', 'silver', 'bronze'][n % 3];
    const consent = n % 2 === 0 ? 'yes' : 'no';
    const line = `u${n},u${n}@example.com,${phone},Ann,DE,Europe/Berlin,${plan},2026-01-0${1 + (n % 4)},${consent},${n % 10 === 0 ? 'yes' : ''}\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
};

const importFile = (api: string) => {
  const command = join(import.meta.dirname, '../commands/import-customers.ts');
  const child = spawn(process.execPath, [command, file, '--api', api], { stdio: ['ignore', 'inherit', 'inherit'] });
  return { pid: child.pid ?? 0, ended: once(child, 'exit') };
};

const show = (what: string, value: number | string, unit: string): void =>
  console.log(`  ${what.padEnd(46)} ${styleText('bold', String(value).padStart(9))} ${unit}`);

await writeFile();
const segue = await startSegue(...(isOnDisk ? ['--data', join(scratch, 'data')] : ['--memory']));
try {
  let own = 0;
  const took = await measured(segue, async () => {
    const { pid, ended } = importFile(segue.http);
    const watching = setInterval(() => (own = Math.max(own, cpuSeconds([pid]))), 200);
    const [code] = await ended;
    clearInterval(watching);
    if (code !== 0) throw new Error(`The import ended with ${code}.`);
  });
  const { seconds } = took;
  const each = (sum: number): string => ((sum / rows) * 1000).toFixed(2);
  console.log(`\n  ${rows.toLocaleString('en')} rows, ${isOnDisk ? 'on disk' : 'in memory'}\n`);
  show('rows checked, sent, stored and folded', Math.round(rows / seconds), 'per second');
  show('  CPU of all', each(took.cpu + own), 'seconds per 1,000 rows');
  show('  CPU of the command', each(own), 'seconds per 1,000 rows');
  show('  CPU of the local DynamoDB', each(took.engine), 'seconds per 1,000 rows');
  show('  CPU of the ground and its functions', each(took.cpu - took.engine), 'seconds per 1,000 rows');
  show('a million rows at this speed', ((seconds / rows) * (million / 60)).toFixed(1), 'minutes');
  show('resident memory of the ground', Math.round(residentMb(processTree(segue.pid))), 'MB');
  show('write units', (unitsBy(took).writes / rows).toFixed(1), 'per row');
  for (const [call, count] of Object.entries(callsOf(took))
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 6))
    show(`  ${call}`, (count / rows).toFixed(3), 'per row');
  console.log();
} finally {
  await segue.stop();
  rmSync(scratch, { recursive: true, force: true });
}
