import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  MessageDocuments,
  messageData,
  renderMessage,
  smsSegments,
  variablesOf,
  type MessageData,
} from '#core/message';
import type { ProfileView } from '#core/profile';
import { publishMessages } from '../../../state-machines/publish-message.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'segue-messages-'));
});
afterEach(() => rm(folder, { recursive: true }));

const email = (body: string, front = 'subject: Hello'): string =>
  `---\n${front}\n---\n<mjml>\n<mj-body><mj-section><mj-column><mj-text>\n${body}\n</mj-text></mj-column></mj-section></mj-body>\n</mjml>\n`;

const publish = async (files: Record<string, string>, previous?: MessageDocuments) => {
  for (const [name, source] of Object.entries(files)) await writeFile(path.join(folder, name), source);
  return publishMessages(folder, previous);
};
const faultsOf = async (files: Record<string, string>) => {
  const published = await publish(files);
  return published.ok ? [] : published.faults;
};

describe('a mistake in a message is named where it stands', () => {
  test.each([
    ['a.email.mjml', email('{{ profile.fristName }}'), 6, 4, /profile\.fristName/, /profile\.firstName/],
    ['a.email.mjml', email('x', 'subject: "{{ cart.valu }}"'), 2, 14, /cart\.valu/, /cart\.value/],
    ['a.email.mjml', email('{{ profile.firstName | upcas }}'), 6, 1, /undefined filter: upcas/, /upcase/],
    ['a.email.mjml', email('{% if cart.id %}'), 6, 1, /not closed/, undefined],
    ['a.email.mjml', email('{% include "x" %}'), 6, 1, /include/, undefined],
    ['a.email.mjml', email('<a href="http://shop.example">x</a>'), 6, 4, /leads to "http/, /https:/],
    ['a.email.mjml', email('<a href="javascript:x">x</a>'), 6, 4, /leads to "javascript/, /https:/],
    ['a.email.mjml', email('<a href={{cart.url}}>x</a>'), 6, 1, /without quotes/, /double quotes/],
    ['a.email.mjml', email('<script>x</script>'), 6, 1, /no place/, /leave it out/],
    ['a.email.mjml', email('<p style="color:{{ profile.traits.color }}">x</p>'), 6, 3, /inside a style/, /{% if %}/],
    ['a.email.mjml', email('x', 'subjcet: Hello'), 2, 1, /"subjcet" is not known/, /subject/],
    ['a.email.mjml', email('x', 'subject: "open'), 3, 1, /front matter/, /double quotes/],
    [
      'a.email.mjml',
      email('x').replace('mj-text>', 'mj-txt>').replace('/mj-text', '/mj-txt'),
      5,
      33,
      /mj-txt/,
      undefined,
    ],
    ['a.sms.liquid', `Hi {{ brand.nam }}`, 1, 7, /brand\.nam/, /brand\.name/],
    ['a.sms.liquid', 'x'.repeat(161), 1, 1, /161 characters, that is 2 SMS/, /segments: 2/],
    ['a.sms.liquid', `${'x'.repeat(70)}ê`, 1, 1, /"ê" leaves only 70/, /segments: 2/],
    ['a.push.liquid', 'No title', 1, 1, /"title" is missing/, /title: …/],
    ['A.email.mjml', email('x'), 1, 1, /neither message nor channel/, /small letters/],
    ['a.email.html', 'x', 1, 1, /neither message nor channel/, /<message>\.email\.mjml/],
  ])('%s: %j', async (...[file, source, line, column, message, hint]) => {
    const faults = await faultsOf({ [file]: source });
    expect(faults[0]).toMatchObject({ file, line, column, message: expect.stringMatching(message) });
    expect(faults[0]?.hint ?? '').toMatch(hint ?? /^/);
  });

  test('all of them at once, and then nothing is published', async () => {
    const files = {
      'a.sms.liquid': '{{ brand.nam }}',
      'b.sms.liquid': 'fine',
      'c.email.mjml': email('{{ x }}{{ y }}'),
    };
    expect((await faultsOf(files)).map(({ file }) => file)).toEqual(['a.sms.liquid', 'c.email.mjml', 'c.email.mjml']);
  });
});

describe('what is published', () => {
  test('is the same every time, and made from the HTML in plain text too', async () => {
    const files = {
      'a.email.mjml': email(
        'Dear {{ profile.firstName | default: "you" }},<br />{% if cart.items > 1 %}<b>two &amp; more</b>{% endif %} <a href="{{ cart.url }}">back</a> &middot; &#8364;',
        'subject: Hello\npreheader: Peek',
      ),
      'a.push.liquid': '---\ntitle: Hi\nlink: "{{ cart.url }}"\n---\nBody\n',
      'b.sms.liquid': '---\nsegments: 2\n---\n' + 'x'.repeat(200),
    };
    const first = await publish(files);
    const second = await publishMessages(folder);
    expect(first).toEqual(second);
    expect(first).toMatchObject({
      ok: true,
      messages: {
        a: {
          email: {
            subject: 'Hello',
            html: expect.stringContaining('{% if cart.items > 1 %}'),
            text: 'Dear {{ profile.firstName | default: "you" }},\n{% if cart.items > 1 %}two & more{% endif %} back <{{ cart.url }}> · €',
          },
          push: { title: 'Hi', body: 'Body', link: '{{ cart.url }}' },
        },
        b: { sms: { text: 'x'.repeat(200) } },
      },
    });
    expect(first.ok && first.messages['a']?.email?.html).toContain('Peek');
  });

  test('is taken over when its file did not change', async () => {
    const files = { 'a.email.mjml': email('one'), 'b.sms.liquid': 'two' };
    const first = await publish(files);
    if (!first.ok) throw new Error('unpublished');
    const marked = structuredClone(first.messages);
    marked['a']!.email!.html = 'from before';
    const again = await publish({ 'b.sms.liquid': 'three' }, marked);
    expect(again).toMatchObject({
      ok: true,
      messages: { a: { email: { html: 'from before' } }, b: { sms: { text: 'three' } } },
    });
  });

  test('unchanged, does not load MJML', async () => {
    const first = await publish({ 'a.email.mjml': email('one') });
    vi.doMock('mjml', () => {
      throw new Error('loaded');
    });
    vi.resetModules();
    const fresh = await import('../../../state-machines/publish-message.ts');
    expect(await fresh.publishMessages(folder, first.ok ? first.messages : {})).toEqual(first);
    vi.doUnmock('mjml');
  });
});

describe('the messages of cart-abandonment', async () => {
  const published = await publishMessages('state-machines/cart-abandonment/messages');
  if (!published.ok) throw new Error(JSON.stringify(published.faults, null, 1));
  const { messages } = published;

  const maya: ProfileView = {
    userId: 'u1',
    firstName: 'Maya',
    devices: [],
    traits: {},
    consent: {},
    cart: {
      items: 2,
      value: 157.9,
      currency: 'USD',
      products: [
        {
          product_id: 'a',
          quantity: 1,
          name: 'Trail Jacket',
          price: 129.9,
          url: 'https://shop.example/a',
          image_url: 'https://shop.example/a.jpg',
        },
        { product_id: 'b', quantity: 2, name: 'Wool <Socks> & "more"', price: 14 },
      ],
    },
    orders: { count: 0, value: 0 },
    seen: {},
  };
  const context = {
    brand: { name: 'Northwind', url: 'https://shop.example', address: '12 Harbour Street, Portland' },
    entry: { event: 'Product Added', properties: { cart_url: 'https://shop.example/cart' } },
    unsubscribeUrl: 'https://api.shop.example/v1/unsubscribe/t',
  };
  const nobody: ProfileView = {
    devices: [],
    traits: {},
    consent: {},
    cart: { items: 1, value: 0, products: [{ product_id: 'x', quantity: 1 }] },
    orders: { count: 0, value: 0 },
    seen: {},
  };
  const render = (message: string, channel: 'email' | 'sms' | 'push', data: MessageData) => {
    const document = messages[message]?.[channel];
    if (document === undefined) throw new Error(`no ${channel} of ${message}`);
    const rendered = renderMessage(document, data);
    if (!rendered.ok) throw new Error(rendered.message);
    return rendered.content;
  };

  test('the email shows the cart, the way back, who writes and how to leave, in HTML and in text', () => {
    const content = render('cart-reminder', 'email', messageData(maya, context));
    if (content.channel !== 'email') throw new Error();
    expect(content.subject).toBe('Maya, you left something in your cart');
    for (const part of [content.html, content.text]) {
      for (const said of [
        'Trail Jacket',
        '$129.90',
        '$28.00',
        '$157.90',
        'https://shop.example/cart',
        context.brand.address,
        context.unsubscribeUrl,
      ]) {
        expect(part).toContain(said);
      }
    }
    expect(content.html).toContain('src="https://shop.example/a.jpg"');
    expect(content.html).toContain('Wool &lt;Socks&gt; &amp; &#34;more&#34;');
    expect(content.text).toContain('Wool <Socks> & "more"');
    expect(content.html.length).toBeLessThan(102_000); // Gmail clips there
  });

  test('a customer and a product we know nothing of still get a whole message', () => {
    const bare = messageData(nobody, {
      brand: { name: 'Northwind', url: 'https://shop.example' },
      entry: {},
      unsubscribeUrl: context.unsubscribeUrl,
    });
    for (const [message, channel] of [
      ['cart-reminder', 'email'],
      ['last-call', 'sms'],
      ['last-call', 'push'],
    ] as const) {
      const said = JSON.stringify(render(message, channel, bare));
      expect(said).toContain('https://shop.example');
      expect(said).not.toMatch(/undefined|null|NaN|\[object|\{\{|\{%/);
    }
  });

  test('without an unsubscribe link there is no email', () => {
    const { unsubscribeUrl: _, ...rest } = context;
    const document = messages['cart-reminder']?.email;
    expect(document && renderMessage(document, messageData(maya, rest))).toMatchObject({
      ok: false,
      reason: 'missing-data',
    });
  });

  test('the SMS names the sender, says how to stop, and costs one message', () => {
    for (const profile of [maya, nobody, { ...maya, cart: { ...maya.cart, items: 1 } }]) {
      const content = render('last-call', 'sms', messageData(profile, context));
      if (content.channel !== 'sms') throw new Error();
      expect(content.text).toMatch(/^Northwind: .*https:\/\/shop\.example\/cart.* STOP /);
      expect(smsSegments(content.text)).toMatchObject({ encoding: 'GSM-7', segments: 1 });
    }
  });

  test('the push leads back to the cart', () => {
    expect(render('last-call', 'push', messageData(maya, context))).toEqual({
      channel: 'push',
      title: 'Maya, your cart is still here',
      body: 'Trail Jacket and 1 more: one tap and you are back where you left off.',
      link: 'https://shop.example/cart',
    });
  });

  test('none of them reads an address or a phone number', async () => {
    for (const variants of Object.values(messages)) {
      for (const document of Object.values(variants)) {
        expect(document && variablesOf(document)).not.toEqual(
          expect.arrayContaining([expect.stringMatching(/email|phone/)]),
        );
      }
    }
  });

  test('the email loads nothing from a third party', async () => {
    const source = await readFile('state-machines/cart-abandonment/messages/cart-reminder.email.mjml', 'utf8');
    expect(source).not.toMatch(/https?:/);
    expect(messages['cart-reminder']?.email?.html).not.toMatch(/fonts\.googleapis|@import/);
  });
});
