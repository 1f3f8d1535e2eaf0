import { describe, expect, test } from 'vitest';
import { email, publishedFolder } from './published-folder.ts';

const { publish, faultsOf, warningsOf } = publishedFolder();
const front = (lines: string, body: string): string => `---\n${lines}\n---\n${body}\n`;

describe('translations and wordings', () => {
  test('of a message are found by the names of their files', async () => {
    const published = await publish({
      'hi.sms.liquid': 'Hello',
      'hi.de.sms.liquid': 'Hallo',
      'hi.b.sms.liquid': 'Hey',
      'hi.b.de-at.sms.liquid': 'Servus',
    });
    expect(published.ok && published.messages['hi']?.sms).toMatchObject({
      text: 'Hello',
      variant: 'a',
      versions: [
        { text: 'Hey', variant: 'b' },
        { text: 'Hallo', variant: 'a', locale: 'de' },
        { text: 'Servus', variant: 'b', locale: 'de-AT' },
      ],
    });
  });

  test('have their own subject and preheader', async () => {
    const published = await publish({
      'hi.email.mjml': email('Hello', 'subject: Welcome\npreheader: Peek'),
      'hi.de.email.mjml': email('Hallo', 'subject: Willkommen\npreheader: Vorab', ' lang="de"'),
    });
    expect(published.ok && published.messages['hi']?.email).toMatchObject({
      subject: 'Welcome',
      html: expect.stringContaining('Peek'),
      versions: [{ subject: 'Willkommen', html: expect.stringContaining('Vorab') }],
    });
  });

  test('share the shares their first language declares', async () => {
    const published = await publish({
      'hi.a.sms.liquid': front('share: 90\nlocale: en', 'Hello'),
      'hi.b.sms.liquid': front('share: 10', 'Hey'),
      'hi.b.de.sms.liquid': 'Hallo',
    });
    expect(published.ok && published.messages['hi']?.sms).toMatchObject({
      share: 90,
      locale: 'en',
      versions: [
        { variant: 'b', share: 10, locale: 'en' },
        { variant: 'b', share: 10, locale: 'de' },
      ],
    });
  });

  test('are taken over each for itself when they did not change', async () => {
    const files = {
      'hi.email.mjml': email('Hello'),
      'hi.de.email.mjml': email('Hallo', 'subject: Hallo', ' lang="de"'),
    };
    const first = await publish(files);
    if (!first.ok) throw new Error('unpublished');
    expect(await publish(files, {}, first.messages)).toEqual(first);
    const marked = structuredClone(first.messages);
    marked['hi']!.email!.versions![0]!.html = 'from before';
    const again = await publish({ 'hi.email.mjml': email('Hello again') }, {}, marked);
    expect(again.ok && again.messages['hi']?.email).toMatchObject({
      html: expect.stringContaining('Hello again'),
      versions: [{ html: 'from before', locale: 'de' }],
    });
  });

  test('that are gone leave nothing behind', async () => {
    const first = await publish({ 'hi.b.sms.liquid': 'Hey', 'hi.sms.liquid': 'Hello' });
    if (!first.ok) throw new Error('unpublished');
    const again = await publish(
      { 'hi.b.sms.liquid': '---\nsegments: 2\n---\nHey', 'hi.sms.liquid': 'Hello' },
      {},
      first.messages,
    );
    expect(again.ok && again.messages['hi']?.sms).toMatchObject({
      variant: 'a',
      versions: [{ variant: 'b', text: 'Hey' }],
    });
  });

  test.each([
    [{ 'hi.de.sms.liquid': 'Hallo' }, /no text for everybody/, /hi\.sms\.liquid/],
    [{ 'hi.sms.liquid': 'A', 'hi.a.sms.liquid': 'B' }, /same wording in the same language/, /take one/],
    [
      { 'hi.sms.liquid': front('locale: de', 'A'), 'hi.de.sms.liquid': 'B' },
      /same wording in the same language/,
      /take one/,
    ],
    [{ 'hi.sms.liquid': 'A', 'hi.b.de.sms.liquid': 'B' }, /"b" exists only as a translation/, /everybody else/],
    [{ 'hi.sms.liquid': front('share: 50', 'A'), 'hi.b.sms.liquid': 'B' }, /make 50, not 100/, /each wording/],
    [
      { 'hi.sms.liquid': front('share: 50', 'A'), 'hi.b.sms.liquid': front('share: 40', 'B') },
      /make 90, not 100/,
      /each wording/,
    ],
    [{ 'hi.sms.liquid': 'A', 'hi.de.sms.liquid': front('share: 100', 'B') }, /no share of its own/, /leave "share"/],
    [
      { 'hi.sms.liquid': 'A', 'hi.de.sms.liquid': front('locale: fr', 'B') },
      /not the language in the name/,
      /leave "locale"/,
    ],
    [{ 'hi.sms.liquid': front('locale: deutsch', 'A') }, /"locale": a language is written as de/, /^/],
    [{ 'hi.sms.liquid': front('share: 120', 'A') }, /"share"/, /^/],
    [{ 'hi.DE.AT.sms.liquid': 'A' }, /neither message nor channel/, /<message>\.de\.email/],
  ])('%j is not published', async (files, message, hint) => {
    const [fault] = await faultsOf(files);
    expect(fault?.message).toMatch(message);
    expect(fault?.hint ?? '').toMatch(hint);
  });

  test('that are missing are named, and stop nothing', async () => {
    const warnings = await warningsOf({
      'hi.sms.liquid': 'Hello',
      'hi.b.sms.liquid': 'Hey',
      'hi.de.sms.liquid': 'Hallo',
      'hi.pt-br.sms.liquid': 'Oi',
      'bye.sms.liquid': front('locale: pt', 'Adeus'),
    });
    expect(warnings.map(({ file, message, hint }) => `${file}: ${message}; ${hint}`)).toEqual([
      expect.stringMatching(/^bye\.sms\.liquid: there is no text in German \(de\).*bye\.de\.sms\.liquid/),
      expect.stringMatching(/^hi\.b\.sms\.liquid: .*German \(de\).*hi\.b\.de\.sms\.liquid/),
      expect.stringMatching(/^hi\.b\.sms\.liquid: .*Brazilian Portuguese \(pt-BR\)/),
    ]);
  });

  test('may not weigh more together than a version of a journey holds', async () => {
    const languages = ['de', 'fr', 'it', 'es'];
    const page = (lang: string): string => email('x'.repeat(45_000), 'subject: x', ` lang="${lang}"`);
    const files = Object.fromEntries(languages.map((lang) => [`hi.${lang}.email.mjml`, page(lang)]));
    const [fault] = await faultsOf({ ...files, 'hi.email.mjml': page('en') });
    expect(fault).toMatchObject({ message: expect.stringMatching(/weigh \d+ KB together, and a version holds 350/) });
  });

  test('say which language their page is in', async () => {
    const files = { 'hi.email.mjml': email('x'), 'hi.de.email.mjml': email('x', 'subject: x', ' lang="en"') };
    expect(await warningsOf(files)).toMatchObject(
      [{ file: 'hi.de.email.mjml', line: 4, column: 1, message: /"en"/, hint: 'write <mjml lang="de">' }].map(
        (warning) => ({ ...warning, message: expect.stringMatching(warning.message) }),
      ),
    );
  });
});

describe('data that may be missing', () => {
  test('is a warning, and a fault where the author says that everybody gets the message', async () => {
    const text = 'Hi {{ profile.firstName }}';
    expect(await warningsOf({ 'hi.sms.liquid': text })).toMatchObject([
      { file: 'hi.sms.liquid', line: 1, column: 7, message: 'withheld from a customer without "profile.firstName"' },
    ]);
    const [fault] = await faultsOf({ 'hi.sms.liquid': front('whenMissing: fallback', text) });
    expect(fault).toMatchObject({
      line: 4,
      message: expect.stringMatching(/withheld/),
      hint: expect.stringMatching(/fallback: \{ profile\.firstName: … \}/),
    });
  });

  test('is neither when the message declares what it says instead', async () => {
    const published = await publish({
      'hi.sms.liquid': front(
        'whenMissing: fallback\nfallback:\n  profile.firstName: there',
        'Hi {{ profile.firstName }}',
      ),
    });
    expect(published).toMatchObject({
      ok: true,
      warnings: [],
      messages: { hi: { sms: { fallback: { 'profile.firstName': 'there' } } } },
    });
  });

  test.each([
    ['profile.fristName: x', /no message can read "profile\.fristName"/, /profile\.firstName/],
    ['profile.traits.cty: x', /does not read/, /profile\.traits\.city/],
    ['profile.timezone: x', /does not read/, /./],
  ])('a fallback for what is not read is a mistake: %s', async (line, message, hint) => {
    const text = '{{ profile.traits.city | default: "x" }}';
    const [fault] = await faultsOf({ 'hi.sms.liquid': front(`fallback: { ${line} }`, text) });
    expect(fault).toMatchObject({
      line: 2,
      column: 13,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});

describe('a file made to do harm', () => {
  test.each([
    ['from: "Shop <a@b.example>\\r\\nBcc: all@example.com"', /"from": a sender is one line/],
    ['from: "Shop\\u2028"', /"from": a sender is one line/],
  ])('a sender with a line break: %s', async (line, message) => {
    expect(await faultsOf({ 'a.email.mjml': email('x', `subject: Hi\n${line}`) })).toMatchObject([
      { line: 3, message: expect.stringMatching(message) },
    ]);
  });

  test.each([
    ['a quarter of a million characters', `x${' '.repeat(250_000)}`, /longer than 250000/],
    ['ten thousand tags', '<a '.repeat(10_001), /more than 10000 tags/],
    ['loops without end', '{% for i in (1..999999999) %}x{% endfor %}', /memory alloc/],
    ['ten megabytes', `{% for i in (1..10000) %}${'x'.repeat(1_000)}{% endfor %}`, /too-long/],
    ['depth', '{% if true %}'.repeat(41) + 'x' + '{% endif %}'.repeat(41), /more than 40 deep/],
    ['a constructor', '{{ constructor }}', /no message can read "constructor"/],
    ['a prototype', '{{ profile.__proto__ }}', /no message can read/],
    ['a link to a script', '<a href="javascript:x">x</a>', /leads to "javascript/],
    ['a link to data', '<a href="data:text/html,x">x</a>', /leads to "data/],
    ['a picture of data', '<img src="data:image/png;base64,AAAA" alt="" />', /leads to "data/],
    ['a script', '<script>x</script>', /no place/],
    ['MJML of another file', '<mj-include path="/etc/passwd" />', /no place/],
    ['Liquid of another file', "{% include '/etc/passwd' %}", /include/],
  ])('%s', async (_what, body, message) => {
    const [fault] = await faultsOf({ 'a.email.mjml': email(body) });
    expect(fault?.message).toMatch(message);
  });

  test('MJML inside itself two thousand times ends in a message or a mistake', async () => {
    const source = `---\nsubject: x\n---\n<mjml><mj-body>${'<mj-section>'.repeat(2_000)}${'</mj-section>'.repeat(2_000)}</mj-body></mjml>`;
    expect(typeof (await publish({ 'a.email.mjml': source })).ok).toBe('boolean');
  });
});
