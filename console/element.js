/**
 * Makes an element. What it says is always text: nothing that comes from a message becomes markup of this page.
 * @param {string} tag
 * @param {Record<string, string | boolean | undefined>} [attributes] `true` = present, `false` and `undefined` = absent
 * @param {...(Node | string)} children
 */
export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : value);
  made.append(...children);
  return made;
};

/** @param {string} id the element's id in the page */
export const byId = (id) => document.getElementById(id);

const svg = 'http://www.w3.org/2000/svg';
const channels = ['email', 'sms', 'push'];

/** @param {string} channel */
export const channelMark = (channel) => {
  const mark = document.createElementNS(svg, 'svg');
  const use = document.createElementNS(svg, 'use');
  const known = channels.includes(channel) ? channel : 'push';
  use.setAttribute('href', `#${known}`);
  mark.setAttribute('class', `channel ${known}`);
  mark.setAttribute('role', 'img');
  mark.setAttribute('aria-label', channel);
  mark.append(use);
  return mark;
};
