import { advance, type Happening, JourneyDocument, planJourney, type Sight } from '#core/journey';

export const planOf = (...steps: readonly object[]) =>
  planJourney(JourneyDocument.parse({ name: 'j', triggers: [{ signal: 'X' }], topic: 't', steps }));

/** A customer of whom exactly these conditions hold; chance gives what is asked, the first option is chosen. */
export const seeing = (...holding: readonly string[]): Sight => ({
  steps: {},
  holds: (condition) => holding.includes(condition),
  draw: () => 0.5,
  choose: (_, [first]) => (first === undefined ? undefined : { option: first.option, reason: 'first-eligible' }),
});

/** The next move in short: what is done, where, and what is noted on the way. */
export const move = (plan: ReturnType<typeof planOf>, happening: Happening, sight: Sight = seeing()) => {
  const next = advance(plan, happening, sight);
  const where = next.do === 'end' ? next.reason : next.node.id;
  return Object.keys(next.notes).length === 0 ? `${next.do} ${where}` : [`${next.do} ${where}`, next.notes];
};
