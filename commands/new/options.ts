import { Argument, Command } from 'commander';

/** What `npm run new -- …` may be told. */
export const readOptions = (argv: readonly string[]): { readonly name: string } => {
  const command = new Command('npm run new --')
    .description('Writes something to start from.')
    .addArgument(new Argument('<what>', 'what to begin').choices(['journey']))
    .argument('<name>', 'lower-case words with hyphens: `trial-ending`')
    .allowExcessArguments(false)
    .showHelpAfterError('Write: npm run new -- journey trial-ending')
    .parse(argv);
  const [, name = ''] = command.args;
  return { name };
};
