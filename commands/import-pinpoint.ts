import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { importFiles, type Import } from './import-pinpoint/import-files.ts';
import type { Fault } from './import-pinpoint/read/read-saved.ts';
import { summaryTable } from './import-pinpoint/report/summary-table.ts';

/**
 * `npm run import:pinpoint -- FILE…`: saved Pinpoint journeys, segments and templates as ours, with a report of what became
 * of every field. All files are read and checked before the first is written; with any mistake, nothing is.
 */
const Options = z.object({
  out: z.string(),
  force: z.boolean().default(false),
  json: z.boolean().default(false),
  topic: z.string(),
  transactionalTopic: z.string(),
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

const shown = (file: string): string => path.relative(process.cwd(), file) || file;

const readFile = (file: string): { readonly name: string; readonly text: string } | Fault => {
  try {
    return { name: shown(file), text: readFileSync(file, 'utf8') };
  } catch {
    return { file: shown(file), line: 1, column: 1, path: '', message: 'This file cannot be read.' };
  }
};

const tell = ({ file, line, column, path: where, message }: Fault): string =>
  `${file}:${line}:${column}${where === '' ? '' : ` ${where}`}\n  ${message}`;

const refuse = (faults: readonly Fault[], isJson: boolean): void => {
  process.exitCode = 1;
  if (isJson) return say(JSON.stringify({ faults }, null, 2));
  complain(faults.map(tell).join('\n\n'));
  complain(`\n${faults.length} ${faults.length === 1 ? 'mistake' : 'mistakes'}; nothing was written.`);
};

/** The draft and the journey are one thing: none is written where the other is, unless it is forced. */
const otherOf = (file: string): string =>
  file.endsWith('.draft.yaml') ? file.replace(/\.draft\.yaml$/, '.yaml') : file.replace(/\.yaml$/, '.draft.yaml');

const inTheWay = (out: string, { outputs }: Import): readonly string[] =>
  outputs.flatMap(({ path: file }) => {
    const whole = path.join(out, file);
    return [...new Set([whole, otherOf(whole)])].filter((each) => existsSync(each));
  });

const write = (out: string, { outputs }: Import): void => {
  for (const { path: file, text } of outputs) {
    const whole = path.join(out, file);
    mkdirSync(path.dirname(whole), { recursive: true });
    // What is complete takes the place of its draft; a draft never that of something complete.
    if (otherOf(whole).endsWith('.draft.yaml')) rmSync(otherOf(whole), { force: true });
    writeFileSync(whole, text);
  }
};

const draftsTold = ({ drafts, summaries }: Import): readonly string[] =>
  drafts.flatMap((name) => {
    const open = summaries.find((each) => each.kind === 'journey' && each.name === name)?.incomplete ?? [];
    const said = open.length === 1 ? '1 place is' : `${open.length} places are`;
    return [
      `\n${name} is a draft: ${said} to be completed before it can be published.`,
      ...open.map((each) => `  - ${each}`),
    ];
  });

const done = (out: string, result: Import, isJson: boolean): void => {
  const written = result.outputs.map(({ path: file }) => shown(path.join(out, file)));
  if (isJson) return say(JSON.stringify({ written, drafts: result.drafts, summaries: result.summaries }, null, 2));
  const files = written.map((file) => `  ${file}`);
  say([summaryTable(result.summaries), ...draftsTold(result), '\nWritten:', ...files].join('\n'));
};

const command = new Command('import:pinpoint')
  .description(
    'Saved Amazon Pinpoint journeys, segments and templates as ours, with a report of what became of every field.',
  )
  .argument('<files...>', 'JSON as `aws pinpoint get-journey`, `get-segment`, `get-email-template` … print it')
  .option('--out <folder>', 'where to write', path.join(import.meta.dirname, '..', 'state-machines'))
  .option('--force', 'write over what is there')
  .option('--json', 'say the result as JSON')
  .option('--topic <name>', 'the topic of marketing', 'promotions')
  .option('--transactional-topic <name>', 'the topic of transactional messages', 'service')
  .parse();

const { out, force, json, topic, transactionalTopic } = Options.parse(command.opts());
const read = command.args.map(readFile);
const missing = read.flatMap((file) => ('message' in file ? [file] : []));
const result = importFiles(
  read.flatMap((file) => ('text' in file ? [file] : [])),
  { topics: { marketing: topic, transactional: transactionalTopic }, now: Date.now() },
);

if ('faults' in result || missing.length > 0) refuse([...missing, ...('faults' in result ? result.faults : [])], json);
else {
  const taken = force ? [] : inTheWay(out, result);
  const message = 'This is there already; --force writes over it.';
  if (taken.length > 0)
    refuse(
      taken.map((file) => ({ file: shown(file), line: 1, column: 1, path: '', message })),
      json,
    );
  else {
    write(out, result);
    done(out, result, json);
  }
}
