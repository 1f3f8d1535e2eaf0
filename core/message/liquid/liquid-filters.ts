const ISO_INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/;

/** Each letter costs a formatter. */
const LONGEST_FORMAT = 200;

/** The name of each strftime letter in `Intl.DateTimeFormat`. */
const PARTS: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  Y: { year: 'numeric' },
  m: { month: '2-digit' },
  B: { month: 'long' },
  b: { month: 'short' },
  d: { day: '2-digit' },
  e: { day: 'numeric' },
  A: { weekday: 'long' },
  a: { weekday: 'short' },
  H: { hour: '2-digit', hourCycle: 'h23' },
  I: { hour: 'numeric', hourCycle: 'h12' },
  M: { minute: '2-digit' },
  p: { hour: 'numeric', hourCycle: 'h12' },
};
const PART_TYPES: Readonly<Record<string, Intl.DateTimeFormatPartTypes>> = {
  Y: 'year',
  m: 'month',
  B: 'month',
  b: 'month',
  d: 'day',
  e: 'day',
  A: 'weekday',
  a: 'weekday',
  H: 'hour',
  I: 'hour',
  M: 'minute',
  p: 'dayPeriod',
};

/**
 * `{{ at | date: '%-d %B %Y, %H:%M', profile.timezone }}`, UTC without a zone. There is no `now`: a message says what the
 * data says, and renders the same tomorrow. A third argument is the locale, else that of the message.
 * @throws Error for what is no ISO 8601 date, an unknown zone, locale or letter.
 */
export const formatDate = (
  value: unknown,
  format: unknown = '%-d %B %Y',
  zone: unknown = 'UTC',
  locale: unknown = 'en-US',
): string => {
  if (typeof value !== 'string' || !ISO_INSTANT.test(value)) throw new Error('date: the value is no ISO 8601 date');
  if (typeof format !== 'string' || typeof zone !== 'string' || typeof locale !== 'string')
    throw new Error('date: format, zone and locale are texts');
  if (format.length > LONGEST_FORMAT) throw new Error(`date: the format is longer than ${LONGEST_FORMAT} characters`);
  const instant = new Date(Date.parse(value));
  const write = (_match: string, flag: string, letter: string): string => {
    const options = PARTS[letter];
    if (options === undefined) throw new Error(`date: %${letter} is not known`);
    const parts = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }).formatToParts(instant);
    const text = parts.find((part) => part.type === PART_TYPES[letter])?.value ?? '';
    if (flag === '-') return text.replace(/^0(?=\d)/, '');
    return letter === 'M' || letter === 'H' ? text.padStart(2, '0') : text;
  };
  return format.replaceAll(/%(-?)([A-Za-z])/g, write);
};

/**
 * `{{ 49.9 | money: 'EUR' }}` → `€49.90`. A second argument is the locale, else that of the message. Without a currency the bare amount is written.
 * @throws Error when the value is no number.
 */
export const formatMoney = (value: unknown, currency: unknown = '', locale: unknown = 'en'): string => {
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof amount !== 'number' || !Number.isFinite(amount)) throw new Error('money: the value is no number');
  const style: Intl.NumberFormatOptions =
    typeof currency === 'string' && /^[A-Za-z]{3}$/.test(currency)
      ? { style: 'currency', currency }
      : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return numberFormat(typeof locale === 'string' ? locale : 'en', style).format(amount);
};

/** Making a format costs as much as all the rest of a short message, and there are few of them. */
const numberFormats = new Map<string, Intl.NumberFormat>();
const MOST_FORMATS = 100;

const numberFormat = (locale: string, style: Intl.NumberFormatOptions): Intl.NumberFormat => {
  const key = `${locale} ${style.currency ?? ''}`;
  const format = numberFormats.get(key) ?? new Intl.NumberFormat(locale, style);
  if (numberFormats.size < MOST_FORMATS) numberFormats.set(key, format);
  return format;
};
