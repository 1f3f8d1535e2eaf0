import type { Act } from './act.ts';
import { type Enrolment, heldOut } from './enrolment.ts';

/** The run that an `enrol` begins. */
export const beginRun = (act: Extract<Act, { do: 'enrol' }>): Enrolment => {
  const { journey, version, machine, enrol, key, occurrence, entry, seenBefore, parent, hops, at } = act;
  return {
    journey,
    version,
    machine,
    enrol,
    key,
    occurrence,
    entry,
    seenBefore,
    ...(parent === undefined ? {} : { parent }),
    ...(hops === undefined ? {} : { hops }),
    enteredAt: at,
    heard: {},
    steps: {},
    goals: {},
    ...(act.isHeldOut === true ? { endedAt: at, endReason: heldOut } : {}),
  };
};

/** The run as it will be once the act is performed: so that the next signal of the same batch sees it. */
export const afterAct = (run: Enrolment | undefined, act: Act): Enrolment | undefined => {
  if (act.do === 'enrol') return beginRun(act);
  if (run === undefined) return undefined;
  switch (act.do) {
    case 'exit':
      return { ...run, exitedAt: act.at, exitReason: act.reason };
    case 'hear':
      return {
        ...run,
        heard: { ...run.heard, [act.stepKey]: act.winner },
        steps: { ...run.steps, [act.step]: act.note },
      };
    case 'note':
      return run.steps[act.step] === undefined
        ? run
        : { ...run, steps: { ...run.steps, [act.step]: { ...run.steps[act.step], [act.field]: act.at } } };
    case 'goal':
      return { ...run, goals: { ...run.goals, [act.goal]: { at: act.at } } };
    case 'update':
      return { ...run, entry: act.entry };
    case 'restart':
    case 'replan':
    case 'forget':
      return run;
  }
};
