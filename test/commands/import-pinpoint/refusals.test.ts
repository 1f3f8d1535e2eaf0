import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../commands/import-pinpoint/import-files.ts';
import { asFile, refusals, savedFiles } from './imported.ts';

const told = (name: string, value: unknown) =>
  refusals(asFile(name, value)).map(({ line, path: at, message }) => `${line} ${at}: ${message}`);

const journey = (activity: object) => ({ Name: 'j', StartActivity: 'a', Activities: { a: activity } });

describe('a malformed file is refused where it is wrong', () => {
  it.each([
    [
      'a duration',
      journey({ Wait: { WaitTime: { WaitFor: 'soon' } } }),
      /^8 Activities\.a\.Wait\.WaitTime\.WaitFor: "soon": this should be an ISO 8601 duration/,
    ],
    [
      'a date',
      journey({ Wait: { WaitTime: { WaitUntil: 'tomorrow' } } }),
      /WaitUntil: "tomorrow": this should be an ISO 8601 date/,
    ],
    [
      'an activity that is not there',
      journey({ EMAIL: { NextActivity: 'b' } }),
      /^7 Activities\.a\.EMAIL\.NextActivity: There is no activity "b"/,
    ],
    [
      'a message that is not there',
      journey({ ConditionalSplit: { Condition: { Conditions: [{ EventCondition: { MessageActivity: 'x' } }] } } }),
      /MessageActivity: There is no activity "x"/,
    ],
    [
      'two activities in one',
      journey({ EMAIL: {}, SMS: {} }),
      /^5 Activities\.a: This activity is several things at once: EMAIL and SMS/,
    ],
    ['a share', journey({ Holdout: { Percentage: 120 } }), /Holdout\.Percentage: /],
    ['a missing share', journey({ Holdout: {} }), /Holdout\.Percentage: `Percentage` is missing/],
    ['a type', { Name: 'j', Activities: [], StartActivity: 'a' }, /Activities: This should be a object, not a list/],
    [
      'a first activity',
      { Name: 'j', Activities: {}, StartActivity: 'a' },
      /^4 StartActivity: There is no activity "a"/,
    ],
    ['a name', { StartActivity: 'a', Activities: { a: {} } }, /Name: `Name` is missing/],
    [
      'an enum',
      { Name: 'j', State: 'LIVE', LocalTime: true },
      /^3 State: "LIVE" is not possible here\. Known: DRAFT, /,
    ],
    [
      'quiet time',
      { Name: 'j', QuietTime: { Start: '9 pm', End: '08:00' } },
      /^4 QuietTime\.Start: "9 pm": this should be a time of day/,
    ],
    [
      'a comparison',
      { SegmentType: 'DIMENSIONAL', Dimensions: { Metrics: { m: { ComparisonOperator: 'ABOUT', Value: 1 } } } },
      /ComparisonOperator: "ABOUT" is not possible/,
    ],
    [
      'default values',
      { TemplateType: 'SMS', TemplateName: 'T', Body: 'x', DefaultSubstitutions: '{' },
      /DefaultSubstitutions: This should be a JSON object/,
    ],
    ['something else', { Records: [] }, /This is no journey, segment or email, SMS or push template/],
  ])('%s', (_, value, message) => {
    const all = told('saved.json', value);
    expect(all[0]).toMatch(message);
  });

  it('what is no JSON, with line and column', () => {
    const [fault] = refusals({ name: 'broken.json', text: '{\n "Name": "j",\n oops\n}' });
    expect(fault).toMatchObject({ file: 'broken.json', line: 3, column: 2 });
  });

  it('a key that stands twice, of which one would be lost', () => {
    const [fault] = refusals({
      name: 'twice.json',
      text: '{"Name":"a",\n"State":"DRAFT",\n"State":"ACTIVE","LocalTime":true}',
    });
    expect(fault).toMatchObject({ line: 3, path: 'State' });
  });

  it.each([
    ['deep', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['named badly', '{"Name":"j","Activities":{"__proto__":{"EMAIL":{}}}}'],
  ])('what is %s', (_, text) => {
    expect(refusals({ name: 'odd.json', text })).not.toEqual([]);
  });

  it('two journeys with one name', () => {
    const [fault] = refusals(asFile('a.json', journey({ EMAIL: {} })), asFile('b.json', journey({ EMAIL: {} })));
    expect(fault).toMatchObject({ file: 'b.json', path: 'Name' });
  });

  it('and never ends in an error of the program, however it was damaged', () => {
    const files = savedFiles();
    fc.assert(
      fc.property(
        fc.nat(files.length - 1),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom('', '"', '{', '}', '[', 'null', '0', 'a', ',', '"x":1,')), {
          minLength: 1,
          maxLength: 4,
        }),
        (which, damages) => {
          const { name, text } = files[which]!;
          const damaged = damages.reduce((soFar, [at, piece]) => {
            const place = at % soFar.length;
            return soFar.slice(0, place) + piece + soFar.slice(place + 1);
          }, text);
          const result = importFiles([{ name, text: damaged }], {
            topics: { marketing: 'promotions', transactional: 'service' },
            now: 0,
          });
          for (const fault of 'faults' in result ? result.faults : []) {
            expect(fault.line).toBeGreaterThan(0);
            expect(fault.message).not.toBe('');
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
