import { expect } from 'vitest';
import { checkJourney, type Problem, type Surroundings } from '#core/journey';

export const around: Surroundings = {
  topics: { promotions: 'marketing', service: 'transactional' },
  messages: { hello: ['email', 'sms', 'push'], letter: ['email'], text: ['sms'] },
};

const base = {
  name: 'example',
  triggers: [{ signal: 'Order Completed' }],
  topic: 'promotions',
  window: { from: '08:00', to: '20:00', zone: 'customer' },
  steps: [{ wait: '1 hour' }],
};

const lines = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ path, message }) => `${path.join('.')}: ${message}`);

export type Told = { readonly mistakes: readonly string[]; readonly warnings: readonly string[] };

/** What the checker says of a journey: the base with these fields instead. */
export const told = (fields: object, surroundings: Surroundings = around): Told => {
  const { problems = [], warnings } = checkJourney({ ...base, ...fields }, surroundings);
  return { mistakes: lines(problems), warnings: lines(warnings) };
};

export const ofSteps = (...steps: readonly object[]): Told => told({ steps });

export const fine: Told = { mistakes: [], warnings: [] };
export const refused = (...mistakes: readonly (string | RegExp)[]) => ({
  mistakes: mistakes.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))),
  warnings: [],
});
export const warned = (...warnings: readonly (string | RegExp)[]) => ({
  mistakes: [],
  warnings: warnings.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))),
});
