import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { startEngine } from '../../../local/dynamodb/engine/start-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'engine-'));
afterAll(() => rmSync(folder, { recursive: true }));

const answers = (endpoint: string) =>
  fetch(endpoint).then(
    () => true,
    () => false,
  );

const eventually = async (holds: () => Promise<boolean>) => {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return true;
    await sleep(20);
  }
  return false;
};

test('an engine in memory leaves nothing behind when stopped', async () => {
  const engine = await startEngine({ folder: ':memory:', note: () => {} });
  expect(await engine.call('DynamoDB_20120810.ListTables', {})).toEqual({ TableNames: [] });
  expect(existsSync(engine.databasePath!)).toBe(true);
  await engine.stop();
  expect(existsSync(engine.databasePath!)).toBe(false);
  expect(await answers(engine.endpoint)).toBe(false);
});

test('the engine ends when its parent is killed, and the next start removes what it left', async () => {
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'hold-engine.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [endpoint = '', database = ''] = await new Promise<string[]>((said) =>
    holder.stdout.once('data', (data: Buffer) => said(data.toString().trim().split(' '))),
  );
  expect(await answers(endpoint)).toBe(true);
  const ended = new Promise((done) => holder.once('exit', done));
  holder.kill('SIGKILL');
  await ended;
  expect(await eventually(async () => !(await answers(endpoint)))).toBe(true);
  const next = await startEngine({ folder: ':memory:', note: () => {} });
  expect(existsSync(database)).toBe(false);
  await next.stop();
});

test('a data folder keeps its tables', async () => {
  const table = {
    TableName: 'things',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  };
  const first = await startEngine({ folder: join(folder, 'kept'), note: () => {} });
  await first.call('DynamoDB_20120810.CreateTable', table);
  await first.stop();
  const second = await startEngine({ folder: join(folder, 'kept'), note: () => {} });
  expect(await second.call('DynamoDB_20120810.ListTables', {})).toEqual({ TableNames: ['things'] });
  await second.stop();
});

test('an engine that dies is noted, and calls say so', async () => {
  const notes: string[] = [];
  const engine = await startEngine({ folder: ':memory:', note: (line) => notes.push(line) });
  const { execFileSync } = await import('node:child_process');
  const pids = execFileSync('pgrep', ['-f', `db-path ${engine.databasePath}`])
    .toString()
    .trim()
    .split('\n');
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  expect(await eventually(async () => notes.length > 0)).toBe(true);
  expect(notes[0]).toContain('ended unexpectedly');
  await expect(engine.call('DynamoDB_20120810.ListTables', {})).rejects.toMatchObject({ code: 'InternalServerError' });
  await engine.stop();
});

test('another DynamoDB may be used instead', async () => {
  const real = await startEngine({ folder: ':memory:', note: () => {} });
  const other = await startEngine({ folder, endpoint: real.endpoint, note: () => {} });
  expect(await other.call('DynamoDB_20120810.ListTables', {})).toEqual({ TableNames: [] });
  expect(other.databasePath).toBeUndefined();
  await other.stop();
  expect(await answers(real.endpoint)).toBe(true);
  await real.stop();
});
