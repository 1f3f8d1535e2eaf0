import { element } from './element.js';

const format = (/** @type {Intl.DateTimeFormatOptions} */ more) =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
    ...more,
  });
const [short, long] = [format({}), format({ year: 'numeric' })];

/** The ground's time as people say it, in UTC. @param {string} iso @param {'short' | 'long'} [length] */
export const sayTime = (iso, length = 'short') => {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : (length === 'long' ? long : short).format(at);
};

/** @param {string} iso */
export const timeOf = (iso) => element('time', { datetime: iso, title: iso }, sayTime(iso));
