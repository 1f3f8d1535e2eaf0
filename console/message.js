import { byId, channelMark, element } from './element.js';
import { timeOf } from './say-time.js';

/** @typedef {import('./ground.js').Message} Message */
/** @typedef {(what: string, more?: { link?: string, text?: string }) => void} Act */

const isWeb = (/** @type {string} */ url) => /^https?:\/\//i.test(url);

/** A parsed document is inert: it runs nothing and loads nothing. */
const parse = (/** @type {string} */ html) => new DOMParser().parseFromString(html, 'text/html');

/** Links of an email, in its order. */
const linksOf = (/** @type {Message} */ { html = '' }) => {
  const anchors = [...parse(html).querySelectorAll('a[href]')];
  const links = anchors.map((anchor) => [anchor.getAttribute('href') ?? '', anchor.textContent.trim()]);
  return [...new Map(links.filter(([url]) => isWeb(url)))].map(([url, label]) => ({ url, label: label || url }));
};

/** The email's own page, whose links open nowhere (a sandbox has no popups) and whose pictures from elsewhere stay away. */
const pageOf = (/** @type {string} */ html, /** @type {boolean} */ withPictures) => {
  const page = parse(html);
  page.head.prepend(page.createElement('base'));
  page.head.firstElementChild.setAttribute('target', '_blank');
  const pictures = [...page.querySelectorAll('img[src], img[srcset]')].filter(({ src }) => !src.startsWith('data:'));
  if (!withPictures) for (const picture of pictures) ['src', 'srcset'].forEach((name) => picture.removeAttribute(name));
  return { text: `<!doctype html>${page.documentElement.outerHTML}`, hasPictures: pictures.length > 0 };
};

const button = (/** @type {string} */ label, /** @type {() => void} */ press) => {
  const made = element('button', { type: 'button' }, label);
  made.addEventListener('click', press);
  return made;
};

/** Which link is clicked: asked only when there are several. */
const clickOn = (/** @type {Message} */ message, /** @type {Act} */ act) => {
  const links = linksOf(message);
  if (links.length === 0) return [];
  const choice = element(
    'select',
    { 'aria-label': 'Link' },
    ...links.map(({ url, label }) => element('option', { value: url, title: url }, label)),
  );
  const click = button('Click', () => act('click', { link: choice.value }));
  return links.length === 1 ? [click] : [element('span', { class: 'pair' }, click, choice)];
};

const replyWith = (/** @type {Act} */ act) => {
  const text = element('input', { type: 'text', value: 'STOP', 'aria-label': 'Reply', size: '10' });
  return element(
    'span',
    { class: 'pair' },
    button('Reply', () => act('reply', { text: text.value })),
    text,
  );
};

/** What its recipient can do with a message, as far as AWS would report it. */
const actions = (/** @type {Message} */ message, /** @type {Act} */ act) => {
  const other = (/** @type {string} */ label, /** @type {string} */ what) => button(label, () => act(what));
  switch (message.channel) {
    case 'email':
      return [
        ...clickOn(message, act),
        other('Open', 'open'),
        other('Bounce', 'bounce'),
        other('Complain', 'complain'),
        ...unsubscribe(message),
      ];
    case 'sms':
      return [replyWith(act), other('Bounce', 'bounce')];
    default:
      return [element('span', { class: 'quiet' }, 'AWS reports nothing of a push message once it is sent.')];
  }
};

const unsubscribe = (/** @type {Message} */ { headers = {} }) => {
  const url = /<(https?:[^>]+)>/i.exec(headers['List-Unsubscribe'] ?? '')?.[1];
  if (url === undefined) return [];
  return [element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, 'Unsubscribe page')];
};

/**
 * Foreign HTML lives in an opaque origin without scripts, forms and popups; by this page's policy it loads nothing but
 * pictures, and those only when asked to.
 */
const emailBody = (/** @type {Message} */ { html, subject }) => {
  const { text, hasPictures } = pageOf(html, false);
  const frame = element('iframe', { sandbox: '', srcdoc: text, title: `Email: ${subject ?? ''}` });
  if (!hasPictures) return [frame];
  const show = button('Show pictures', () => {
    frame.srcdoc = pageOf(html, true).text;
    note.remove();
  });
  const note = element('p', { class: 'pictures' }, 'Pictures from elsewhere are not loaded. ', show);
  return [note, frame];
};

const bodyOf = (/** @type {Message} */ message) =>
  message.html ? emailBody(message) : [element('p', { class: 'bubble' }, message.text ?? '')];

const table = (/** @type {Record<string, string>} */ entries) =>
  element(
    'dl',
    {},
    ...Object.entries(entries).flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, String(value))]),
  );

const details = (/** @type {string} */ title, /** @type {Node} */ content) =>
  element('details', {}, element('summary', {}, title), content);

const extras = (/** @type {Message} */ { html, text, headers = {}, tags = {} }) => [
  ...(html && text ? [details('Text', element('pre', {}, text))] : []),
  ...(Object.keys(headers).length > 0 ? [details('Headers', table(headers))] : []),
  ...(Object.keys(tags).length > 0 ? [details('Tags', table(tags))] : []),
];

/**
 * Shows one message: who it went to, what can be done with it, what it says, and what is written on its envelope.
 * @param {Message} message
 * @param {{ act: Act, close: () => void }} person
 */
export const showMessage = (message, { act, close }) => {
  const { channel, to, from, subject, at } = message;
  const title = subject || { sms: 'SMS', push: 'Push' }[channel] || channel;
  const pane = byId('message');
  pane.replaceChildren(
    element('header', {}, channelMark(channel), element('h2', { tabindex: '-1' }, title), button('Close', close)),
    element(
      'p',
      { class: 'envelope' },
      element('span', {}, 'to ', element('b', {}, to)),
      element('span', {}, `from ${from}`),
      timeOf(at),
    ),
    element('p', { class: 'actions', role: 'group', 'aria-label': 'As its recipient' }, ...actions(message, act)),
    ...bodyOf(message),
    ...extras(message),
  );
  pane.hidden = false;
};

export const closeMessage = () => {
  byId('message').hidden = true;
  byId('message').replaceChildren();
};
