import { Temporal } from 'temporal-polyfill';
import { cronExpression } from './cron/cron-expression.ts';

/** The first instant after `after` at which a schedule fires, in milliseconds, or `undefined` when it never fires again. */
export type Next = (after: number) => number | undefined;

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * `rate(5 minutes)`, `cron(0 9 ? * MON-FRI *)` or `at(2026-01-05T09:00:00)`, as a rule or a schedule writes it. Throws at start on
 * anything else, naming it.
 * @param origin when the schedule was made, in milliseconds: a rate counts from there
 */
export const scheduleExpression = (expression: string, zone: string, origin: number): Next => {
  const [, kind, body = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'rate':
      return rate(body, expression, origin);
    case 'cron':
      return named(expression, () => cronExpression(body, zone));
    case 'at':
      return once(body, expression, zone);
    default:
      throw new Error(`Schedule ${expression} is not supported: write rate(…), cron(…) or at(…)`);
  }
};

/** Says which schedule it is that cannot be read. */
const named = (expression: string, read: () => Next): Next => {
  try {
    return read();
  } catch (error) {
    throw new Error(`Schedule ${expression} is not supported: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
};

/** Whether a schedule fires once. */
export const isOnce = (expression: string): boolean => expression.startsWith('at(');

const rate = (body: string, expression: string, origin: number): Next => {
  const [, amount = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(body) ?? [];
  const milliseconds = unitOf(unit) * Number(amount);
  if (!(milliseconds > 0)) throw new Error(`Schedule ${expression} is not supported: write rate(5 minutes)`);
  return (after) => origin + (Math.floor((after - origin) / milliseconds) + 1) * milliseconds;
};

const unitOf = (unit: string): number => (unit === 'minute' || unit === 'hour' || unit === 'day' ? UNITS[unit] : 0);

const once = (body: string, expression: string, zone: string): Next => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body))
    throw new Error(`Schedule ${expression} is not supported: write at(2026-01-05T09:00:00)`);
  const at = Temporal.PlainDateTime.from(body).toZonedDateTime(zone).epochMilliseconds;
  return (after) => (at > after ? at : undefined);
};
