import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JourneyDocument, planJourney } from '#core/journey';

const titlesOf = (steps: unknown) => {
  const journey = JourneyDocument.parse({ name: 'j', triggers: [{ signal: 'X' }], topic: 't', steps });
  return Object.values(planJourney(journey).nodes).map(({ title }) => title);
};

describe('a step is called what its author would call it', () => {
  test('in few words: with a hold before it and a number behind, it still is a name of AWS', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'ü', '漢', '😀'), minLength: 1, maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 9 }), (messages) => {
        const titles = titlesOf(messages.map((message) => ({ send: { message, channels: ['email'] } })));
        expect(new Set(titles).size).toBe(messages.length);
        for (const title of titles) expect(`Hold ${title}`.length).toBeLessThanOrEqual(80);
        for (const title of titles) expect(title.isWellFormed()).toBe(true);
      }),
    );
  });

  test('an id the author gave belongs to that step, whatever comes before it', () => {
    const send = { message: 'a', channels: ['email'] };
    expect(titlesOf([{ send }, { id: 'send-a', send }])).toEqual(['Send a 2', 'send-a']);
  });
});
