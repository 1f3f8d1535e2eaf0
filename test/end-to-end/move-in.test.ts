import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Segue, startSegue } from './segue-process.ts';

const people = 2_000;
const wrong = 20;

let scratch: string;
let segue: Segue;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'segue-move-in-'));
  segue = await startSegue('--data', join(scratch, 'data'));
}, 120_000);
afterAll(async () => {
  await segue?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const write = (): string => {
  const lines = Array.from({ length: people + wrong }, (_, n) =>
    n % 101 === 100
      ? `p${n},no address,,yes`
      : `p${n},p${n}@example.com,${n % 7 === 0 ? '' : `+4917${10_000_000 + n}`},${n % 2 === 0 ? 'yes' : ''}`,
  );
  const file = join(scratch, 'people.csv');
  writeFileSync(file, `user_id,email,phone,email_opt_in\n${lines.join('\n')}\n`);
  return file;
};

const command = join(import.meta.dirname, '../../commands/import-customers.ts');
const importing = (file: string) => {
  const child = spawn(process.execPath, [command, file, '--api', segue.http, '--as-of', '2026-01-01T00:00:00Z']);
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  return { child, said: () => said, ended: once(child, 'exit').then(([code]) => code as number | null) };
};

const stateRows = async (): Promise<readonly Record<string, unknown>[]> => {
  const client = new DynamoDBClient({
    endpoint: segue.aws,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'x' },
  });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const rows: Record<string, unknown>[] = [];
  for (const TableName of TableNames.filter((name) => name.includes('State')))
    for await (const { Items = [] } of paginateScan({ client }, { TableName }))
      rows.push(...Items.map((row) => unmarshall(row)));
  return rows;
};

test('a file that breaks off twice is in wholly and once, its bad rows apart, and nobody hears of it', async () => {
  const file = write();
  const first = importing(file);
  // The command is killed when something is in, the ground with the next try under way.
  while (!first.said().includes('%') && first.child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 5));
  first.child.kill('SIGKILL');
  await first.ended;
  const second = importing(file);
  await new Promise((resolve) => setTimeout(resolve, 700));
  await segue.kill();
  second.child.kill('SIGKILL');
  await second.ended;
  segue = await startSegue('--data', join(scratch, 'data'));

  const third = importing(file);
  expect(await third.ended).toBe(0);
  expect(third.said()).toContain(`${wrong} of ${people + wrong} rows cannot be taken`);
  await segue.advance('PT1M');

  const rows = await stateRows();
  const profiles = rows.filter(({ sk }) => sk === 'PROFILE');
  expect(profiles).toHaveLength(people);
  const counted = profiles.map(({ body }) => JSON.parse(String(body)).seen['Identified'][0]);
  expect(counted.filter((count) => count !== 1)).toEqual([]);
  expect(profiles.filter(({ owed }) => owed !== undefined)).toEqual([]);
  expect(rows.filter(({ sk }) => /^(ENROL|SEND|WHY)#/.test(String(sk)))).toEqual([]);
  expect(await segue.executions()).toEqual([]);
  const granted = rows.filter(({ sk, consents }) => sk === 'GATE' && JSON.parse(String(consents)).email['*'].granted);
  expect(granted).toHaveLength(
    Array.from({ length: people + wrong }, (_, n) => n).filter((n) => n % 101 !== 100 && n % 2 === 0).length,
  );

  const fourth = importing(file);
  expect(await fourth.ended).toBe(0);
  expect(fourth.said()).toContain(`All ${people} rows were imported before.`);

  const rejects = `${file}.rejects.csv`;
  const [header, ...told] = readFileSync(rejects, 'utf8').trim().split('\n');
  expect(header).toBe('user_id,email,phone,email_opt_in,import_line,import_column,import_problem,import_proposal');
  expect(told).toHaveLength(wrong);
  expect(told[0]).toContain('p100,no address,,yes,102,email,This is no email address.,');
  // Corrected, they are a file like any other.
  writeFileSync(rejects, readFileSync(rejects, 'utf8').replaceAll('no address', 'right@example.com'));
  const fifth = importing(rejects);
  expect(await fifth.ended).toBe(0);
  expect(fifth.said()).toContain(`${wrong} rows are imported.`);
  expect(existsSync(`${rejects}.rejects.csv`)).toBe(false);
  await segue.advance('PT1M');
  expect((await stateRows()).filter(({ sk }) => sk === 'PROFILE')).toHaveLength(people + wrong);
}, 300_000);
