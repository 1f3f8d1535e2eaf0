import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { sum } from './lab.ts';

const root = path.join(import.meta.dirname, '../../..');
const ran = promisify(execFile);

const simulates = async (...given: string[]) => {
  try {
    const { stdout, stderr } = await ran(process.execPath, ['commands/simulate.ts', ...given], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
};

describe('npm run simulate', () => {
  test('lets a campaign come to everybody at once', async () => {
    const { code, stdout } = await simulates('spring-letter', '--customers', '300', '--days', '3', '--json');
    expect(code).toBe(0);
    const { entered, steps, messages, transitions } = JSON.parse(stdout);
    expect({ entered, transitions }).toMatchObject({
      entered: { customers: 300, runs: 300 },
      transitions: { total: 0 },
    });
    const [{ sent, withheld }] = steps;
    expect(sent).toBe(messages.email);
    expect(sent + sum(withheld)).toBe(300);
  });

  test('prints a funnel, the same each time as JSON, and draws the flow', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'simulate-'));
    const svg = path.join(folder, 'flow.svg');
    const given = ['cart-abandonment', '--customers', '60', '--days', '10', '--seed', '3'];
    const [told, once, again] = await Promise.all([
      simulates(...given, '--svg', svg),
      simulates(...given, '--json', '--workers', '1'),
      simulates(...given, '--json'),
    ]);
    expect(told.code).toBe(0);
    expect(told.stdout).toMatch(/cart-abandonment {2}60 customers, 10 days, seed 3/);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg /);
    expect(once!.stdout).toBe(again!.stdout);
    expect(JSON.parse(once!.stdout)).toMatchObject({ journey: 'cart-abandonment', customers: 60, days: 10, seed: 3 });
    rmSync(folder, { recursive: true });
  });

  test.each([
    [['cart-abandonmnt'], /There is no journey `cart-abandonmnt`\. Did you mean `cart-abandonment`\?/],
    [['nothing-like-it'], /There is no journey `nothing-like-it`\. There are: .*cart-abandonment/],
    [
      ['cart-abandonment', '--customers', 'many'],
      /--customers <number>' argument 'many' is invalid\. Write a whole number from 1/,
    ],
    [['cart-abandonment', '--days', '0'], /argument '0' is invalid\. Write a whole number from 1 to 3,660/],
    [['cart-abandonment', '--log', 'no-such.ndjson'], /no-such\.ndjson\n {2}There is no such file/],
    [['cart-abandonment', '--behaviour', 'no-such.yaml'], /no-such\.yaml\n {2}There is no such file/],
    [['cart-abandonment', '--costumers', '3'], /unknown option '--costumers'/],
    [[], /missing required argument 'journey'/],
  ])('%j is refused in one sentence, and nothing is printed', async (given, told) => {
    const { code, stdout, stderr } = await simulates(...given);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(told);
    expect(stderr).not.toContain('    at ');
  });
});

test('a journey in any folder is given a behaviour to begin with, once; a mistake in it is told with its place', async () => {
  const around = mkdtempSync(path.join(tmpdir(), 'simulate-'));
  const folder = path.join(around, 'cart-abandonment');
  cpSync(path.join(root, 'state-machines/cart-abandonment'), folder, { recursive: true });
  const file = path.join(folder, 'simulate.yaml');

  expect((await simulates(folder, '--init')).code).toBe(0);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('after: reminder clicked');
  expect((await simulates(folder, '--init')).stderr).toMatch(/It is there already; nothing was written/);
  expect((await simulates(folder, '--customers', '20', '--json')).code).toBe(0);

  writeFileSync(file, text.replace('address: 97', 'adress: 97'));
  const { code, stdout, stderr } = await simulates(folder, '--customers', '20');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/simulate\.yaml:\d+:\d+\n {2}`adress` is not known here\. Did you mean `address`\?/);
  rmSync(around, { recursive: true });
});
