import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';

export type Options = {
  readonly customers: number | undefined;
  readonly days: number;
  readonly seed: number;
  readonly workers: number;
  readonly behaviour: string | undefined;
  readonly log: string | undefined;
  readonly json: boolean;
  readonly svg: string | undefined;
  readonly init: boolean;
};

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most)
      throw new InvalidArgumentError(`Write a whole number from ${least} to ${most.toLocaleString('en')}.`);
    return number;
  };

/** What `npm run simulate -- …` may be told. */
export const readOptions = (argv: readonly string[]): { readonly journey: string; readonly options: Options } => {
  const command = new Command('npm run simulate --')
    .description(
      'Carries many customers through a journey, or a campaign to them, on a virtual clock, and counts what becomes of them.',
    )
    .argument('<journey>', 'its name, or its folder')
    .option('--customers <number>', 'how many (100000)', whole(1, 100_000_000))
    .option('--days <number>', 'how long', whole(1, 3660), 30)
    .option('--seed <number>', 'what chance begins with: the same seed, the same result', whole(0, 2 ** 31), 1)
    .option('--behaviour <file>', 'how customers behave (simulate.yaml in its folder)')
    .option('--log <file>', 'a recorded log of signals, one JSON a line, instead of drawn customers')
    .option('--workers <number>', 'threads', whole(1, 256), availableParallelism())
    .option('--json', 'print the result as JSON', false)
    .option('--svg <file>', 'draw the flow')
    .option('--init', 'write the default behaviour to simulate.yaml, to begin with, and stop', false)
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists what there is)')
    .parse(argv);
  const [journey = ''] = command.args;
  return { journey, options: command.opts<Options>() };
};
