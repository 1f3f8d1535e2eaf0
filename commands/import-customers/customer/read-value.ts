import { type Json, parseTimestamp } from '#core/signal';

const yes = new Set(['true', 'yes', 'y', '1', 'on', 'granted', 'subscribed', 'opted-in', 'opted_in', 'opt-in', 'in']);
const no = new Set([
  'false',
  'no',
  'n',
  '0',
  'off',
  'refused',
  'unsubscribed',
  'opted-out',
  'opted_out',
  'opt-out',
  'out',
]);
const nothing = new Set(['', 'null', 'none', 'unknown', 'n/a', '-']);

/** Yes, no, nothing said, or neither. */
export const readAnswer = (value: Json): boolean | 'nothing' | 'neither' => {
  const word = String(value ?? '')
    .trim()
    .toLowerCase();
  if (nothing.has(word)) return 'nothing';
  if (yes.has(word)) return true;
  return no.has(word) ? false : 'neither';
};

const day = /^\d{4}-\d{2}-\d{2}$/;
const noZone = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)$/;

/** An instant as ISO 8601; a day, or a time without a zone, is one of UTC. Undefined when it is none. */
export const readInstant = (value: Json): string | undefined => {
  const text = typeof value === 'string' ? value.trim() : value;
  if (typeof text === 'number' || (typeof text === 'string' && /^\d{12,13}$/.test(text)))
    return instantOf(parseTimestamp(Number(text)));
  if (typeof text !== 'string') return undefined;
  if (day.test(text)) return instantOf(parseTimestamp(`${text}T00:00:00Z`));
  const [, date, time] = noZone.exec(text) ?? [];
  return instantOf(parseTimestamp(date === undefined ? text : `${date}T${time}Z`));
};

const instantOf = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();

const number = /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/;
const isName = /(zip|postal|post_?code|plz|phone|mobile|code|number|_?id)$/i;

/** The text of a cell as what it is: a number and a truth are ones, but the digits of a name are a name. */
export const readTrait = (name: string, value: Json): Json | undefined => {
  if (value === null || value === '') return undefined;
  if (typeof value !== 'string') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return number.test(value) && !isName.test(name) ? Number(value) : value;
};
