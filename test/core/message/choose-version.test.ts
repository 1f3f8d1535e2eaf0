import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawsOf } from '#core/journey';
import { chooseVersion, lookupLocale, renderMessage, type MessageDocument, type SmsDocument } from '#core/message';

describe('the language a customer reads', () => {
  const tags = ['de', 'de-CH', 'pt-BR', 'zh-Hant', 'en'];
  test.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['de-CH', 'de-CH'],
    ['de-CH-1996', 'de-CH'],
    ['DE_at', 'de'],
    ['de_CH.UTF-8', 'de-CH'],
    ['zh-Hant-CN-x-private1-private2', 'zh-Hant'],
    ['zh-Hans', undefined],
    ['pt', undefined],
    ['pt-PT', undefined],
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'en'],
    [['it', 'de-AT'], 'de'],
    ['*', undefined],
    ['', undefined],
    [undefined, undefined],
    [42, undefined],
    [{ toString: 'de' }, undefined],
    ['de'.repeat(100_000), undefined],
    ['constructor', undefined],
  ])('%j finds %j', (locale, found) => {
    expect(lookupLocale(locale, tags)).toBe(found);
  });

  test('is one of those there are, or none, whatever was said', () => {
    fc.assert(
      fc.property(fc.anything(), (locale) => {
        expect([...tags, undefined]).toContain(lookupLocale(locale, tags));
      }),
    );
  });
});

const version = (text: string, more: Partial<SmsDocument> = {}): SmsDocument => ({ channel: 'sms', text, ...more });
const chosen = (document: MessageDocument, locale: unknown, draw: (words: string) => number = () => 0.5) =>
  chooseVersion(document, { message: 'hello', locale, draw });

describe('a message in several languages', () => {
  const hello = version('Hello', {
    versions: [version('Hallo', { locale: 'de' }), version('Grüezi', { locale: 'de-CH' })],
  });

  test.each([
    ['de-AT', 'Hallo'],
    ['de-CH', 'Grüezi'],
    ['fr', 'Hello'],
    [undefined, 'Hello'],
  ])('says it to a reader of %s: %s', (locale, text) => {
    expect(chosen(hello, locale).document).toMatchObject({ text });
  });

  test('writes amounts and months as that language does', () => {
    const text = "{{ 1234.5 | money: 'EUR' }}, {{ '2026-03-05' | date }}";
    const render = (document: MessageDocument): unknown => {
      const rendered = renderMessage(document, { profile: {}, cart: {}, brand: {}, entry: {}, steps: {} });
      return rendered.ok ? rendered.content : rendered;
    };
    expect(render(version(text))).toMatchObject({ text: '€1,234.50, 5 March 2026' });
    expect(render(version(text, { locale: 'de' }))).toMatchObject({ text: '1.234,50\u00A0€, 5 März 2026' });
  });
});

describe('a message in several wordings', () => {
  const two = version('A', { variant: 'a', versions: [version('B', { variant: 'b' })] });
  const customers = Array.from({ length: 4_000 }, (_, index) => drawsOf(`customer-${index}`));
  const shareOf = (document: MessageDocument, variant: string): number =>
    customers.filter((draw) => chosen(document, undefined, draw).variant === variant).length / customers.length;

  test('gives a customer always the same one', () => {
    for (const draw of customers.slice(0, 50))
      expect(chosen(two, undefined, draw)).toEqual(chosen(two, undefined, draw));
  });

  test('gives them to as many as is declared, and to as many each where nothing is', () => {
    expect(shareOf(two, 'a')).toBeCloseTo(0.5, 1);
    const shared = version('A', { variant: 'a', share: 80, versions: [version('B', { variant: 'b', share: 20 })] });
    expect(Math.abs(shareOf(shared, 'b') - 0.2)).toBeLessThan(0.03);
    const stopped = version('A', { variant: 'a', share: 100, versions: [version('B', { variant: 'b', share: 0 })] });
    expect(shareOf(stopped, 'b')).toBe(0);
  });

  test('takes customers only to the wording that is added', () => {
    const three = { ...two, versions: [...(two.versions ?? []), version('C', { variant: 'c' })] };
    const moved = customers.filter((draw) => {
      const [before, after] = [chosen(two, undefined, draw).variant, chosen(three, undefined, draw).variant];
      return before !== after && after !== 'c';
    });
    expect(moved).toEqual([]);
    expect(Math.abs(shareOf(three, 'c') - 1 / 3)).toBeLessThan(0.03);
  });

  test('is drawn apart from other messages, and alike on every channel', () => {
    const email: MessageDocument = {
      channel: 'email',
      subject: 'A',
      html: 'A',
      text: 'A',
      variant: 'a',
      versions: [{ channel: 'email', subject: 'B', html: 'B', text: 'B', variant: 'b' }],
    };
    const other = customers.map((draw) => chooseVersion(two, { message: 'bye', locale: 'en', draw }).variant);
    const here = customers.map((draw) => chosen(two, 'en', draw).variant);
    expect(customers.map((draw) => chosen(email, 'en', draw).variant)).toEqual(here);
    expect(Math.abs(here.filter((variant, index) => variant === other[index]).length / here.length - 0.5)).toBeLessThan(
      0.05,
    );
  });

  test('comes in the language of the reader first: a wording that is not translated is not sent to them', () => {
    const german = {
      ...two,
      versions: [...(two.versions ?? []), version('A auf Deutsch', { variant: 'a', locale: 'de' })],
    };
    for (const draw of customers.slice(0, 50))
      expect(chosen(german, 'de-AT', draw)).toMatchObject({ locale: 'de', variant: 'a' });
  });

  test('says nothing of a wording where there is only one', () => {
    expect(chosen(version('x'), 'de')).not.toHaveProperty('variant');
  });
});
