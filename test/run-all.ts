import { spawn } from 'node:child_process';
import { styleText } from 'node:util';

/** `npm test`: everything that must hold, one line a check; what a failing one printed follows at once. */
type Check = {
  readonly name: string;
  readonly command: readonly string[];
  readonly seconds: number;
  readonly isLoud?: boolean;
};

const folders = 'core functions state-machines mappings segments infra local demo commands console test bench'.split(
  ' ',
);
const checks: readonly Check[] = [
  { name: 'types', command: ['tsc'], seconds: 120 },
  { name: 'format', command: ['oxfmt', '--check', '.'], seconds: 60 },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings', ...folders], seconds: 180 },
  { name: 'unused code and packages', command: ['knip'], seconds: 120 },
  { name: 'journeys are compiled', command: ['node', 'state-machines/compile.ts', '--check'], seconds: 60 },
  { name: 'tests', command: ['vitest', 'run', ...process.argv.slice(2)], seconds: 1800, isLoud: true },
  { name: 'cdk synth with cdk-nag', command: ['cdk', 'synth', '--quiet', '--no-notices'], seconds: 180 },
];

const run = ({ command, seconds, isLoud }: Check): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      stdio: isLoud === true ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' },
      timeout: seconds * 1000,
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += String(chunk)));
    child.stderr?.on('data', (chunk) => (output += String(chunk)));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code, signal) => {
      const stopped = signal === null ? '' : `\nStopped after ${seconds} s.`;
      resolve({ code: code ?? 1, output: output + stopped });
    });
  });

let failed = 0;
for (const check of checks) {
  const began = performance.now();
  const { code, output } = await run(check);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const mark = code === 0 ? styleText('green', '✓') : styleText('red', '✗');
  console.log(`${mark} ${check.name} ${styleText('dim', `${seconds} s`)}`);
  if (code !== 0) {
    failed++;
    console.log(output.trimEnd());
  }
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
