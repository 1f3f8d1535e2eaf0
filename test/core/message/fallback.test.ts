import { expect, test } from 'vitest';
import { renderMessage, stepsReadBy, variablesOf, type MessageData, type SmsDocument } from '#core/message';

const data = (more: Partial<MessageData> = {}): MessageData => ({
  profile: {},
  cart: {},
  brand: {},
  entry: {},
  steps: {},
  ...more,
});
const say = (text: string, fallback: SmsDocument['fallback'], from = data()): unknown => {
  const rendered = renderMessage({ channel: 'sms', text, fallback }, from);
  return rendered.ok && rendered.content.channel === 'sms' ? rendered.content.text : rendered;
};

test('where a customer has no value the message says its own', () => {
  const hi = 'Hi {{ profile.firstName }}';
  expect(say(hi, { 'profile.firstName': 'there' })).toBe('Hi there');
  expect(say(hi, { 'profile.firstName': 'there' }, data({ profile: { firstName: 'Maya' } }))).toBe('Hi Maya');
});

test.each([null, '', '  '])('%j counts as no value', (firstName) => {
  expect(say('Hi {{ profile.firstName }}', { 'profile.firstName': 'there' }, data({ profile: { firstName } }))).toBe(
    'Hi there',
  );
});

test.each([0, false])('%j is a value', (points) => {
  expect(say('{{ profile.points }}', { 'profile.points': 'none' }, data({ profile: { points } }))).toBe(String(points));
});

test('lists and whole objects can be declared, at any depth', () => {
  const list = '{% for city in entry.properties.cities %}{{ city }} {% endfor %}';
  expect(say(list, { 'entry.properties.cities': ['Graz', 'Linz'] })).toBe('Graz Linz');
  expect(say('{{ profile.traits.offer.text }}', { 'profile.traits.offer': { text: 'Hello' } })).toBe('Hello');
  expect(
    say(
      '{{ profile.traits.offer.text }}',
      { 'profile.traits.offer.text': 'Hello' },
      data({ profile: { traits: { offer: 7 } } }),
    ),
  ).toBe('Hello');
});

test('the data itself stays as it was, and no prototype is reached', () => {
  const from = data({ profile: { traits: {} } });
  expect(say('{{ profile.traits.x }}', { 'profile.traits.x': 'y' }, from)).toBe('y');
  expect(from.profile).toEqual({ traits: {} });
  say('x', { 'profile.__proto__.polluted': 'yes', '__proto__.polluted': 'yes' }, from);
  expect('polluted' in {}).toBe(false);
});

test('without a fallback the message is withheld', () => {
  expect(say('Hi {{ profile.firstName }}', { 'profile.city': 'Graz' })).toMatchObject({
    ok: false,
    reason: 'missing-data',
  });
});

test('what a step did not hear is said in the message’s own words', () => {
  const color = 'In {{ steps.ask.event.properties.color }}';
  const own = { 'steps.ask.event.properties.color': 'any colour' };
  const heard = (event: object) => data({ steps: { ask: { outcome: 'told', event } } } as Partial<MessageData>);
  expect(say(color, own)).toBe('In any colour');
  expect(say(color, own, data({ steps: { ask: { outcome: 'timeout' } } }))).toBe('In any colour');
  expect(say(color, own, heard({ properties: {} }))).toBe('In any colour');
  expect(say(color, own, heard({ properties: { color: 'red' } }))).toBe('In red');
  expect(say(color, undefined)).toMatchObject({ ok: false, reason: 'missing-data' });
});

test('a message says what it reads of steps, in every version, whether there is a fallback or not', () => {
  const document: SmsDocument = {
    channel: 'sms',
    text: '{% assign e = steps.ask.event %}{{ e.name }} {{ steps.ask.event.properties.color }} {{ profile.firstName }}',
    fallback: { 'steps.ask.event.properties.color': 'none' },
    versions: [{ channel: 'sms', locale: 'de', text: '{% if steps.call.outcome == "yes" %}Ja{% endif %}' }],
  };
  expect(stepsReadBy(document)).toEqual(['steps.ask.event', 'steps.ask.event.properties.color', 'steps.call.outcome']);
  expect(stepsReadBy({ channel: 'sms', text: '{{ entry.properties.steps }}{{ steps_of }}' })).toEqual([]);
});

test('a variable with a fallback needs no data, in any version that has it', () => {
  const document: SmsDocument = {
    channel: 'sms',
    text: '{{ profile.firstName }} {{ entry.properties.city }}',
    fallback: { 'profile.firstName': 'there' },
    versions: [{ channel: 'sms', locale: 'de', text: '{{ entry.properties.town }}' }],
  };
  expect(variablesOf(document)).toEqual(['entry.properties.city', 'entry.properties.town']);
});
