import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { styleText } from 'node:util';
import { parse } from 'yaml';
import { compileFolder, type Fault } from './compile-folder.ts';

/**
 * `npm run compile`: every journey, its messages and its state machine, and what is certain of its runs. With any mistake,
 * nothing is written; warnings are told and stop nothing.
 * `--check` writes nothing at all and fails when something would change.
 */
const root = import.meta.dirname;
const isCheck = process.argv.includes('--check');
const stale: string[] = [];

const topics = parse(readFileSync(path.join(root, 'topics.yaml'), 'utf8'));
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(path.join(root, entry.name, 'journey.yaml')))
  .map(({ name }) => path.join(root, name));

const tell = ({ file, line, column, message }: Fault): string =>
  `${styleText('bold', `${path.relative(process.cwd(), file)}:${line}:${column}`)}\n  ${message}`;

const results = await Promise.all(folders.map((folder) => compileFolder(folder, topics)));
const warnings = results.flatMap((result) => result.warnings);
const faults = results.flatMap((result) => ('faults' in result ? result.faults : []));

if (warnings.length > 0)
  console.error(`${warnings.map((warning) => `${styleText('yellow', 'warning')} ${tell(warning)}`).join('\n\n')}\n`);

if (faults.length > 0) {
  console.error(faults.map(tell).join('\n\n'));
  console.error(
    styleText('red', `\n${faults.length} ${faults.length === 1 ? 'mistake' : 'mistakes'}; nothing was written.`),
  );
  process.exitCode = 1;
} else {
  for (const result of results)
    if ('files' in result) {
      const changed = result.files.filter(({ file, text }) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
      if (isCheck) stale.push(...changed.map(({ file }) => path.relative(process.cwd(), file)));
      else changed.forEach(({ file, text }) => writeFileSync(file, text));
      console.log(
        `${styleText('green', '✓')} ${result.name}: ${result.summary}${changed.length === 0 ? ' (unchanged)' : ''}`,
      );
      for (const proof of result.proofs) console.log(`  ${styleText('dim', proof)}`);
    }
}

if (stale.length > 0) {
  console.error(`Not up to date: ${stale.join(', ')}. Run npm run compile and commit what it writes.`);
  process.exitCode = 1;
}
