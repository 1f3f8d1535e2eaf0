import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, drawsOf } from '#core/journey';
import { planOf, seeing } from './planned.ts';
import { runs } from '../../../setup/runs.ts';

const customers = Array.from({ length: 5_000 }, (_, i) => `customer-${i}`);

type Arm = readonly [arm: string, percent: number];
const armOf = (customer: string, arms: readonly Arm[], id = 'test'): string => {
  const plan = planOf({ id, split: arms.map(([arm, percent]) => ({ arm, percent })) });
  const { notes } = advance(plan, { reached: id }, { ...seeing(), draw: drawsOf(customer) });
  return String(notes[id]?.['arm']);
};
const countOf = (arms: readonly Arm[]) => {
  const plan = planOf({ id: 'test', split: arms.map(([arm, percent]) => ({ arm, percent })) });
  const all = customers.map((customer) =>
    String(advance(plan, { reached: 'test' }, { ...seeing(), draw: drawsOf(customer) }).notes['test']?.['arm']),
  );
  return { all, share: (arm: string) => all.filter((each) => each === arm).length / all.length };
};

describe('a split', () => {
  test('gives every arm its share', () => {
    const { share } = countOf([
      ['a', 70],
      ['b', 25],
      ['c', 5],
    ]);
    expect(share('a')).toBeCloseTo(0.7, 1.7);
    expect(share('b')).toBeCloseTo(0.25, 1.7);
    expect(share('c')).toBeCloseTo(0.05, 1.7);
  });
  test('takes a customer the same way each time, in whatever order the arms are written', () => {
    fc.assert(
      fc.property(fc.uuid(), (customer) => {
        const [one, other] = [['a', 50] as const, ['b', 50] as const];
        expect(armOf(customer, [one, other])).toBe(armOf(customer, [other, one]));
      }),
      { numRuns: runs(200) },
    );
  });
  test('moves customers only to a new arm', () => {
    const before = countOf([
      ['a', 50],
      ['b', 50],
    ]).all;
    const after = countOf([
      ['a', 40],
      ['b', 40],
      ['c', 20],
    ]).all;
    expect(after.filter((arm, i) => arm !== before[i] && arm !== 'c')).toEqual([]);
  });
  test('of another step draws anew', () => {
    const arms = [
      ['a', 50],
      ['b', 50],
    ] as const;
    const same = customers
      .slice(0, 400)
      .filter((customer) => armOf(customer, arms) === armOf(customer, arms, 'other')).length;
    expect(same / 400).toBeGreaterThan(0.4);
    expect(same / 400).toBeLessThan(0.6);
  });
});

test('chance is even: every tenth has a tenth of the customers', () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const customer of customers) {
    const drawn = drawsOf(customer)('x');
    expect(drawn).toBeGreaterThanOrEqual(0);
    expect(drawn).toBeLessThan(1);
    tenths[Math.floor(drawn * 10)]! += 1;
  }
  for (const count of tenths) expect(count / customers.length).toBeCloseTo(0.1, 1.7);
});
