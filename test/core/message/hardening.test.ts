import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTemplate, messageData, renderMessage, unsafeLinkIn, type MessageData } from '#core/message';
import type { ProfileView } from '#core/profile';

const data = (profile: MessageData['profile'] = { firstName: 'Maya' }): MessageData => ({
  profile,
  cart: { items: 1, currency: 'EUR', url: 'https://shop.example/cart', products: [{ name: 'Boots', price: 49.9 }] },
  brand: { name: 'Northwind' },
  entry: { event: 'Product Added', properties: {} },
  steps: {},
});
const sms = (text: string, from = data()) => renderMessage({ channel: 'sms', text }, from);
const email = (html: string, from = data()) =>
  renderMessage({ channel: 'email', subject: 'Hi', html, text: 'Hi' }, from);
const said = (template: string, from = data()): string => {
  const rendered = sms(template, from);
  return rendered.ok && rendered.content.channel === 'sms' ? rendered.content.text : JSON.stringify(rendered);
};

describe('a template that would never end, or fill the memory, is given up', () => {
  const thousand = 'x'.repeat(1_000);
  test.each([
    ['an endless loop', '{% for i in (1..999999999) %}x{% endfor %}', 'render-failed'],
    [
      'loops in loops that say nothing',
      '{% for a in (1..1000) %}{% for b in (1..1000) %}{% for c in (1..1000) %}{% endfor %}{% endfor %}{% endfor %}x',
      'render-failed',
    ],
    ['ten megabytes', `{% for i in (1..10000) %}${thousand}{% endfor %}`, 'too-long'],
    [
      'ten megabytes kept aside',
      `{% capture a %}{% for i in (1..10000) %}${thousand}{% endfor %}{% endcapture %}x`,
      'too-long',
    ],
    [
      'a text that doubles',
      "{% assign a = 'x' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}x",
      'render-failed',
    ],
    [
      'a list that doubles',
      '{% assign a = cart.products %}{% for i in (1..60) %}{% assign a = a | concat: a %}{% endfor %}x',
      'render-failed',
    ],
    [
      'a replacement that grows',
      `{% assign a = 'x' %}{% for i in (1..9) %}{% assign a = a | replace: 'x', 'xxxxxxxxxx' %}{% endfor %}x`,
      'render-failed',
    ],
    ['ten thousand filters', `{{ 'x'${" | append: 'x'".repeat(10_000)} }}`, 'render-failed'],
    ['a slice of a hundred million letters', "{{ 'x' | slice: 0, 100000000 }}", 'render-failed'],
    ['a date format of ten thousand letters', `{{ '2026-01-05' | date: '${'%Y'.repeat(5_000)}' }}`, 'render-failed'],
    ['a locale that is none', "{{ 1 | money: 'EUR', 'nonsense-locale-and-more-of-it' }}", 'render-failed'],
    [
      'twenty thousand conditions inside one another',
      `${'{% if true %}'.repeat(20_000)}x${'{% endif %}'.repeat(20_000)}`,
      'render-failed',
    ],
    ['twenty thousand brackets', `{{ cart${'[cart'.repeat(20_000)}${']'.repeat(20_000)} }}`, 'render-failed'],
    ['a template of ten megabytes', 'x'.repeat(10_000_000), 'render-failed'],
  ])('%s', (_what, template, reason) => {
    expect(sms(template)).toMatchObject({ ok: false, reason });
  });

  test('ten megabytes of a page', () => {
    expect(email(`{% for i in (1..100000) %}<p>${'x'.repeat(100)}</p>{% endfor %}`)).toMatchObject({
      ok: false,
      reason: 'too-long',
    });
  });

  test('conditions more than 40 deep are named where they begin, before anybody gets the message', () => {
    const deep = (depth: number): string => `a\n${'{% if true %}'.repeat(depth)}x${'{% endif %}'.repeat(depth)}`;
    expect(checkTemplate(deep(40), 'text')).toEqual({ variables: [] });
    expect(checkTemplate(deep(41), 'text')).toEqual({
      fault: { message: expect.stringMatching(/more than 40 deep/), line: 2, column: 40 * 13 + 1 },
    });
    expect(checkTemplate('{% if a %}{% endif %}'.repeat(100), 'text')).toHaveProperty('variables');
  });
});

describe('data however large or deep ends in a message or a reason', () => {
  test.each([
    ['spaces', ' '.repeat(60_000)],
    ['line breaks', '\n'.repeat(60_000)],
    ['tags that never end', '<a '.repeat(20_000)],
    ['quotes', '"'.repeat(60_000)],
    ['equal signs', 'a='.repeat(30_000)],
  ])('60,000 characters of %s between two words', (_what, filler) => {
    const firstName = `a${filler}b`;
    const rendered = renderMessage(
      {
        channel: 'email',
        subject: 'Hi',
        html: '<a href="{{ cart.url }}" title="{{ profile.firstName }}">{{ profile.firstName | strip_html }}</a>',
        text: '{{ profile.firstName }}',
      },
      data({ firstName }),
    );
    expect(rendered.ok || rendered.reason === 'too-long').toBe(true);
  });

  test('lists inside lists, fifty thousand deep', () => {
    let deep: MessageData['profile'][string] = 'leaf';
    for (let i = 0; i < 50_000; i++) deep = [deep];
    expect(sms('{{ profile.deep }}', data({ deep }))).toMatchObject({ ok: false, reason: 'render-failed' });
  });

  test('a page of tags that never end is read once, and its link is found', () => {
    const open = '<a '.repeat(60_000);
    expect(unsafeLinkIn(open)).toBeUndefined();
    expect(unsafeLinkIn(`${open} href="javascript:x"`)).toBe('href');
    expect(unsafeLinkIn(`<a ${'b'.repeat(200_000)}>`)).toBeUndefined();
  });
});

describe('nothing but the own fields of the data can be read', () => {
  test.each([
    '{{ constructor }}',
    '{{ profile.constructor }}',
    '{{ profile.constructor.constructor }}',
    '{{ profile.firstName.constructor }}',
    '{{ profile.__proto__ }}',
    '{{ profile.toString }}',
    '{{ profile.hasOwnProperty }}',
    "{{ profile['constructor'] }}",
    "{{ profile['__proto__']['toString'] }}",
    "{% assign key = 'constructor' %}{{ profile[key] }}",
    '{{ cart.products.constructor }}',
    '{{ cart.products[0].valueOf }}',
    '{{ process }}',
    '{{ globalThis }}',
    '{{ this }}',
  ])('%s', (template) => {
    expect(sms(template)).toMatchObject({ ok: false, reason: 'missing-data' });
  });

  test.each(['map', 'where', 'sort', 'sum', 'has', 'uniq'])('not by the filter %s either', (filter) => {
    const seen = said(`{% assign a = cart.products | ${filter}: 'constructor' %}{{ a | join: ' ' }}!`);
    expect(seen).not.toMatch(/function|native code/i);
  });
});

describe('no file and no other template can be reached', () => {
  test.each([
    "{% include 'x' %}",
    "{% include '/etc/passwd' %}",
    "{% render '../../package.json' %}",
    "{% layout 'x' %}",
    '{% block x %}{% endblock %}',
    '{% tablerow i in (1..2) %}{% endtablerow %}',
    "{{ 'x' | raw }}",
    '{{ profile | json }}',
    '{{ profile | inspect }}',
    "{{ 'x' | find_exp: 'i', 'true' }}",
    "{{ cart.products | where_exp: 'i', 'true' }}",
    "{{ 'x' | sha256 }}",
    '{{ cart.products | sample }}',
  ])('%s', (template) => {
    expect(sms(template)).toMatchObject({ ok: false, reason: 'render-failed' });
    expect(checkTemplate(template, 'text')).toHaveProperty('fault');
  });
});

describe('what a customer is called stays what they are called', () => {
  test.each([
    '{{ profile.email }}',
    '{% for i in (1..9999999) %}x{% endfor %}',
    '{%',
    '{{',
    '}}',
    '{% raw %}',
    "{{ 'x' | upcase }}",
  ])('Liquid in it is text: %s', (firstName) => {
    expect(said('Hi {{ profile.firstName }}.', data({ firstName, email: 'secret@example.com' }))).toBe(
      `Hi ${firstName}.`,
    );
    expect(
      said('{% assign n = profile.firstName %}{% capture a %}{{ n }}{% endcapture %}{{ a }}', data({ firstName })),
    ).toBe(firstName);
  });

  test.each([
    '<b>x</b>',
    '<script>x</script>',
    '"><img src=x onerror=x>',
    '<!--',
    '</style>',
    '&lt;b&gt;',
    '<!--[if mso]>',
  ])('HTML in it is text: %s', (firstName) => {
    const rendered = email('<p title="{{ profile.firstName }}">{{ profile.firstName }}</p>', data({ firstName }));
    const html = rendered.ok && rendered.content.channel === 'email' ? rendered.content.html : '';
    expect(html.match(/[<>"]/g)?.join('')).toBe('<""><>');
  });

  const bare: ProfileView = {
    devices: [],
    traits: {},
    consent: {},
    cart: { items: 0, value: 0, products: [] },
    orders: { count: 0, value: 0 },
    seen: {},
  };
  const nameSaid = (firstName: string): unknown =>
    messageData({ ...bare, firstName }, { brand: { name: 'N' }, entry: {} }).profile['firstName'];

  test.each([
    'https://evil.example',
    'You won! http://evil.example/claim',
    'www.evil.example',
    'Win at evil.com',
    'evil.com/now',
    'mail me@evil.example',
    'javascript:alert(1)',
    'Maya\r\nBcc: all@example.com',
    'x'.repeat(65),
  ])('a link in it is not mailed: who writes %j is no name', (firstName) => {
    expect(nameSaid(firstName)).toBeUndefined();
  });

  test.each(['Maya', 'Dr. Maya', 'Jean-Luc', "O'Neil", 'J. R. R.', 'Михаил', '美咲', 'María José', 'Maya 😀'])(
    'a name is one: %s',
    (firstName) => expect(nameSaid(firstName)).toBe(firstName),
  );
});

describe('a header is one line', () => {
  test.each(['\r\nBcc: all@example.com', '\nSubject: other', '\u2028x', '\u0000x', '\u0085x'])(
    'a subject with %j in the data',
    (firstName) => {
      const rendered = renderMessage(
        { channel: 'email', subject: 'Hi {{ profile.firstName }}', html: 'x', text: 'x' },
        data({ firstName }),
      );
      const subject = rendered.ok && rendered.content.channel === 'email' ? rendered.content.subject : '\n';
      expect(subject).toMatch(/^Hi [^\p{Cc}\u2028\u2029]+$/u);
    },
  );
});

test('whatever the template and the data are, there is an answer', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    'profile',
    '.firstName',
    '|',
    'append:',
    'for i in',
    '(1..3)',
    'endfor',
    'if',
    'endif',
    "'",
    '"',
    ' ',
    '<a href=',
    '>',
    'capture x',
    'endcapture',
    'assign y =',
    '[',
    ']',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), fc.string(), (parts, firstName) => {
      const template = parts.join('');
      expect(typeof sms(template, data({ firstName })).ok).toBe('boolean');
      expect(typeof email(template, data({ firstName })).ok).toBe('boolean');
      checkTemplate(template, 'html');
    }),
  );
});
