import { describe, expect, test } from 'vitest';
import { messageData, renderMessage, unsafeLinkIn } from '#core/message';
import { publishMessages } from '../../../state-machines/publish-message.ts';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { email, publishedFolder } from './published-folder.ts';

const { publish, faultsOf, warningsOf } = publishedFolder();
const hello = '<b>Hello</b>\n{% if brand.address %}{{ brand.address }}{% endif %}';

describe('a block', () => {
  test('stands in every message that names it, and nothing of it is left to be included later', async () => {
    const published = await publish(
      { 'a.email.mjml': email('<block name="hello" />'), 'b.sms.liquid': 'Sale! <block name="stop" />' },
      { 'hello.mjml': hello, 'stop.liquid': 'Reply STOP\n' },
    );
    expect(published).toMatchObject({
      ok: true,
      messages: {
        a: { email: { html: expect.stringContaining('<b>Hello</b> {% if brand.address %}{{ brand.address }}') } },
        b: { sms: { text: 'Sale! Reply STOP' } },
      },
    });
    expect(JSON.stringify(published)).not.toContain('<block');
  });

  test('takes what it is given, or its own words', async () => {
    const blocks = { 'why.mjml': 'Because [[because|you asked]]. <a href="[[link]]">More</a>' };
    const html = async (use: string): Promise<string> => {
      const published = await publish({ 'a.email.mjml': email(use) }, blocks);
      if (!published.ok) throw new Error(JSON.stringify(published.faults));
      return published.messages['a']?.email?.html ?? '';
    };
    expect(await html('<block name="why" link="https://shop.example" />')).toContain(
      'Because you asked. <a href="https://shop.example">',
    );
    expect(await html('<block name="why" link="{{ cart.url }}" because="you bought" />')).toContain(
      'Because you bought. <a href="{{ cart.url }}">',
    );
  });

  test('is in the language of the message, and a missing one is named', async () => {
    const files = {
      'a.sms.liquid': '<block name="stop" />',
      'a.de-at.sms.liquid': 'x <block name="stop" />',
      'a.fr.sms.liquid': '<block name="stop" />',
    };
    const blocks = { 'stop.liquid': 'Reply STOP', 'stop.de.liquid': 'Abmelden: STOP' };
    const published = await publish(files, blocks);
    expect(published.ok && published.messages['a']?.sms).toMatchObject({
      text: 'Reply STOP',
      versions: [{ text: 'x Abmelden: STOP' }, { text: 'Reply STOP' }],
    });
    expect(await warningsOf(files, blocks)).toMatchObject([
      {
        file: 'a.fr.sms.liquid',
        line: 1,
        column: 1,
        message: 'the block "stop" has no text in fr',
        hint: 'write it as ../blocks/stop.fr.liquid',
      },
    ]);
  });

  test('that changes changes the messages that use it, and no other', async () => {
    const files = { 'a.email.mjml': email('<block name="hello" />'), 'b.email.mjml': email('plain') };
    const first = await publish(files, { 'hello.mjml': 'one' });
    if (!first.ok) throw new Error('unpublished');
    const marked = structuredClone(first.messages);
    marked['a']!.email!.html = marked['b']!.email!.html = 'from before';
    expect(await publish(files, { 'hello.mjml': 'one' }, marked)).toMatchObject({
      messages: { a: { email: { html: 'from before' } } },
    });
    expect(await publish(files, { 'hello.mjml': 'two' }, marked)).toMatchObject({
      messages: { a: { email: { html: expect.stringContaining('two') } }, b: { email: { html: 'from before' } } },
    });
  });

  test('keeps the lines of the message where they are', async () => {
    const body = '<block name="hello" />\n</mj-text><mj-txt>x</mj-txt><mj-text>';
    expect(await faultsOf({ 'a.email.mjml': email(body) }, { 'hello.mjml': hello })).toMatchObject([
      { file: 'a.email.mjml', line: 7 },
    ]);
  });

  test.each([
    ['<block name="helo" />', /no block "helo" for email/, /did you mean "hello"/, 6, 1],
    ['x <block name="zzzzzz" />', /no block "zzzzzz"/, /the blocks are: hello/, 6, 3],
    ['<block name="hello" becuase="x" />', /does not take "becuase"/, /it takes nothing but its name/, 6, 1],
    ['<block name="why" lnk="x" />', /does not take "lnk"/, /did you mean "link"/, 6, 1],
    ['<block name="why" />', /needs "link"/, /link="…"/, 6, 1],
    ["<block name='hello' />", /cannot be read/, /double quotes/, 6, 1],
    ['<block name="hello">x</block>', /cannot be read/, /double quotes/, 6, 1],
    ['<block name="why" link="javascript:x" />', /unsafe-link/, /^/, 4, 1],
    ['<block name="why" href="x" link="y" />', /does not take "href"/, /it takes: link/, 6, 1],
  ])('used wrongly is named: %s', async (...[use, message, hint, line, column]) => {
    const blocks = { 'hello.mjml': hello, 'why.mjml': '<a href="[[link]]">More</a>' };
    const [fault] = await faultsOf({ 'a.email.mjml': email(use) }, blocks);
    expect(fault).toMatchObject({ line, column, message: expect.stringMatching(message) });
    expect(fault?.hint ?? '').toMatch(hint);
  });

  test.each([
    ['{{ brand.nam }}', /no message can read "brand\.nam"/],
    ['{% if brand.name %}', /not closed/],
    ['{% endif %}', /endif/],
    ['<a href="http://shop.example">x</a>', /leads to "http/],
    ['<script>x</script>', /no place/],
    ['<block name="hello" />', /holds no other block/],
  ])('that is wrong itself is named once, where it stands: %s', async (source, message) => {
    const use = email('<block name="hello" />');
    const faults = await faultsOf({ 'a.email.mjml': use, 'b.email.mjml': use }, { 'hello.mjml': `\n${source}` });
    expect(faults).toMatchObject([{ file: '../blocks/hello.mjml', line: 2, message: expect.stringMatching(message) }]);
  });

  test('closes nothing that the message opened', async () => {
    const body = '{% if brand.address %}<block name="hello" />';
    expect(await faultsOf({ 'a.email.mjml': email(body) }, { 'hello.mjml': '{% endif %}' })).not.toEqual([]);
  });
});

describe('the blocks that come with the product', () => {
  const page = (lang: string, footer: string): string =>
    `---\nsubject: Hello\n---\n<mjml lang="${lang}">\n<mj-head><block name="head" /></mj-head>\n<mj-body><block name="header" />` +
    `<mj-section mj-class="card"><mj-column><mj-text mj-class="headline">Hello</mj-text><mj-button href="{{ cart.url }}">Go</mj-button>` +
    `<mj-text mj-class="small">small</mj-text></mj-column></mj-section><block name="${footer}" /></mj-body></mjml>`;
  const data = messageData(
    {
      devices: [],
      traits: {},
      consent: {},
      cart: { items: 0, value: 0, products: [] },
      orders: { count: 0, value: 0 },
      seen: {},
    },
    {
      brand: { name: 'Northwind', url: 'https://shop.example', address: '12 Harbour Street' },
      entry: {},
      unsubscribeUrl: 'https://api.shop.example/v1/unsubscribe/t',
      preferencesUrl: 'https://api.shop.example/v1/preferences/t',
    },
  );

  test('say who writes, where they are and how to leave, in English and in German', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'segue-brand-'));
    await writeFile(path.join(folder, 'news.email.mjml'), page('en', 'footer'));
    await writeFile(path.join(folder, 'news.de.email.mjml'), page('de', 'footer'));
    await writeFile(path.join(folder, 'order.email.mjml'), page('en', 'footer-service'));
    await writeFile(path.join(folder, 'order.de.email.mjml'), page('de', 'footer-service'));
    await writeFile(path.join(folder, 'news.sms.liquid'), '{{ brand.name }}: hello <block name="stop" />');
    await writeFile(path.join(folder, 'news.de.sms.liquid'), '{{ brand.name }}: hallo <block name="stop" />');
    const published = await publishMessages(folder);
    await rm(folder, { recursive: true });
    if (!published.ok) throw new Error(JSON.stringify(published.faults));
    expect(published.warnings).toEqual([]);
    const { news, order } = published.messages;
    for (const document of [news?.email, news?.email?.versions?.[0], order?.email, order?.email?.versions?.[0]]) {
      const rendered = renderMessage(document!, data);
      if (!rendered.ok || rendered.content.channel !== 'email') throw new Error(JSON.stringify(rendered));
      const { html, text } = rendered.content;
      for (const part of [html, text]) expect(part).toContain('12 Harbour Street');
      expect([html, text].map((part) => part.includes('/v1/unsubscribe/t'))).toEqual(
        document === news?.email || document === news?.email?.versions?.[0] ? [true, true] : [false, false],
      );
      expect(unsafeLinkIn(html)).toBeUndefined();
    }
    expect(news?.sms).toMatchObject({
      text: expect.stringMatching(/STOP/),
      versions: [{ text: expect.stringMatching(/Abmelden/) }],
    });
  });

  test('load nothing from anywhere', async () => {
    const names = await readdir('state-machines/blocks');
    expect(names).toEqual(expect.arrayContaining(['head.mjml', 'header.mjml', 'footer.mjml', 'stop.liquid']));
  });
});
