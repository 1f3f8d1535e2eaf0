import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uniteSlots } from '#core/decision';

const now = Date.parse('2026-03-25T12:00:00Z');
const day = 86_400_000;
const most = 40;

/** A message as a gate remembers it: for so many days, sent so many seconds ago. */
const slot = fc
  .record({ days: fc.integer({ min: 1, max: 32 }), ago: fc.nat(40 * 86_400), id: fc.nat(9999) })
  .map(({ days, ago, id }) => {
    const seconds = now / 1000 - ago;
    const text = `e${days.toString(36)}topcjrny${seconds.toString(36).padStart(6, '0')}${String(id).padStart(4, '0')}`;
    return { text, until: seconds * 1000 + days * day };
  });
const slots = fc.array(slot, { maxLength: 45 });

test('what two were sent who are one counts for them: said in any order, as often as one likes, and nothing that still matters is lost', () => {
  fc.assert(
    fc.property(slots, slots, (a, b) => {
      const [one, other] = [a, b].map((each) => each.map(({ text }) => text));
      const united = uniteSlots(one!, other!, now);
      expect(uniteSlots(other!, one!, now)).toEqual(united);
      expect(uniteSlots(united, other!, now)).toEqual(united);
      const counting = new Map([...a, ...b].filter(({ until }) => until > now).map(({ text, until }) => [text, until]));
      expect(united).toHaveLength(Math.min(most, counting.size));
      // As long as any is remembered of a full gate, nothing is sent; those left out are forgotten before.
      const first = Math.min(...united.map((text) => counting.get(text)!));
      const lost = [...counting].filter(([text]) => !united.includes(text));
      for (const [, until] of lost) expect(until).toBeLessThanOrEqual(first);
    }),
  );
});
