import type { Decided, Moved, Watch } from '#core/flow';
import { type Enrolment, holdPrefix, isOpen, type LiveJourney, nodeAt } from '#core/journey';
import type { Profile } from '#core/profile';
import type { Signal } from '#core/signal';
import { groupsFor } from './groups.ts';
import { isResumed, stateCounter } from './state-counter.ts';
import { count, groupTally, keyOf, stepTally, type Tally } from './tally.ts';
import { wayOf } from './way-of.ts';
import { worthOf } from './worth-of.ts';

/** What customers react to: they entered, came to a step, or got a message. */
export type Prompt = {
  readonly after: string;
  readonly run: Enrolment;
  readonly now: number;
  readonly channel?: 'email' | 'sms' | 'push';
};
export type Prompted = (prompt: Prompt) => void;

/** Where a run begins in the ways that are counted, and what its ends begin with. */
export const entrance = '(entered)';
export const endPrefix = '(end) ';

/** Counts what the runs of one customer do. @param prompted is told what the customer may react to. */
export const counterOf = (live: LiveJourney, customer: string, tally: Tally, prompted: Prompted) => {
  const { plan, journey } = live;
  const states = stateCounter(plan, tally);
  const groupsOf = groupsFor(plan, customer);
  const seen = new Map<string, Enrolment>();
  const places = new Map<string, string>();
  const reasons = new Map<string, string>();
  const suppressed = new Set<string>();

  const goes = (run: Enrolment, to: string): void => {
    const key = keyOf(run);
    count(tally.ways, `${places.get(key) ?? entrance}>${to}`);
    places.set(key, to);
  };

  /** The product knows an address that bounced; to the flow it is no address any more. */
  const known = (reason: string): string => (reason === 'no-address' && suppressed.size > 0 ? 'suppressed' : reason);

  const ends = (run: Enrolment, why: string): void => {
    const at = places.get(keyOf(run));
    const reason = known(why);
    reasons.set(keyOf(run), reason);
    if (at !== undefined) count(stepTally(tally, at).ended, reason);
    const isSaid = at !== undefined && nodeAt(plan, at).kind === 'end';
    if (!isSaid) count(tally.ways, `${at ?? entrance}>${endPrefix}${reason}`);
  };

  const reach = (run: Enrolment, id: string, { move, now }: Moved): void => {
    goes(run, id);
    const step = stepTally(tally, id);
    step.reached++;
    const note = move.notes[id];
    const node = nodeAt(plan, id);
    if (node.kind === 'split') count(step.arms, String(note?.['arm']));
    if (node.kind === 'decide') count(step.arms, String(note?.['option'] ?? 'none eligible'));
    if (node.kind === 'waitFor' && note?.['status'] === 'heard') count(step.heard, String(note['outcome']));
    if (node.kind === 'waitFor' || node.kind === 'act') prompted({ after: id, run, now });
  };

  const moved = (what: Moved): void => {
    const { run, happening, move } = what;
    if (run.journey !== journey.name) return;
    if ('timedOut' in happening && nodeAt(plan, happening.timedOut).kind === 'waitFor')
      stepTally(tally, happening.timedOut).timedOut++;
    if ('heard' in happening) count(stepTally(tally, happening.heard).heard, happening.winner);
    const way = isResumed(what) ? [] : wayOf(plan, what);
    for (const id of way) reach(run, id, what);
    states.moved(what, way[0]);
    if (move.do === 'end') ends(run, move.reason);
  };

  const decided = ({ run, step: id, decision, now }: Decided): void => {
    if (run.journey !== journey.name) return;
    const step = stepTally(tally, id);
    switch (decision.do) {
      case 'send':
        step.sent++;
        count(tally.messages, decision.address.channel);
        return prompted({ after: id, run, now, channel: decision.address.channel });
      case 'withhold':
        return count(step.withheld, known(decision.reason));
      case 'hold':
        if (run.steps[id]?.['status'] === 'held') return;
        step.held++;
        count(step.heldFor, decision.reason);
    }
  };

  /** Once per run, when it has done all it will: its arms are known only then. */
  const settle = (run: Enrolment, thousandths: { readonly [goal: string]: number }): void => {
    for (const name of groupsOf(run)) {
      const group = groupTally(tally, name);
      group.runs++;
      for (const goal of Object.keys(run.goals)) {
        count(group.goals, goal);
        count(group.thousandths, goal, thousandths[goal] ?? 0);
      }
    }
    const over = run.endedAt ?? run.exitedAt;
    if (over === undefined) {
      tally.open++;
      const at = places.get(keyOf(run));
      if (at !== undefined) stepTally(tally, at).waiting++;
      return;
    }
    count(tally.ended, reasons.get(keyOf(run)) ?? run.endReason ?? run.exitReason ?? '');
    if (run.endReason !== 'holdout') count(tally.minutes, String(Math.round((over - run.enteredAt) / 60_000)));
  };

  const values = new Map<string, { [goal: string]: number }>();

  const began = (run: Enrolment): void => {
    tally.runs++;
    if (seen.size === 0) tally.entered++;
    if (run.endReason === 'holdout') tally.heldOut++;
    prompted({ after: 'entry', run, now: run.enteredAt });
  };

  const changed = (before: Enrolment, run: Enrolment): void => {
    if (isOpen(before) && run.exitedAt !== undefined) ends(run, run.exitReason ?? '');
    const isMoved = before.step === run.step && before.deadline !== undefined && run.deadline !== undefined;
    if (isMoved && before.deadline !== run.deadline && !run.step?.startsWith(holdPrefix)) states.goesAgain();
  };

  /** Looks at the runs after something happened. */
  const look = (runs: readonly Enrolment[], profile: Profile, signal?: Signal): void => {
    for (const run of runs) {
      const key = keyOf(run);
      const before = seen.get(key);
      if (before === run || run.journey !== journey.name) continue;
      if (before === undefined) began(run);
      else changed(before, run);
      if (signal !== undefined)
        for (const goal of Object.keys(run.goals)) {
          if (before?.goals[goal] !== undefined) continue;
          const source = journey.goals[Number(goal)]?.value;
          const worth = source === undefined ? 0 : worthOf(source, run.entry, { profile, signal });
          values.set(key, { ...values.get(key), [goal]: worth });
        }
      seen.set(key, run);
    }
  };

  const finish = (): void => seen.forEach((run, key) => settle(run, values.get(key) ?? {}));
  const watch: Watch = { moved, decided };
  return { watch, look, finish, suppress: (channel: string) => void suppressed.add(channel) };
};
