import { durationMs } from '../../document/duration.ts';
import { fieldOf, type Finding, isWritten, listAt, textAt, warning } from '../problem.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const week = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const minutesOf = (clock: string | undefined): number | undefined => {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(clock ?? '') ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
};

/** How long a window stays shut from its closing to its next opening on an open day, in ms. */
const shutMs = (window: unknown): number | undefined => {
  const [from, to] = [minutesOf(textAt(window, 'from')), minutesOf(textAt(window, 'to'))];
  if (from === undefined || to === undefined) return undefined;
  return ((from - to + 1440) % 1440) * 60_000;
};

/** The most days in a row on which a window does not open. */
const longestRun = (window: unknown): number => {
  const days = listAt(window, 'days');
  const opens = (weekday: string): boolean => days.length === 0 || days.includes(weekday);
  const closed = new Set(listAt(window, 'closed').filter((day) => typeof day === 'string'));
  const isShut = (ms: number): boolean =>
    closed.has(new Date(ms).toISOString().slice(0, 10)) || !opens(week[new Date(ms).getUTCDay()] ?? '');
  const runFrom = (start: number): number => {
    let run = 0;
    while (run < 400 && isShut(start + run * dayMs)) run++;
    return run;
  };
  // Of every weekday once, and of the days before and on each closed one.
  const someMonday = Date.UTC(2001, 0, 1);
  const plain = week.map((_, i) => runFrom(someMonday + i * dayMs));
  const dates = [...closed].map((day) => Date.parse(day)).filter((ms) => !Number.isNaN(ms));
  const around = dates.flatMap((ms) => [0, 1, 2, 3, 4, 5, 6].map((back) => runFrom(ms - back * dayMs)));
  return Math.max(0, ...plain, ...around);
};

const isEmpty = (hours: unknown): boolean => {
  const opens = textAt(hours, 'from');
  return opens !== undefined && opens === textAt(hours, 'to');
};

/** A window that never opens, or that is shut for longer than a message is held. */
export const windowFindings = (window: unknown): readonly Finding[] => {
  if (!isWritten(window)) return [];
  const never = 'The window opens and closes at the same time; give it some hours.';
  const per = ['email', 'sms', 'push']
    .filter((channel) => isEmpty(fieldOf(window['per'], channel)))
    .map((channel) => ({ path: ['window', 'per', channel], message: never }));
  const empty = [...(isEmpty(window) ? [{ path: ['window'], message: never }] : []), ...per];
  const run = longestRun(window);
  if (run >= 400)
    return [
      ...empty,
      { path: ['window', 'closed'], message: 'The window is closed on every day for a year; leave some open.' },
    ];
  const shut = (shutMs(window) ?? 0) + run * dayMs;
  const atMost = durationMs(textAt(window, 'atMost') ?? '1 day') ?? shut;
  const holds = (textAt(window, 'otherwise') ?? 'hold') === 'hold';
  if (empty.length > 0 || !holds || shut <= atMost) return empty;
  const count = Math.ceil(shut / hourMs);
  const hours = count === 1 ? '1 hour' : `${count} hours`;
  return [
    warning(
      ['window', window['atMost'] === undefined ? 'days' : 'atMost'],
      `The window can be shut for ${hours}, and a message is held for less: what comes just after closing is skipped. Write \`atMost: ${hours}\`.`,
    ),
  ];
};
