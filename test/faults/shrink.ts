import type { Bug } from './ground/aws.ts';
import type { Plan } from './ground/plan.ts';
import { scriptOf } from './story/script.ts';
import { tellStory, type Told } from './story/tell-story.ts';

/** Tries each of these away, many at once first. */
const halves = <T>(items: readonly T[]): readonly (readonly T[])[] => {
  const parts: (readonly T[])[] = [];
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < items.length; from += size) parts.push(items.slice(from, from + size));
  return parts;
};

/** The same broken promise with as few faults, interruptions and signals as greed finds. */
export const shrink = async (found: Told, bug?: Bug, most = 120): Promise<Told> => {
  const promise = found.violations[0]?.promise;
  let best = found;
  let left = most;
  const attempt = async (plan: Plan): Promise<boolean> => {
    if (left-- <= 0) return false;
    const told = await tellStory(plan, { bug, isAgain: true });
    const isSame = told.violations.some((violation) => violation.promise === promise);
    if (isSame) best = told;
    return isSame;
  };
  const { seed } = found.plan;
  const { spoken, reactions, meanwhile } = scriptOf(seed);
  // `attempt` counts `left` down.
  // oxlint-disable-next-line no-unmodified-loop-condition
  for (let before = Infinity; left > 0 && best.choices.size + best.trace.length < before;) {
    before = best.choices.size + best.trace.length;
    const lines = [...spoken, ...reactions, ...meanwhile].map(({ number }) => number);
    for (const part of halves(lines.filter((number) => best.plan.without?.has(number) !== true)))
      await attempt({ seed, choices: best.choices, without: new Set([...(best.plan.without ?? []), ...part]) });
    for (const part of halves([...best.choices.keys()])) {
      const choices = new Map(best.choices);
      for (const key of part) choices.delete(key);
      if (choices.size < best.choices.size) await attempt({ ...best.plan, seed, choices });
    }
  }
  return best;
};
