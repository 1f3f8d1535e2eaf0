import { styleText } from 'node:util';
import { Command } from 'commander';
import { startGround } from '../test/faults/ground/aws.ts';
import { type Mutant, mutants } from '../test/faults/mutants.ts';
import { runSeeds } from '../test/faults/run-seeds.ts';
import { shrink } from '../test/faults/shrink.ts';
import { publishAll } from '../test/faults/story/journeys.ts';
import { tellStory, type Told } from '../test/faults/story/tell-story.ts';
import { whole } from './whole.ts';

/**
 * `npm run faults -- --seeds 20000 --from 1`: stories over the real functions and the real table in which calls to AWS break
 * in every way docs/faults.md names. `--mutants` puts a known bug into each of them and says which seed finds it; `--show`
 * tells the story of the first seed.
 */
type Options = { readonly seeds: number; readonly from: number; readonly mutants?: true; readonly show?: true };
const options = new Command('npm run faults --')
  .option('--seeds <number>', 'stories', whole, 1000)
  .option('--from <number>', 'the first seed', whole, 1)
  .option('--mutants', 'with a known bug each, until a seed finds it')
  .option('--show', 'tell the story of the first seed, call by call')
  .parse()
  .opts<Options>();
const { seeds, from } = options;

const bar = (done: number, rest: string): void => {
  if (!process.stdout.isTTY) return;
  const filled = Math.round((done / seeds) * 30);
  process.stdout.write(`\r  [${'#'.repeat(filled)}${'.'.repeat(30 - filled)}] ${done}/${seeds}, ${rest}   `);
};

const tally = (into: Map<string, number>, counts: ReadonlyMap<string, number>): void => {
  for (const [key, count] of counts) into.set(key, (into.get(key) ?? 0) + count);
};

/** One line for each way to break: how often, and at which calls. */
const printCoverage = (coverage: ReadonlyMap<string, number>): void => {
  const byFault = Map.groupBy(coverage, ([key]) => key.split('  ')[0] ?? '');
  for (const [fault, all] of [...byFault].toSorted(([a], [b]) => a.localeCompare(b))) {
    const calls = all.toSorted(([, a], [, b]) => b - a).map(([key, count]) => `${key.split('  ')[1]} ${count}`);
    console.log(`  ${fault.padEnd(20)} ${calls.join(', ')}`);
  }
};

const printStory = ({ plan, violations, trace }: Told): void => {
  console.log(`\n  ${styleText('bold', `seed ${plan.seed}`)}: the shortest story found`);
  for (const line of trace) console.log(`    ${line}`);
  for (const { promise, what } of violations) console.log(`  ${promise}: ${what}`);
};

/** How many broken promises are told call by call; the rest are a line each. */
const told = 3;

const hunt = async (): Promise<number> => {
  const coverage = new Map<string, number>();
  const found: Told[] = [];
  const began = performance.now();
  let [done, calls, messages, lasted] = [0, 0, 0, 0];
  const perSecond = (): string => `${(done / ((performance.now() - began) / 1000)).toFixed(1)} seeds/s`;
  await runSeeds(
    { from, seeds },
    {
      told: (story) => {
        done += 1;
        messages += story.messages;
        lasted += story.lasted;
        for (const count of story.coverage.values()) calls += count;
        tally(coverage, story.coverage);
        if (story.violations.length > 0) found.push(story);
        bar(done, `${found.length} violations, ${perSecond()}`);
      },
    },
  );
  console.log(
    `\n  ${perSecond()}, ${calls} calls to AWS, ${messages} messages, ${Math.round(lasted / 86_400_000)} days of customers`,
  );
  printCoverage(coverage);
  const byPromise = Map.groupBy(found, ({ violations }) => violations[0]?.promise ?? '');
  for (const [promise, stories] of byPromise)
    console.log(
      `  ${promise}: ${stories.length} seeds, ${stories
        .slice(0, 8)
        .map(({ plan }) => plan.seed)
        .join(' ')} …`,
    );
  for (const [first] of [...byPromise.values()].slice(0, told))
    if (first !== undefined) printStory(await shrink(first));
  return found.length;
};

const seekMutant = async ({ bug, breaks }: Mutant): Promise<string | undefined> => {
  let by: string | undefined;
  await runSeeds(
    { from, seeds },
    {
      bug,
      isAgain: true,
      told: ({ plan, violations }) => {
        const [first] = violations.filter(({ promise }) => breaks.includes(promise));
        if (first !== undefined) by ??= `found at seed ${plan.seed}: ${first.promise} ${first.what}`;
        return by !== undefined;
      },
    },
  );
  return by;
};

const seekMutants = async (): Promise<number> => {
  let survived = 0;
  for (const mutant of mutants) {
    const by = await seekMutant(mutant);
    if (by === undefined) survived += 1;
    console.log(`  ${mutant.name}: ${by ?? styleText('red', 'survived')}`);
  }
  return survived;
};

const stop = await startGround();
await publishAll();
if (options.show === true) {
  const { trace, violations } = await tellStory({ seed: from });
  console.log([...trace, ...violations.map(({ promise, what }) => `${promise}: ${what}`)].join('\n'));
} else if (options.mutants === true) {
  const survived = await seekMutants();
  if (survived > 0) process.exitCode = 1;
  console.log(`${mutants.length} mutants, ${survived} survived`);
} else {
  const violations = await hunt();
  if (violations > 0) process.exitCode = 1;
  console.log(`${seeds} seeds, ${violations} violations`);
}
await stop();
