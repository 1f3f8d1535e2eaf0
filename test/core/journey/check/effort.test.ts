import { describe, expect, test, vi } from 'vitest';
import { checkJourney } from '#core/journey';

/** Reads of the document, and places written out to be compared. */
const effort = (steps: readonly unknown[]): number => {
  let reads = 0;
  const counted = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? new Proxy(value, {
          get: (of, key, self) => {
            reads++;
            return counted(Reflect.get(of, key, self));
          },
          getOwnPropertyDescriptor: (of, key) => {
            reads++;
            return Reflect.getOwnPropertyDescriptor(of, key);
          },
        })
      : value;
  const written = vi.spyOn(Array.prototype, 'join');
  const raw = { name: 'x', topic: 'offers', triggers: [{ signal: 'A' }], steps };
  const { problems } = checkJourney(counted(raw), { topics: {}, messages: {} });
  const joined = written.mock.calls.length;
  written.mockRestore();
  expect(problems?.length).toBeGreaterThanOrEqual(steps.length);
  return reads + joined;
};

describe('a journey with twice as many mistakes takes twice the work to check', () => {
  test.each<readonly [string, (i: number) => unknown]>([
    ['steps that are none', (i) => i],
    ['steps of no known kind', () => ({ sned: { message: 'x' } })],
    ['conditions of nothing', (i) => ({ id: `s${i}`, branch: [{ when: 'profile.nothing > 1', then: [{}] }] })],
    ['gotos to nowhere', (i) => ({ id: `s${i}`, goto: 'nowhere' })],
    ['gotos without an end', () => ({ goto: 'nowhere' })],
    ['two steps of one name', () => ({ id: 'same', wait: 5 })],
  ])('%s', (_, step) => {
    const of = (count: number) => effort(Array.from({ length: count }, (__, i) => step(i)));
    of(50);
    const [some, twice] = [of(250), of(500)];
    expect(twice / some).toBeLessThan(2.2);
  });
});

test('of very many names the nearest are proposed, and not all of them listed', () => {
  const steps = [
    { goto: 'nowhere' },
    ...Array.from({ length: 2000 }, (_, i) => ({ id: `step-number-${i}`, wait: '1 hour' })),
  ];
  const raw = { name: 'x', topic: 'offers', triggers: [{ signal: 'A' }], steps };
  const { problems = [] } = checkJourney(raw, { topics: { offers: 'marketing' }, messages: {} });
  const told = problems.find(({ message }) => message.startsWith('There is no step'))?.message ?? '';
  expect(told).toMatch(/Known: `step-number-0`, .*, …\.$/);
  expect(told.length).toBeLessThan(1200);
});
