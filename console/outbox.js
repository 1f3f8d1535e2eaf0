import { byId, channelMark, element } from './element.js';
import { timeOf } from './say-time.js';

/** More than a person scrolls through; the rest is at `/_local/outbox`. */
const most = 200;

/** @type {Map<string, HTMLElement>} */
const rows = new Map();

/** @param {import('./ground.js').Message} message */
const rowOf = ({ channel, to, subject, text = '', at }) =>
  element(
    'button',
    { type: 'button' },
    channelMark(channel),
    element('span', { class: 'to' }, to),
    timeOf(at),
    element('span', { class: 'said' }, subject || text),
  );

/**
 * Shows the newest messages first. Rows that are there already stay, so that neither focus nor place is lost.
 * @param {readonly import('./ground.js').Message[]} outbox oldest first
 * @param {(id: string) => void} open
 */
export const showOutbox = (outbox, open) => {
  const shown = outbox.slice(-most);
  const list = byId('messages');
  const isFirst = rows.size === 0;
  const ids = new Set(shown.map(({ id }) => id));
  for (const [id, row] of rows) {
    if (ids.has(id)) continue;
    row.remove();
    rows.delete(id);
  }
  for (const message of shown) {
    if (rows.has(message.id)) continue;
    const button = rowOf(message);
    button.addEventListener('click', () => open(message.id));
    const row = element('li', { class: isFirst ? '' : 'new' }, button);
    rows.set(message.id, row);
    list.prepend(row);
  }
  byId('outbox-count').textContent = outbox.length === 0 ? '' : String(outbox.length);
  byId('outbox-empty').hidden = outbox.length > 0;
};

/** @param {string | undefined} opened id of the message that is open */
export const markOpened = (opened) => {
  for (const [id, row] of rows) {
    const button = row.firstElementChild;
    if (id === opened) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
};

/** @param {string} id */
export const focusRow = (id) => rows.get(id)?.querySelector('button')?.focus();
