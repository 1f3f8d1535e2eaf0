import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { styleText } from 'node:util';
import { behaviourText } from './simulate/behaviour/behaviour-text.ts';
import { defaultBehaviour } from './simulate/behaviour/default-behaviour.ts';
import { forLog } from './simulate/behaviour/for-log.ts';
import { readBehaviour } from './simulate/behaviour/read-behaviour.ts';
import { loadJourney } from './simulate/input/load-journey.ts';
import { Misread } from './simulate/input/misread.ts';
import { type Options, readOptions } from './simulate/input/options.ts';
import { drawFlow } from './simulate/picture/draw-flow.ts';
import { buildReport, type Report } from './simulate/report/build-report.ts';
import { printReport } from './simulate/report/print-report.ts';
import { progressOf } from './simulate/report/progress.ts';
import { readLog } from './simulate/run/read-log.ts';
import { simulate } from './simulate/run/simulate.ts';

/** `npm run simulate -- JOURNEY`: what would become of many customers, before anybody is written to. */
const out = (text: string): void => void process.stdout.write(text);
const relative = (file: string): string => path.relative(process.cwd(), file);

const written = (file: string, text: string): void => {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Misread(file, `This file cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const show = (report: Report, { json, svg }: Options): void => {
  if (svg !== undefined) written(svg, drawFlow(report));
  out(json ? `${JSON.stringify(report, null, 2)}\n` : `${printReport(report)}\n`);
  if (svg !== undefined && !json) out(`  The flow is drawn in ${svg}\n\n`);
};

const main = async (): Promise<void> => {
  const { journey: named, options } = readOptions(process.argv);
  const { folder, published, begins } = await loadJourney(named);
  const [{ journey: live }] = published;
  // Nobody comes to a campaign by themselves.
  const journey = begins === undefined ? live : { ...live, triggers: [] };
  const file = options.behaviour ?? path.join(folder, 'simulate.yaml');
  for (const each of [options.behaviour, options.log])
    if (each !== undefined && !existsSync(each)) throw new Misread(each, 'There is no such file.');
  if (options.init) {
    if (existsSync(file)) throw new Misread(relative(file), 'It is there already; nothing was written.');
    written(file, behaviourText(defaultBehaviour(journey)));
    return out(`${relative(file)} says how customers behave. Change it, then simulate again.\n`);
  }
  const given = readBehaviour(relative(file), journey);
  const log = options.log === undefined ? undefined : readLog(options.log);
  const { days, seed, workers } = options;
  const behaviour = log === undefined ? given : forLog(given, journey, log.from);
  const customers = Math.min(options.customers ?? 100_000, log?.customers.length ?? Infinity);
  const progress = progressOf(customers, {
    isTTY: process.stderr.isTTY,
    write: (text) => void process.stderr.write(text),
  });
  const source = options.log === undefined ? {} : { log: options.log };
  const begun = begins === undefined ? {} : { begins };
  const tally = await simulate({ published, behaviour, seed, days, ...begun, ...source, customers, workers, progress });
  // A campaign has no state machine.
  const paid = begins === undefined ? tally : { ...tally, transitions: 0 };
  show(buildReport(journey, paid, { days, seed }), options);
};

main().catch((error: unknown) => {
  const place = error instanceof Misread ? `${styleText('bold', error.place)}\n  ` : '';
  process.stderr.write(`${place}${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
