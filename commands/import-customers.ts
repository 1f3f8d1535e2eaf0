import { Command } from 'commander';
import * as z from 'zod';
import { readMapping } from './import-customers/columns/read-mapping.ts';
import { checkFile, importFile, lookInto, type Source, writtenAt } from './import-customers/import-file.ts';
import { previewText } from './import-customers/report/preview.ts';
import { progressBar } from './import-customers/report/progress-bar.ts';
import { importApi, localToken, NotTaken, type Refusal } from './import-customers/send/import-api.ts';

/**
 * `npm run import:customers -- FILE`: customers of a CSV, of JSON line by line, or of a Pinpoint export, taken into the stack. Good
 * rows go through, the others into a file of their own; run again, it goes on where it broke off.
 */
const Options = z.object({
  map: z.string().optional(),
  preview: z.boolean().default(false),
  asOf: z.iso.datetime('write --as-of as an instant such as 2026-10-30T00:00:00Z').optional(),
  rejects: z.string().optional(),
  api: z.url('write --api as the address of the HTTP API').transform((url) => url.replace(/\/+$/, '')),
  token: z.string().optional(),
});
type Options = z.infer<typeof Options>;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const fail = (...lines: readonly string[]): void => {
  process.exitCode = 1;
  process.stderr.write(`${lines.join('\n')}\n`);
};

const firstRows = 5;
const mostShown = 20;

/** Counts rows that the stack did not take, and keeps those that are shown: a file may have any number. */
const refusals = () => {
  const first: Refusal[] = [];
  let count = 0;
  return {
    add(rows: readonly Refusal[], all = rows.length): void {
      count += all;
      first.push(...rows.slice(0, mostShown - first.length));
    },
    count: () => count,
    text: () => first.map(({ row, field, message }) => `  row ${row}: ${field}: ${message}`).join('\n'),
  };
};

const bring = async (source: Source, { api, token, rejects }: Options): Promise<void> => {
  const rejectsPath =
    rejects ??
    `${source.path.replace(/\.gz$/, '')}.rejects.${/\.(csv|tsv|txt)(\.gz)?$/i.test(source.path) ? 'csv' : 'ndjson'}`;
  const checked = await checkFile(source, rejectsPath);
  if (checked.rejected > 0)
    say(`${checked.rejected} of ${checked.rows} rows cannot be taken: ${rejectsPath} says why.`);
  if (checked.good === 0) return fail('There is nothing to import.');
  const bearer = token ?? process.env['SEGUE_TOKEN'] ?? (await localToken(api));
  if (bearer === undefined) return fail('Say who you are: --token, or SEGUE_TOKEN, with the scope segue/publisher.');
  const bar = progressBar(checked.good, process.stdout, () => performance.now());
  const refused = refusals();
  const before = { isDone: false };
  await importFile(source, checked, {
    api: importApi(api, bearer),
    onBegun: (begun) => {
      before.isDone = begun.isDone;
      refused.add(begun.errors, begun.refused);
      if (begun.rows > 0) bar.add(begun.rows + begun.refused);
    },
    onDone: (done) => {
      refused.add(done.refused);
      bar.add(done.rows + done.refused.length);
    },
  });
  bar.end();
  const taken = checked.good - refused.count();
  say(before.isDone ? `All ${taken} rows were imported before.` : `${taken} rows are imported.`);
  if (refused.count() > 0) fail(`${refused.count()} rows were not taken:`, refused.text());
};

const run = async (path: string, options: Options): Promise<void> => {
  const read = readMapping(options.map);
  if ('wrong' in read) return fail(...read.wrong);
  const { mapping } = read;
  const source = { path, mapping, asOf: options.asOf ?? mapping.asOf ?? writtenAt(path) };
  if (!options.preview) return bring(source, options);
  const { reading, first } = await lookInto(source, firstRows);
  say(previewText(reading, first, source.asOf));
};

const command = new Command('import:customers')
  .description('Customers of a CSV, of JSON line by line, or of a Pinpoint export: no journey begins with it.')
  .argument('<file>', '.csv, .tsv, .ndjson, .jsonl, .json; .gz as well')
  .option('--preview', 'how the columns map, and the first rows; nothing is sent')
  .option('--map <file>', 'YAML: what columns become')
  .option('--as-of <instant>', 'when rows without a date were true; else when the file was written')
  .option('--rejects <file>', 'where rows go that cannot be taken')
  .option('--api <url>', 'the HTTP API of the stack', process.env['SEGUE_API'] ?? 'http://127.0.0.1:8080')
  .option('--token <token>', 'an access token with the scope segue/publisher')
  .parse();

const options = Options.safeParse(command.opts());
const [file = ''] = command.args;
try {
  if (options.success) await run(file, options.data);
  else fail(z.prettifyError(options.error));
} catch (error) {
  if (error instanceof NotTaken) fail(error.message);
  else if (error instanceof Error && 'code' in error && error.code === 'ENOENT') fail(`${file} cannot be read.`);
  else throw error;
}
