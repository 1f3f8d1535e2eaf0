import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { chaos } from './durability/cycles.ts';
import { whole } from './whole.ts';

/**
 * `node bench/durability.ts --cycles 200 --seed 1`: the whole product, killed with SIGKILL at random moments under load and started
 * again, with an account of everything that was acknowledged. It stops by itself; what does not add up is listed, and the data kept.
 */
type Options = { readonly cycles: number; readonly seed: number; readonly accountEvery: number };
const { cycles, seed, accountEvery } = new Command('node bench/durability.ts')
  .option('--cycles <number>', 'kills', whole, 200)
  .option('--seed <number>', 'what chance begins with', whole, (Date.now() % 1_000_000) + 1)
  .option('--account-every <number>', 'kills between two accounts', whole, 10)
  .parse()
  .opts<Options>();

const data = mkdtempSync(path.join(tmpdir(), 'segue-durability-'));
const began = performance.now();
const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(0)} s`;

const bar = (cycle: number, violations: number): void => {
  const done = Math.round((cycle / cycles) * 30);
  const line = `  [${'#'.repeat(done)}${'.'.repeat(30 - done)}] ${cycle}/${cycles}, ${violations} violations, ${seconds()}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
  else if (cycle % 10 === 0) console.log(line);
};

console.log(`  seed ${seed}, data in ${data}`);
const outcome = await chaos({ seed, cycles, accountEvery, consent: 'changes', data, progress: bar });
const recoveries = outcome.recoveries.toSorted((a, b) => a - b);
const at = (share: number): string => ((recoveries[Math.floor(recoveries.length * share)] ?? 0) / 1000).toFixed(2);
console.log(
  `\n  ${outcome.acknowledged} entries acknowledged, ${outcome.inDoubt} in doubt, ${outcome.log} rows in the logs`,
);
console.log(`  ${outcome.executions} executions, ${outcome.messages} messages`);
console.log(`  recovered in ${at(0.5)} s (median), ${at(0.95)} s (95 of 100), ${at(0.9999)} s (slowest)`);
for (const violation of outcome.violations) console.log(`  ${violation}`);
if (outcome.violations.length === 0) rmSync(data, { recursive: true, force: true });
else process.exitCode = 1;
console.log(`${cycles} cycles, ${outcome.violations.length} violations`);
