import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { parse } from 'yaml';
import { compileCampaign, compileFolder, type Fault } from './compile-folder.ts';
import { draftsIn, whyDraft } from './drafts/drafts-in.ts';

/**
 * `npm run compile`: every journey, its messages and its state machine, and what is certain of its runs; every campaign. With any mistake,
 * nothing is written; warnings are told and stop nothing. Drafts are refused, with each place that is open in them; the other
 * journeys do not wait for that.
 * `--check` writes nothing at all and fails when something would change. `--country GB` and `--sms-price 0.04` (US dollars per
 * part) say where text messages go and what one costs there; without them it is the United States, at list price.
 */
const root = import.meta.dirname;
const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, country: { type: 'string' }, 'sms-price': { type: 'string' } },
});
const isCheck = options.check === true;
const { country, 'sms-price': price } = options;
if (country !== undefined && !/^[A-Z]{2}$/.test(country)) throw new Error('--country is two letters, such as GB.');
if (price !== undefined && !(Number(price) >= 0)) throw new Error('--sms-price is US dollars per part, such as 0.04.');
const prices = {
  ...(country === undefined ? {} : { country }),
  ...(price === undefined ? {} : { smsPart: Number(price) }),
};
const stale: string[] = [];

const topics = parse(readFileSync(path.join(root, 'topics.yaml'), 'utf8'));
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(path.join(root, entry.name, 'journey.yaml')))
  .map(({ name }) => path.join(root, name));

const tell = ({ file, line, column, message }: Fault): string =>
  `${styleText('bold', `${path.relative(process.cwd(), file)}:${line}:${column}`)}\n  ${message}`;

const around = path.join(root, '../campaigns');
const campaigns = globSync('*/campaign.yaml', { cwd: around }).map(path.dirname).toSorted();

const results = await Promise.all([
  ...folders.map((folder) => compileFolder(folder, topics, prices)),
  ...campaigns.map((name) => compileCampaign(path.join(around, name), root, topics)),
]);
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

for (const draft of draftsIn(root)) {
  console.error(`\n${styleText('yellow', 'draft')} ${whyDraft(draft)}`);
  for (const fault of draft.faults) console.error(tell({ ...fault, file: draft.file }));
}

if (stale.length > 0) {
  console.error(`Not up to date: ${stale.join(', ')}. Run npm run compile and commit what it writes.`);
  process.exitCode = 1;
}
