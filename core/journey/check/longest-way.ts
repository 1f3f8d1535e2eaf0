import { durationMs } from '../duration.ts';
import { entriesAt, fieldOf, isWritten, listAt, textAt, type Written } from './problem.ts';

/** A state machine runs no longer. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const yearMs = 365 * 86_400_000;

/** The time a step itself takes, in ms; undefined of steps that take none or do not say it rightly. */
export const waitMs = (step: Written): number | undefined => {
  const wait = textAt(step, Object.hasOwn(step, 'wait') ? 'wait' : 'within');
  return wait === undefined ? undefined : durationMs(wait);
};

/**
 * The longest a run may wait from the first of these steps on, in ms; a wait that is too long on its own counts a year.
 * @param after the longest way from below them
 */
export const longestWay = (steps: unknown, after = 0): number =>
  Array.isArray(steps) ? steps.reduceRight<number>((rest, step: unknown) => wayFrom(step, rest), after) : after;

const wayFrom = (step: unknown, after: number): number => {
  if (!isWritten(step)) return after;
  if (Object.hasOwn(step, 'end')) return 0;
  const choices = listAt(step, 'branch').map((choice) => longestWay(fieldOf(choice, 'then'), after));
  if (choices.length > 0) return Math.max(...choices, longestWay(step['otherwise'], after));
  const arms = entriesAt(step, 'then').map(([, arm]) => longestWay(arm, after));
  const outcomes = [...entriesAt(step, 'waitFor').map(([winner]) => winner), 'timeout'];
  const goesOnBelow = outcomes.some((outcome) => fieldOf(step['then'], outcome) === undefined);
  return Math.min(waitMs(step) ?? 0, yearMs) + Math.max(...arms, goesOnBelow ? after : 0);
};
