import { advance, drawsOf, type Enrolment, type Plan, sightOf } from '#core/journey';
import { emptyProfile, viewProfile } from '#core/profile';

/** The groups whose goals are compared, of the runs of one customer. */
export const groupsFor = (plan: Plan, customer: string): ((run: Enrolment) => readonly string[]) => {
  const splits = Object.values(plan.nodes).flatMap(({ id, kind }) => (kind === 'split' ? [id] : []));
  let arms: readonly string[] | undefined;

  /**
   * The arms a customer belongs to, whether a run came to the split or not: only so do arms compare fairly with one another
   * and with the holdout, who come to nothing.
   */
  const armsOf = (run: Enrolment): readonly string[] =>
    (arms ??= splits.map((id) => {
      const { notes } = advance(plan, { reached: id }, sightOf(run, viewProfile(emptyProfile()), drawsOf(customer)));
      return `${id}: ${String(notes[id]?.['arm'])}`;
    }));

  return (run) => {
    if (run.endReason === 'holdout') return ['holdout'];
    const decided = Object.entries(run.steps).filter(([, { status }]) => status === 'decided');
    const options = decided.map(([id, { option }]) => `${id}: ${String(option ?? 'none eligible')}`);
    return ['carried', ...armsOf(run), ...options];
  };
};
