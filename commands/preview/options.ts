import { Command } from 'commander';

export type Options = {
  readonly profile: string | undefined;
  readonly locale: string | undefined;
  readonly variant: string | undefined;
  readonly out: string;
};

/** What `npm run preview -- …` may be told. */
export const readOptions = (
  argv: readonly string[],
): { readonly journey: string; readonly message: string | undefined; readonly options: Options } => {
  const command = new Command('npm run preview --')
    .description('Writes what one customer would get of a message, on every channel, and sends nothing.')
    .argument('<journey>', 'the name of a journey or a campaign, or its folder')
    .argument('[message]', 'its name: `cart-reminder`; not needed where there is one')
    .option(
      '--profile <file>',
      'the customer as JSON, and if you like the `entry` and `brand` of the run; a sample otherwise',
    )
    .option('--locale <tag>', 'the language the customer reads: de, de-AT')
    .option('--variant <letter>', 'one wording; all of them otherwise')
    .option('--out <folder>', 'where to write', '.segue/preview')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists what there is)')
    .parse(argv);
  const [journey = '', message] = command.args;
  return { journey, message, options: command.opts<Options>() };
};
