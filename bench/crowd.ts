import { spawn } from 'node:child_process';
import {
  BatchWriteItemCommand,
  DynamoDBClient,
  ListTablesCommand,
  QueryCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Command } from 'commander';
import { idsWith } from '../functions/aws/customer-id.ts';
import { startSegue, type Segue } from '../test/end-to-end/segue-process.ts';
import { browsing, pour } from './intake/browse.ts';
import { measured } from './intake/meter.ts';
import { heading, load, progress, row } from './intake/progress.ts';
import { whole } from './whole.ts';

/**
 * `npm run bench -- crowd`: whether the product is as quick with a million customers as with none. Signals are taken in and cards are
 * read, then `--customers N` are put into the tables, each the copy of one who was really taken in, then the same is done again.
 */
type Options = { readonly customers: number; readonly signals: number; readonly disk?: string };
const { customers, signals, disk } = new Command('npm run bench -- crowd')
  .option('--customers <number>', 'how many are put in', whole, 1_000_000)
  .option('--signals <number>', 'how many are taken in before and after', whole, 3000)
  .option('--disk <folder>', 'keep everything there, not in memory')
  .parse()
  .opts<Options>();

const account = (endpoint: string) =>
  ({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } }) as const;

/** Whoever is copied: what is known of them, in both tables, and how to make another of it. */
const example = async (segue: Segue) => {
  const [dynamodb, secrets] = [
    new DynamoDBClient(account(segue.aws)),
    new SecretsManagerClient(account(segue.aws)),
  ] as const;
  const traits = { email: 'crowd-x@example.com', firstName: 'Canaryname', timezone: 'UTC' };
  await pour(segue.aws, [{ type: 'identify', messageId: 'crowd-x', userId: 'crowd-x', traits }]);
  await segue.advance('PT2S');
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
  const found = SecretList.find(({ Name = '' }) => /CustomerKey/.test(Name))?.Name;
  if (found === undefined) throw new Error(`No customer key among ${SecretList.map(({ Name }) => Name).join(', ')}.`);
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: found }));
  const { idOf } = idsWith(SecretString);
  const id = idOf({ user: 'crowd-x' });
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  const partition = async (TableName: string) => {
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: `C#${id}` } },
      }),
    );
    return Items.map((item) => ({ TableName, text: JSON.stringify(item) }));
  };
  const rows = (await Promise.all(TableNames.map(partition))).flat();
  const copy = (n: number) =>
    rows.map(({ TableName, text }) => ({
      TableName,
      // The log's copies are marked as folded: nobody folds them again.
      Item: JSON.parse(text.replaceAll(id, idOf({ user: `crowd-${n}` })).replaceAll('crowd-x', `crowd-${n}`)),
    }));
  return { dynamodb, copy, isLog: (name: string) => /Log/.test(name) };
};

/** Each is two rows, and a call takes 25. */
const atOnce = 12;

const crowd = async (segue: Segue): Promise<void> => {
  const { dynamodb, copy, isLog } = await example(segue);
  const bar = progress(`${customers.toLocaleString('en')} customers move in`, customers);
  const from = Array.from({ length: Math.ceil(customers / atOnce) }, (_, n) => n * atOnce).values();
  const writer = async (): Promise<void> => {
    for (const first of from) {
      const some = Array.from({ length: Math.min(atOnce, customers - first) }, (_, n) => first + n);
      const RequestItems: Record<string, WriteRequest[]> = {};
      for (const { TableName, Item } of some.flatMap(copy)) {
        const row = isLog(TableName) ? { ...Item, folded: { BOOL: true } } : Item;
        (RequestItems[TableName] ??= []).push({ PutRequest: { Item: row } });
      }
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems }));
      bar.told(first + some.length);
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
  await segue.advance('PT2S');
  bar.end();
};

const cards = (segue: Segue, like: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const flags = [
      '--http',
      segue.http,
      '--like',
      like,
      '--customers',
      String(Math.min(customers, 1000)),
      '--reads',
      '500',
    ];
    const child = spawn(process.execPath, ['bench/run.ts', 'card', ...flags], { stdio: 'inherit' });
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error('The cards could not be read.'))));
  });

const intake = async (segue: Segue, name: string): Promise<number> => {
  const took = await measured(segue, async () => {
    await pour(segue.aws, browsing(name, signals, 1));
    await segue.advance('PT2S');
  });
  row(name, signals / took.seconds, (took.cpu / signals) * 1000);
  return signals / took.seconds;
};

const segue = await startSegue(...(disk === undefined ? ['--memory'] : ['--data', disk]));
try {
  await pour(segue.aws, browsing('few', 1000, 1));
  await segue.advance('PT2S');
  heading(`\n  ${load()}`, 'per second', 'CPU/1,000');
  const before = await intake(segue, 'signals, nobody there yet');
  await cards(segue, 'few-');
  const began = performance.now();
  await crowd(segue);
  const minutes = (performance.now() - began) / 60_000;
  console.log(`\n  ${customers.toLocaleString('en')} customers put in, in ${minutes.toFixed(1)} minutes\n`);
  heading(load(), 'per second', 'CPU/1,000');
  const after = await intake(segue, 'signals, all of them there');
  row('after beside before', `${(after / before).toFixed(2)} ×`);
  await cards(segue, 'crowd-');
} finally {
  await segue.stop();
}
