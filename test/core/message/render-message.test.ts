import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMessage, unsafeLinkIn, type EmailDocument, type MessageData, type SmsDocument } from '#core/message';

const data = (more: object = {}): MessageData => ({
  profile: { firstName: 'Maya' },
  cart: { items: 1, currency: 'EUR', url: 'https://shop.example/cart', products: [{ name: 'Boots', price: 49.9 }] },
  brand: { name: 'Northwind' },
  entry: { event: 'Product Added', properties: {} },
  steps: {},
  ...more,
});
const sms = (text: string): SmsDocument => ({ channel: 'sms', text });
const email = (html: string, more: Partial<EmailDocument> = {}): EmailDocument => ({
  channel: 'email',
  subject: 'Hello',
  text: 'Hello',
  html,
  ...more,
});
const textOf = (template: string, from: MessageData = data()): unknown => {
  const rendered = renderMessage(sms(template), from);
  return rendered.ok && rendered.content.channel === 'sms' ? rendered.content.text : rendered;
};
const htmlOf = (html: string, from: MessageData = data()): unknown => {
  const rendered = renderMessage(email(html), from);
  return rendered.ok && rendered.content.channel === 'email' ? rendered.content.html : rendered;
};

/** Texts an attacker would choose, with what the parser and the browser react to strewn in. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.constantFrom('<script>', '"', "'", '>', '&#106;', '{{', '{%', '\r\n', '\u0000', ' onload='),
    ),
  )
  .map((parts) => parts.join(''));

describe('a message is rendered', () => {
  test('with the customer data in it', () => {
    expect(
      textOf('{{ brand.name }}: {{ profile.firstName }}, {{ cart.products[0].price | money: cart.currency }}'),
    ).toBe('Northwind: Maya, €49.90');
  });

  test('the same twice, since a template has no clock and no chance', () => {
    for (const template of ["{{ 'now' | date: '%Y' }}", "{{ 'today' | date }}", '{{ cart.products | sample }}']) {
      expect(textOf(template)).toMatchObject({ ok: false, reason: 'render-failed' });
    }
    expect(textOf("{{ '2026-01-05T23:30:00Z' | date: '%A %-d %B %Y, %H:%M', 'Europe/Paris' }}")).toBe(
      'Tuesday 6 January 2026, 00:30',
    );
  });
});

describe('a message is refused with a reason', () => {
  test.each([
    ['{{ profile.lastName }}', 'missing-data'],
    ['{{ profile.constructor }}', 'missing-data'],
    ['{{ profile.__proto__ }}', 'missing-data'],
    ['{{ cart.products[0]["constructor"] }}', 'missing-data'],
    ['{% include "/etc/passwd" %}', 'render-failed'],
    ['{% render "x" %}', 'render-failed'],
    ['{% layout "x" %}', 'render-failed'],
    ['{{ profile.firstName | raw }}', 'render-failed'],
    ['{{ profile.firstName | money }}', 'render-failed'],
    ['{% if %}', 'render-failed'],
    ['{{ unclosed', 'render-failed'],
    ['{% for i in (1..100000000) %}x{% endfor %}', 'render-failed'],
    ['{% for i in (1..1800) %}x{% endfor %}', 'too-long'],
    ['  {% if cart.id %}cart{% endif %}', 'empty'],
  ])('%s → %s', (template, reason) => {
    expect(textOf(template)).toMatchObject({ ok: false, reason });
  });

  test('which names the variable and never a value', () => {
    const refused = renderMessage(sms('{{ profile.firstName | money }}{{ profile.lastName }}'), data());
    expect(refused).toMatchObject({ ok: false });
    expect(JSON.stringify(refused)).not.toContain('Maya');
    expect(renderMessage(sms('\n {{ profile.lastName }}'), data())).toMatchObject({
      message: expect.stringContaining('profile.lastName, line:2'),
    });
  });
});

describe('customer data cannot become part of the page', () => {
  test('whatever it is, the page has the tags its author wrote', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const html = htmlOf(
          '<p title="{{ profile.firstName }}">{{ profile.firstName }}</p>',
          data({ profile: { firstName: name } }),
        );
        expect(String(html).match(/[<>"]/g)?.join('')).toBe('<""><>');
      }),
    );
  });

  test('whatever it is, a subject stays one line', () => {
    fc.assert(
      fc.property(hostile, (firstName) => {
        const rendered = renderMessage(
          email('x', { subject: 'For {{ profile.firstName }}' }),
          data({ profile: { firstName } }),
        );
        const subject = rendered.ok && rendered.content.channel === 'email' ? rendered.content.subject : '';
        expect(subject).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  test.each([
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    '&#106;avascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'http://shop.example',
    '//evil.example',
    '/relative',
    'https:evil',
    '',
  ])('a link to %j is refused', (url) => {
    const link = data({ cart: { url } });
    for (const html of [
      '<a href="{{ cart.url }}">x</a>',
      "<A HREF = '{{ cart.url }}'>x</A>",
      '<img alt="a>b" src="{{ cart.url }}">',
      '<svg><a xlink:href="{{ cart.url }}"/></svg>',
      '<!--[if mso]><v:fill src="{{ cart.url }}" /><![endif]-->',
    ]) {
      expect(htmlOf(html, link)).toMatchObject({ ok: false, reason: 'unsafe-link' });
    }
    const push = renderMessage({ channel: 'push', title: 'a', body: 'b', link: '{{ cart.url }}' }, link);
    expect(push.ok).toBe(false);
  });

  test.each(['https://shop.example/cart?a=1&b=2', 'mailto:care@shop.example', 'HTTPS://SHOP.EXAMPLE/'])(
    'a link to %s is followed',
    (url) => expect(htmlOf('<a href="{{ cart.url }}">x</a>', data({ cart: { url } }))).toContain('<a href='),
  );

  test('a customer whose name looks like an attribute gets the message all the same', () => {
    const profile = { firstName: 'href=javascript:x <a href="javascript:x">' };
    expect(htmlOf('<p title="{{ profile.firstName }}">{{ profile.firstName }}</p>', data({ profile }))).toContain('<p');
    expect(unsafeLinkIn('<p>href=javascript:x</p>')).toBeUndefined();
  });
});
