/** The six fields of a cron expression: times as numbers in order, the calendar as croner reads it. */
export type CronFields = {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: string;
  readonly months: string;
  readonly weekdays: string;
  readonly years: string;
};

type Range = readonly [from: number, to: number];
const YEARS: Range = [1970, 2199];

/** Reads six fields; throws an error saying what AWS would not take. */
export const cronFields = (body: string): CronFields => {
  const [minutes = '', hours = '', days = '', months = '', weekdays = '', years = '', ...more] = body
    .trim()
    .split(/\s+/);
  if (years === '' || more.length > 0) throw new Error('six fields are needed');
  if ((days === '?') === (weekdays === '?')) throw new Error('exactly one of the two day fields must be ?');
  if ([minutes, hours, months, years].some((field) => /[?LW#]/i.test(field.replaceAll(/[a-z]{3}/gi, ''))))
    throw new Error('?, L, W and # belong into the day fields');
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions
  if (weekdays.includes('#') && weekdays.includes(',')) throw new Error('a # must be alone in its field');
  for (const [weekday] of weekdays.matchAll(/(?<![#/\d])\d+/g))
    if (Number(weekday) < 1 || Number(weekday) > 7) throw new Error(`${weekday} is no day of the week`);
  return {
    minutes: numbersOf(minutes, [0, 59]),
    hours: numbersOf(hours, [0, 23]),
    days: stepped(days, [1, 31]),
    months: stepped(months, [1, 12]),
    // A lone L is the last day of the week.
    weekdays: weekdays.toUpperCase() === 'L' ? '7' : stepped(weekdays, [1, 7]),
    years: checkedYears(stepped(years, YEARS)),
  };
};

/** AWS lets a step begin at a number (`1/7`: from 1 on); croner asks for the range it means. */
const stepped = (field: string, [, to]: Range): string =>
  field
    .split(',')
    .map((part) => part.replace(/^(\w+)\/(\d+)$/, `$1-${to}/$2`))
    .join(',');

const checkedYears = (field: string): string => {
  for (const [year] of field.matchAll(/\d{3,}/g))
    if (Number(year) < YEARS[0] || Number(year) > YEARS[1]) throw new Error(`${year} is no year`);
  return field;
};

const numbersOf = (field: string, range: Range): readonly number[] =>
  [...new Set(field.split(',').flatMap((part) => rangeOf(part, range)))].toSorted((a, b) => a - b);

const rangeOf = (part: string, [least, most]: Range): readonly number[] => {
  const [, first = '', last, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
  if (first === '') throw new Error(`${part} is not understood`);
  const from = first === '*' ? least : Number(first);
  const open = first === '*' || step !== undefined ? most : from;
  const to = last === undefined ? open : Number(last);
  const by = Number(step ?? 1);
  if (from < least || to > most || to < from || by < 1 || (first === '*' && last !== undefined))
    throw new Error(`${part} is not between ${least} and ${most}`);
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);
};
