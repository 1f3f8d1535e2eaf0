import { expect, test } from 'vitest';
import { flowchartOf } from '#core/journey';
import { planOf } from '../plan/planned.ts';

test('a journey is drawn in the order one reads it', () => {
  const plan = planOf(
    { wait: '4 hours' },
    { id: 'reminder', send: { message: 'cart', channels: ['email', 'sms'] } },
    {
      id: 'response',
      waitFor: { clicked: 'reminder' },
      within: '1 day',
      then: {
        clicked: [{ end: 'responded' }],
        timeout: [{ send: { message: 'last', channels: 'preferred', among: ['push'] } }],
      },
    },
  );
  expect(flowchartOf(plan)).toBe(`flowchart TD
  enter(("enters")) --> n1
  n1(["Wait 4 hours"])
  n2["reminder<br/>cart<br/>email, sms"]
  n3(["response<br/>24 hours"])
  n4(("End responded"))
  n5["Send last<br/>push"]
  n1 --> n2
  n2 --> n3
  n3 -->|"clicked"| n4
  n3 -->|"timeout"| n5
  n5 --> done
  done(("completed"))`);
});

test('every way has its name', () => {
  const plan = planOf(
    {
      id: 'b',
      branch: [{ when: 'profile.prefers = "sms"', then: [{ wait: 'until renewal', otherwise: [{ end: 'none' }] }] }],
    },
    {
      id: 's',
      split: [
        { arm: 'a', percent: 40, then: [{ id: 'x', wait: '1 day' }] },
        { arm: 'b', percent: 60 },
      ],
    },
    {
      id: 'd',
      decide: [{ option: 'o', when: 'profile.traits.a', then: [{ id: 'y', wait: '1 day' }] }],
      otherwise: [{ end: 'no' }],
    },
    { id: 'e', decide: [{ option: 'p', then: [{ id: 'z', wait: '1 day' }] }] },
    {
      id: 'r',
      repeat: { every: '1 day', times: 3, until: 'profile.traits.a', steps: [{ id: 'u', update: { a: 1 } }] },
    },
  );
  const labels = [...flowchartOf(plan).matchAll(/\|"(.*?)"\|/g)].map(([, label]) => label);
  expect(labels).toEqual([
    'profile.prefers = #quot;sms#quot;',
    'otherwise',
    'no date',
    'a 40 %',
    'b 60 %',
    'o',
    'otherwise',
    'p',
    'profile.traits.a',
    'up to 3 times',
    'enough',
  ]);
  expect(flowchartOf(plan)).toMatch(/n\d+\[\/"r"\/\]/);
  expect(flowchartOf(planOf({ end: 'a # "b"' }))).toBe('flowchart TD\n  enter(("enters")) --> n1\n  n1(("End a b"))');
});
