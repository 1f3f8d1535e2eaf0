import { describe, expect, it } from 'vitest';
import { handlebarsToLiquid } from '../../../../commands/import-pinpoint/template/handlebars-to-liquid.ts';
import { readDefaults } from '../../../../commands/import-pinpoint/template/default-substitutions.ts';
import { renderMessage } from '#core/message';
import { asFile, imported, textOf } from '../imported.ts';

const traits = {
  FirstName: 'Ada',
  'Last Name': 'Lovelace',
  plan: 'gold',
  points: 7,
  colours: ['red', 'blue'],
  address: { city: 'Berlin' },
};

/** What a customer reads of a template of Pinpoint's. */
const says = (
  source: string,
  defaults = '{}',
  profile: object = { traits, email: 'ada@customer.example', userId: 'ada' },
): string => {
  const { liquid, problems } = handlebarsToLiquid(source, 'email', readDefaults(defaults)!);
  if (problems.length > 0) return `cannot: ${problems.join(' ')}`;
  const rendered = renderMessage({ channel: 'sms', text: liquid }, {
    profile,
    cart: {},
    brand: {},
    entry: {},
  } as never);
  return rendered.ok ? (rendered.content as { text: string }).text : `${rendered.reason}: ${rendered.message}`;
};

describe('a template says what it said', () => {
  it.each([
    ['Hi {{User.UserAttributes.FirstName}}!', 'Hi Ada!'],
    ['Hi {{User.UserAttributes.FirstName.[0]}}!', 'Hi Ada!'],
    ['Hi {{ User.UserAttributes.[Last Name] }}!', 'Hi Lovelace!'],
    [
      '{{Attributes.plan}} {{Metrics.points}} {{Location.City}} {{Address}} {{User.UserId}}',
      'gold 7 Berlin ada@customer.example ada',
    ],
    ['{{#if Attributes.plan}}yes{{else}}no{{/if}}', 'yes'],
    ['{{#if Attributes.none}}yes{{else}}no{{/if}}', 'no'],
    ['{{#unless Attributes.none}}none{{/unless}}', 'none'],
    ['{{#each Attributes.colours}}{{@index}}{{this}} {{/each}}', '0red 1blue'],
    ['{{#each Attributes.none}}x{{else}}nothing{{/each}}', 'nothing'],
    ['{{#eq Attributes.plan "gold"}}A{{else if Attributes.none}}B{{else}}C{{/eq}}', 'A'],
    ['{{#gt Metrics.points 10}}many{{else}}few{{/gt}}', 'few'],
    [
      '{{uppercase Attributes.plan}} {{capitalize Attributes.plan}} {{join Attributes.colours " & "}}',
      'GOLD Gold red & blue',
    ],
    ['{{defaultIfEmpty Attributes.none "x"}}', 'x'],
    ['a{{! not said }}b{{!-- nor {{this}} --}}c', 'abc'],
    ['50 {% off', '50 { % off'],
    ['{{{Attributes.plan}}}', 'gold'],
  ])('%s', (source, said) => {
    expect(says(source)).toBe(said);
  });

  it('with its defaults, however they are written', () => {
    expect(says('Hi {{User.UserAttributes.X}}!', '{"User":{"UserAttributes":{"X":"it’s \\"me\\""}}}')).toBe(
      'Hi it’s "me"!',
    );
    expect(says('Hi {{Attributes.X}}!', '{"Attributes.X":["you"]}')).toBe('Hi you!');
    expect(says('Hi {{Attributes.X}}!')).toBe('Hi !');
  });

  it.each([
    '{{Recommendations.Title.[0]}}',
    '{{myHelper x}}',
    '{{#myBlock x}}a{{else}}b{{/myBlock}}',
    '{{add 1 2 3}}',
    '{{/if}}',
    '{{> part}}',
  ])('what Liquid cannot say is told: %s', (source) => {
    expect(says(source)).toMatch(/^cannot: \{\{/);
  });

  it('an SMS that costs two says so at its top, a push without title has the name of the brand', () => {
    const files = [
      asFile('sms.json', { TemplateName: 'Long', TemplateType: 'SMS', Body: 'x'.repeat(200) }),
      asFile('push.json', { TemplateName: 'Bare', TemplateType: 'PUSH', GCM: { Body: 'Hello', Url: 'shop://app' } }),
    ];
    const result = imported(files);
    expect(textOf(result, 'pinpoint-templates/messages/long.sms.liquid')).toMatch(/^---\nsegments: 2\n---\n/);
    expect(textOf(result, 'pinpoint-templates/messages/bare.push.liquid')).toBe(
      '---\ntitle: "{{ brand.name }}"\n---\nHello\n',
    );
  });

  it('an email of text alone keeps its lines and says no HTML', () => {
    const result = imported([
      asFile('t.json', { TemplateName: 'T', TemplateType: 'EMAIL', Subject: 'S', TextPart: 'one < two\nthree' }),
    ]);
    expect(textOf(result, 'pinpoint-templates/messages/t.email.mjml')).toContain('<p>one &lt; two<br />\nthree</p>');
  });
});
