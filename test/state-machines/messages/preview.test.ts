import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Options } from '../../../commands/preview/options.ts';
import { writePreview } from '../../../commands/preview/write-preview.ts';
import { email } from './published-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'segue-preview-'));
  mkdirSync(path.join(folder, 'messages'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (files: Readonly<Record<string, string>>): void =>
  Object.entries(files).forEach(([name, text]) => writeFileSync(path.join(folder, name), text));
const run = async (journey: string, message: string | undefined, more: Partial<Options> = {}) => {
  const out = path.join(folder, 'out');
  const options = { profile: undefined, locale: undefined, variant: undefined, ...more, out };
  const { lines, isComplete } = await writePreview(journey, message, options);
  return { isComplete, said: stripVTControlCharacters(lines.join('\n')), out };
};
const written = (name: string): string => readFileSync(path.join(folder, 'out', name), 'utf8');

describe('a preview', () => {
  test('of a shipped email is a page and a text, and of an SMS what it costs', async () => {
    const reminder = await run('cart-abandonment', 'cart-reminder');
    expect(reminder).toMatchObject({ isComplete: true });
    expect(reminder.said).toMatch(/Subject {4}Alexandra, you left something/);
    expect(reminder.said).toMatch(/Preheader {2}Merino Trail Running Jacket and more/);
    expect(reminder.said).toMatch(/KB of HTML, \d links/);
    expect(readdirSync(reminder.out)).toEqual(['cart-reminder.email.html', 'cart-reminder.email.txt']);
    expect(written('cart-reminder.email.html')).toMatch(/^<!doctype html>[\s\S]*Wool Socks[\s\S]*\$182\.40/);
    expect(written('cart-reminder.email.txt')).toMatch(/Return to your cart <https:\/\/shop\.example\/cart>/);
    const call = await run('cart-abandonment', 'last-call');
    expect(call.said).toMatch(/1 SMS, \d+ characters in GSM-7, about \$0\.0088 to the United States/);
    expect(readdirSync(call.out)).toEqual(expect.arrayContaining(['last-call.sms.txt', 'last-call.push.txt']));
  });

  test('is of the customer one gives, in the language they read, in every wording', async () => {
    write({
      'messages/hi.email.mjml': email('Hello {{ profile.firstName }}'),
      'messages/hi.de.email.mjml': email('Hallo {{ profile.firstName }}', 'subject: Hallo', ' lang="de"'),
      'messages/hi.b.email.mjml': email('Hey {{ profile.firstName }}'),
      'maya.json': JSON.stringify({
        userId: 'm',
        firstName: 'Maya',
        traits: { locale: 'de-AT' },
        cart: { items: 0, products: [] },
      }),
    });
    const profile = path.join(folder, 'maya.json');
    const german = await run(folder, 'hi', { profile });
    expect(german).toMatchObject({ isComplete: true });
    expect(german.said).toMatch(/warning .*hi\.b\.email\.mjml:1:1\n {2}there is no text in German/);
    expect(written('hi.a.de.email.txt')).toBe('Hallo Maya\n');
    expect(written('hi.b.email.txt')).toBe('Hey Maya\n');
    rmSync(german.out, { recursive: true });
    expect(await run(folder, 'hi', { profile, locale: 'en', variant: 'a' })).toMatchObject({ isComplete: true });
    expect(readdirSync(german.out)).toEqual(['hi.a.email.html', 'hi.a.email.txt']);
  });

  test('is of what the steps before it heard, where one gives that', async () => {
    const ask = { event: { properties: { color: 'red' } } };
    write({
      'messages/hi.sms.liquid': 'In {{ steps.ask.event.properties.color }}',
      'x.json': JSON.stringify({ steps: { ask } }),
    });
    const { said } = await run(folder, 'hi', { profile: path.join(folder, 'x.json') });
    expect(said).toMatch(/Text {7}In red/);
    expect((await run(folder, 'hi')).said).toMatch(/missing-data/);
  });

  test('of a campaign is of its one message, for a customer as their card shows them', async () => {
    const card = {
      customer: 'c',
      identity: { userId: 'm', firstName: 'Maya', devices: [], seenUnder: {}, joined: [] },
      stage: { is: 'retention' },
      traits: {},
      cart: { items: 0, value: 0, products: [] },
      orders: { count: 0, value: 0 },
      consents: { now: [] },
    };
    write({ 'card.json': JSON.stringify(card) });
    const spring = await run('spring-letter', undefined, { profile: path.join(folder, 'card.json') });
    expect(spring).toMatchObject({ isComplete: true });
    expect(written('spring.email.txt')).toContain('Hi Maya, the new season is in.');
    expect((await run('spring-leter', undefined)).said).toContain('Did you mean `spring-letter`?');
    expect((await run('cart-abandonment', undefined)).said).toContain('There are: cart-reminder, last-call.');
  });

  test('in a language that is not there says who gets what', async () => {
    const { isComplete, said } = await run('cart-abandonment', 'last-call', { locale: 'de-AT' });
    expect(isComplete).toBe(true);
    expect(said).toMatch(/Language {3}there is no text in de-AT: its readers get this one/);
  });

  test('of a message that lacks data says which, and what to do', async () => {
    write({ 'messages/hi.sms.liquid': 'Hi {{ profile.traits.city }}', 'x.json': '{}' });
    const { isComplete, said } = await run(folder, 'hi', { profile: path.join(folder, 'x.json') });
    expect(isComplete).toBe(false);
    expect(said).toMatch(/would not be sent \(missing-data\).*profile\.traits\.city.*--profile/);
  });
});

describe('a mistake is named', () => {
  test.each([
    ['cart-abandonmen', 'x', {}, /no journey `cart-abandonmen`\. Did you mean `cart-abandonment`/],
    ['cart-abandonment', 'cart-remnder', {}, /no message `cart-remnder` in .*Did you mean `cart-reminder`/],
    ['cart-abandonment', 'last-call', { variant: 'b' }, /no such wording\. It has one wording on sms/],
    ['cart-abandonment', 'last-call', { profile: 'nowhere.json' }, /nowhere\.json\n {2}There is no such file/],
  ])('%s %s %j', async (journey, message, options, told) => {
    const { isComplete, said } = await run(journey, message, options);
    expect(isComplete).toBe(false);
    expect(said).toMatch(told);
  });

  test.each([
    ['{', /This is no JSON/],
    ['{"fristName":"x"}', /`fristName` is not known here\. Did you mean `firstName`/],
    ['{"cart":{"products":"x"}}', /`cart\.products`: /],
    ['[]', /./],
  ])('in the file of a customer: %s', async (text, message) => {
    write({ 'x.json': text });
    const { isComplete, said } = await run('cart-abandonment', 'last-call', { profile: path.join(folder, 'x.json') });
    expect(isComplete).toBe(false);
    expect(said).toMatch(message);
  });

  test('in the message itself, where it stands', async () => {
    write({ 'messages/hi.sms.liquid': '{{ brand.nam }}' });
    const { isComplete, said } = await run(folder, 'hi');
    expect(isComplete).toBe(false);
    expect(said).toMatch(/messages\/hi\.sms\.liquid:1:4\n {2}no message can read "brand\.nam"; did you mean/);
  });
});

describe('the command', () => {
  const typed = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['commands/preview.ts', ...args], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });

  test('says what there is', () => {
    const { stdout } = typed('--help');
    for (const said of ['<journey>', '[message]', '--profile', '--locale', '--variant', '--out'])
      expect(stdout).toContain(said);
  });

  test('fails when nothing can be shown, and says why without a stack', () => {
    const { status, stderr } = typed('cart-abandonmen', 'x');
    expect(status).toBe(1);
    expect(stderr).toMatch(/Did you mean/);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(typed('cart-abandonment').stderr).toMatch(/Say which message\. There are: cart-reminder, last-call/);
  });
});
