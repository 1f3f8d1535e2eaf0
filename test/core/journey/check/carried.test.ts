import { expect, test } from 'vitest';
import { told } from './checked.ts';

/** What is said of a condition on the entry, where a journey begins like this. */
const said = (triggers: readonly object[], property: string) => {
  const { mistakes, warnings } = told({
    triggers,
    steps: [{ branch: [{ when: `entry.properties.${property} = "x"`, then: [{ end: 'a' }] }] }, { end: 'b' }],
  });
  return [...mistakes, ...warnings].filter((line) => line.includes(property));
};
const known = { signal: 'Order Completed' };

test('a property that no event of its triggers carries is asked about', () => {
  expect(said([known], 'order_id')).toEqual([]);
  expect(said([known], 'ordr_id')).toHaveLength(1);
  expect(said([known, { signal: 'Product Added' }], 'cart_id')).toEqual([]);
  // Of an event of one's own nobody knows what it carries.
  expect(said([{ signal: 'Our Own Event' }], 'anything')).toEqual([]);
  expect(said([known, { signal: 'Our Own Event' }], 'anything')).toEqual([]);
  expect(said([{ signal: ['Order Completed', 'Our Own Event'] }], 'anything')).toEqual([]);
});

test('who enters by a schedule or a segment brings the names of those', () => {
  const schedule = { schedule: 'rate(1 day)', segment: 'vip' };
  expect(['journey', 'segment', 'at'].flatMap((property) => said([schedule], property))).toEqual([]);
  expect(said([schedule], 'jurney')).toHaveLength(1);
  const segment = { segment: 'vip', on: 'entered' };
  expect(said([segment], 'segment')).toEqual([]);
  expect(said([segment], 'segmnt')).toHaveLength(1);
  expect(said([segment], 'jurney')).toEqual([]);
  expect(said([segment, known], 'ordr_id')).toHaveLength(1);
  // Whoever asks over HTTP, or another journey, may bring anything.
  expect(said([{ api: true }, segment], 'segmnt')).toEqual([]);
});
