import { durationMs } from '../../document/duration.ts';
import { waitTimeOf } from '../../document/instant.ts';
import { longestWaitMs } from '../../proofs/durations.ts';
import { fieldOf, type Finding, type Path, textAt, type Written } from '../problem.ts';

/** A state machine runs no longer. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const yearMs = 365 * 86_400_000;

export const tooLong = 'A wait is at most 1 year: a state machine runs no longer.';

/** Of a time that is written rightly, in ms. */
const waitMs = (wait: string): number | undefined => {
  const time = waitTimeOf(wait);
  return time === undefined ? undefined : longestWaitMs({ time });
};

type Time = { readonly ms: number | undefined; readonly at: Path; readonly isDate?: boolean };

const duration = (value: unknown, key: string, ...at: Path): readonly Time[] => {
  const text = textAt(value, key);
  return text === undefined ? [] : [{ ms: durationMs(text), at: [...at, key] }];
};

const timesOf = (step: Written): readonly Time[] => {
  const wait = textAt(step, 'wait');
  return [
    ...(wait === undefined ? [] : [{ ms: waitMs(wait), at: [], isDate: wait.startsWith('until ') }]),
    ...(Object.hasOwn(step, 'waitFor') ? duration(step, 'within').map(({ ms }) => ({ ms, at: [] })) : []),
    ...duration(step['task'], 'due', 'task'),
    ...duration(step['start'], 'within', 'start'),
    ...duration(step['repeat'], 'every', 'repeat'),
    ...duration(step['send'], 'expires', 'send'),
  ];
};

/** Waits of no time, and of more time than there is. */
export const timeFindings = (step: Written, path: Path): readonly Finding[] =>
  timesOf(step).flatMap(({ ms, at, isDate = false }): readonly Finding[] => {
    if (ms === undefined) return [];
    if (ms <= 0 && !isDate)
      return [{ path: [...path, ...at], message: 'A wait takes some time: write `5 minutes` or more.' }];
    return ms > yearMs ? [{ path: [...path, ...at], message: tooLong }] : [];
  });

/** A way for a missing date, where the date is never missing. */
export const dateFindings = (step: Written, path: Path): readonly Finding[] => {
  const time = waitTimeOf(textAt(step, 'wait') ?? '');
  if (fieldOf(step, 'otherwise') === undefined || time === undefined) return [];
  const isCertain =
    'ms' in time || (time.until.bestTime !== true && (time.until.base.is === 'now' || time.until.base.is === 'entry'));
  const message =
    'This `otherwise` is never reached: it is for a date that is missing, and this wait needs none. Remove it, or wait `until` a trait.';
  return isCertain ? [{ path: [...path, 'otherwise'], message }] : [];
};
