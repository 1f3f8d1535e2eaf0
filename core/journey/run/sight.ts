import type { ProfileView } from '#core/profile';
import { chooseFirst, type Sight } from '../plan/advance.ts';
import type { Draw } from '../plan/draw.ts';
import type { Enrolment } from './enrolment.ts';
import { holds, runBindings, withAnswers } from './holds.ts';

/** What a run sees of its customer as it goes on. */
export const sightOf = (
  run: Pick<Enrolment, 'entry' | 'seenBefore' | 'steps'>,
  profile: ProfileView,
  draw: Draw,
): Sight => {
  const bindings = runBindings(run, profile);
  return {
    steps: run.steps,
    holds: (condition, steps) => holds(condition, { ...bindings, steps: withAnswers(steps) }),
    draw,
    choose: chooseFirst,
  };
};
