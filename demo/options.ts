import { Command, InvalidArgumentError, Option } from 'commander';

export type StartOptions = {
  readonly memory: boolean;
  readonly data: string;
  readonly clock: 'virtual' | 'real';
  readonly awsPort: number;
  readonly httpPort: number;
  readonly demo: boolean;
};

const port = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('Write a number from 0 to 65535.');
  return number;
};

/** What `npm start -- …` may be told. */
export const readOptions = (argv: readonly string[]): StartOptions =>
  new Command('npm start --')
    .description(
      'Runs Segue on this machine: the deployed stack, its functions and its state machines, behind AWS endpoints.',
    )
    .option('--memory', 'keep nothing on disk', false)
    .option('--data <folder>', 'where everything is kept', '.segue/data')
    .addOption(
      new Option('--clock <kind>', 'virtual time moves when you say so')
        .choices(['virtual', 'real'])
        .default('virtual'),
    )
    .option('--aws-port <port>', 'where AWS SDKs and the AWS CLI find it', port, 4566)
    .option('--http-port <port>', 'the HTTP API and the page', port, 8080)
    .option('--no-demo', 'start without playing the demo')
    .parse(argv)
    .opts<StartOptions>();
