import { Command, InvalidArgumentError, Option } from 'commander';

export type StartOptions = {
  readonly memory: boolean;
  readonly data: string;
  readonly clock: 'virtual' | 'real';
  readonly awsPort: number;
  readonly httpPort: number;
  readonly demo: boolean;
  /** Settings of the stage, as `cdk deploy -c` takes them. */
  readonly context: Readonly<Record<string, string>>;
};

const port = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('Write a number from 0 to 65535.');
  return number;
};

const setting = (text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const [key = '', value] = text.split(/=(.*)/s);
  if (key === '' || value === undefined) throw new InvalidArgumentError('Write key=value.');
  return { ...before, [key]: value };
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
    .option('--context <key=value>', 'a setting of the stage, such as intake=bulk', setting, {})
    .option('--no-demo', 'start without playing the demo')
    .parse(argv)
    .opts<StartOptions>();
