import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileExpression } from '#core/expression';
import { asFile, imported, savedFiles, textOf } from '../imported.ts';

const whenOf = (text: string): string => parse(text).when;

const holds = (when: string, profile: object): boolean => {
  const expression = compileExpression(when, ['profile']);
  if (!expression.ok) throw new Error(`${when}: ${expression.message}`);
  const result = expression.evaluate({ profile: { traits: {}, devices: [], ...profile } as never });
  return 'value' in result && result.value === true;
};

/** The condition of a segment with these dimensions. */
const segment = (document: object, ...others: readonly object[]): string => {
  const files = [{ Id: 's', Name: 'S', SegmentType: 'DIMENSIONAL', ...document }, ...others];
  return whenOf(textOf(imported([asFile('s.json', { SegmentsResponse: { Item: files } })]), 'segments/s.yaml'));
};
const attribute = (type: string, ...values: readonly string[]) =>
  segment({ Dimensions: { UserAttributes: { x: { AttributeType: type, Values: values } } } });
const of = (x: unknown) => ({ traits: { x } });

describe('a segment means whom it meant', () => {
  it.each([
    ['INCLUSIVE', ['a', 'b'], ['a', ['c', 'b']], ['c', ['d'], undefined]],
    ['EXCLUSIVE', ['a', 'b'], ['c', ['d'], undefined], ['a', ['c', 'b']]],
    ['CONTAINS', ['shop'], ['my shop', ['no', 'a shop']], ['sho', undefined]],
    ['BEFORE', ['2026-01-05T00:00:00Z'], ['2026-01-04T23:59:59Z', '2025-06-01'], ['2026-01-05T00:00:00Z', undefined]],
    ['AFTER', ['2026-01-05T00:00:00Z'], ['2026-01-05T00:00:01Z'], ['2026-01-05T00:00:00Z', undefined]],
    ['ON', ['2026-01-05T00:00:00Z'], ['2026-01-05T18:00:00Z', '2026-01-05'], ['2026-01-06T00:00:00Z', undefined]],
    [
      'BETWEEN',
      ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'],
      ['2026-01-15T00:00:00Z'],
      ['2026-03-01T00:00:00Z', undefined],
    ],
  ])('an attribute %s %j', (type, values, inside, outside) => {
    const when = attribute(type, ...values);
    for (const x of inside) expect(holds(when, of(x)), `${when} of ${JSON.stringify(x)}`).toBe(true);
    for (const x of outside) expect(holds(when, of(x)), `${when} of ${JSON.stringify(x)}`).toBe(false);
  });

  it.each([
    ['GREATER_THAN', [false, false, true]],
    ['GREATER_THAN_OR_EQUAL', [false, true, true]],
    ['EQUAL', [false, true, false]],
    ['LESS_THAN_OR_EQUAL', [true, true, false]],
    ['LESS_THAN', [true, false, false]],
  ])('a metric %s 5', (ComparisonOperator, expected) => {
    const when = segment({ Dimensions: { Metrics: { x: { ComparisonOperator, Value: 5 } } } });
    expect([4, 5, 6].map((x) => holds(when, of(x)))).toEqual(expected);
  });

  it('where somebody can be reached and lives', () => {
    const when = segment({
      Dimensions: {
        Demographic: {
          Channel: { Values: ['SMS', 'APNS'] },
          Platform: { DimensionType: 'EXCLUSIVE', Values: ['Android'] },
        },
        Location: { Country: { DimensionType: 'INCLUSIVE', Values: ['DE'] } },
      },
    });
    const address = { address: { country: 'DE' } };
    expect(holds(when, { phone: '+49', traits: address })).toBe(true);
    expect(holds(when, { devices: [{ platform: 'ios', token: 't' }], traits: address })).toBe(true);
    expect(holds(when, { phone: '+49', devices: [{ platform: 'android', token: 't' }], traits: address })).toBe(false);
    expect(holds(when, { phone: '+49', traits: { address: { country: 'FR' } } })).toBe(false);
    expect(holds(when, { traits: address })).toBe(false);
  });

  it.each([
    ['ALL', 'ALL', [false, false, true]],
    ['ANY', 'ALL', [false, true, true]],
    ['NONE', 'ALL', [true, false, false]],
    ['ALL', 'NONE', [true, true, false]],
  ])('groups of dimensions: %s of them, %s of the groups', (Type, Include, expected) => {
    const flag = (name: string) => ({ UserAttributes: { [name]: { Values: ['yes'] } } });
    const when = segment({ SegmentGroups: { Include, Groups: [{ Type, Dimensions: [flag('a'), flag('b')] }] } });
    const people = [{}, { a: 'yes' }, { a: 'yes', b: 'yes' }];
    expect(people.map((traits) => holds(when, { traits }))).toEqual(expected);
  });

  it.each([
    ['ALL', [false, false, true]],
    ['ANY', [false, true, true]],
    ['NONE', [true, false, false]],
  ])('segments it is made of: %s of them, one a list of people', (SourceType, expected) => {
    const dimensional = {
      Id: 'd',
      Name: 'D',
      SegmentType: 'DIMENSIONAL',
      Dimensions: { UserAttributes: { a: { Values: ['yes'] } } },
    };
    const list = { Id: 'l', Name: 'My list', SegmentType: 'IMPORT' };
    const when = segment(
      { SegmentGroups: { Groups: [{ SourceType, SourceSegments: [{ Id: 'd' }, { Id: 'l' }] }] } },
      dimensional,
      list,
    );
    const people = [{}, { segments: ['my-list'] }, { a: 'yes', segments: ['my-list', 'other'] }];
    expect(people.map((traits) => holds(when, { traits }))).toEqual(expected);
  });

  it('nobody is left out by a segment without dimensions', () => {
    expect(holds(segment({}), {})).toBe(true);
  });

  it('a name with spaces and quotes is read as it is', () => {
    const when = segment({ Dimensions: { UserAttributes: { 'Loyalty "Tier"': { Values: ['gold "A"'] } } } });
    expect(holds(when, { traits: { 'Loyalty "Tier"': 'gold "A"' } })).toBe(true);
  });

  it.each([
    [{ Dimensions: { Behavior: { Recency: { Duration: 'DAY_7', RecencyType: 'ACTIVE' } } } }, /last used the app/],
    [
      { SegmentGroups: { Groups: [{ SourceSegments: [{ Id: 'gone' }] }] } },
      /Segment gone is not among the imported files/,
    ],
    [{ SegmentGroups: { Groups: [{ SourceSegments: [{ Id: 's' }] }] } }, /made of itself/],
    [{ Dimensions: { UserAttributes: { 'a`b': { Values: ['x'] } } } }, /No condition can name/],
    [{ Dimensions: { UserAttributes: { a: { AttributeType: 'BEFORE', Values: ['soon'] } } } }, /"soon" is no date/],
  ])('what cannot be said is a draft: %j', (document, why) => {
    const file = asFile('s.json', { Id: 's', Name: 'S', SegmentType: 'DIMENSIONAL', ...document });
    const draft = parse(textOf(imported([file]), 'segments/s.draft.yaml'));
    expect(draft.incomplete).toMatch(why);
  });

  it('all saved segments can be evaluated', () => {
    const result = imported(savedFiles('segments'));
    const whens = result.outputs
      .filter(({ path }) => /segments\/[\w-]+\.yaml$/.test(path))
      .map(({ text }) => whenOf(text));
    expect(whens.map((when) => holds(when, {}))).toEqual([false, false, false]);
  });
});
