import { byId } from './element.js';
import { findGround } from './ground.js';
import { closeMessage, showMessage } from './message.js';
import { focusRow, markOpened, showOutbox } from './outbox.js';
import { showRuns } from './runs.js';
import { sayTime } from './say-time.js';

/** The window on the local ground: looks every two seconds while somebody is looking. It speaks HTTP only. */
const everyMs = 2000;
/** A big outbox takes long to read; looking may take a tenth of the time at most. */
const restFactor = 10;

/** Nobody reads in no time: a click right after sending counts as a machine's. Virtual time lets its reader read first. */
const readingMs = 10_000;

/** @type {Awaited<ReturnType<typeof findGround>> | undefined} */
let ground;
/** @type {import('./ground.js').Clock} */
let clock = { now: '' };
/** @type {readonly import('./ground.js').Message[]} */
let outbox = [];
/** @type {string | undefined} */
let opened;
let isFollowing = true;
let timer = 0;

const say = (/** @type {string} */ text, /** @type {boolean} */ isTrouble = false) => {
  const notice = byId('notice');
  notice.classList.toggle('trouble', isTrouble);
  if (notice.textContent !== text) notice.textContent = text;
};

/** Does something a person asked for and says how it went. */
const attempt = async (/** @type {() => Promise<string>} */ work) => {
  try {
    const said = await work();
    await look();
    say(said);
  } catch (error) {
    say(error.message, true);
  }
};

const did = { click: 'Clicked', open: 'Opened', bounce: 'Bounced', complain: 'Complained about', reply: 'Replied' };

const act = (/** @type {string} */ what, /** @type {object} */ more = {}) =>
  attempt(async () => {
    const { id, to, at } = outbox.find((message) => message.id === opened);
    const isFresh = Date.parse(clock.now) - Date.parse(at) < readingMs;
    if (isFresh && clock.kind !== 'real') await ground.advance(`PT${readingMs / 1000}S`);
    await ground.act(id, what, more);
    return `${did[what]}: ${to}`;
  });

const close = () => {
  const before = opened;
  [opened, isFollowing] = [undefined, false];
  closeMessage();
  markOpened(undefined);
  if (before !== undefined) focusRow(before);
};

const open = (/** @type {string} */ id) => {
  const message = outbox.find((each) => each.id === id);
  if (message === undefined) return;
  opened = id;
  markOpened(id);
  showMessage(message, { act: (what, more) => void act(what, more), close });
};

/** Opened by hand: it stays open, and the reader goes there. */
const openByHand = (/** @type {string} */ id) => {
  isFollowing = false;
  open(id);
  const title = byId('message').querySelector('h2');
  title?.focus({ preventScroll: matchMedia('(min-width: 56rem)').matches });
};

const showClock = () => {
  const { now, kind = 'virtual' } = clock;
  const time = byId('now');
  time.textContent = sayTime(now, 'long');
  time.dateTime = now;
  byId('kind').textContent = `UTC, ${kind} time`;
  byId('pass').hidden = kind === 'real';
};

const look = async () => {
  ground ??= await findGround();
  const sight = await ground.look();
  ({ clock, outbox } = sight);
  showClock();
  showOutbox(outbox, openByHand);
  const newest = outbox.at(-1)?.id;
  const isGone = opened !== undefined && !outbox.some(({ id }) => id === opened);
  if (isGone) close();
  if (isFollowing && newest !== undefined && newest !== opened) open(newest);
  markOpened(opened);
  showRuns(sight.runs, outbox);
};

const pass = (/** @type {HTMLButtonElement} */ button) =>
  attempt(async () => {
    const buttons = [...byId('pass').querySelectorAll('button')];
    const before = outbox.length;
    for (const each of buttons) each.disabled = true;
    button.setAttribute('aria-busy', 'true');
    try {
      await ground.advance(button.dataset.advance);
      await look();
    } finally {
      for (const each of buttons) each.disabled = false;
      button.removeAttribute('aria-busy');
      button.focus({ preventScroll: true });
    }
    const sent = outbox.length - before;
    return `${button.textContent} passed, ${sent === 0 ? 'nothing was sent' : sent === 1 ? '1 message was sent' : `${sent} messages were sent`}.`;
  });

const watch = async () => {
  clearTimeout(timer);
  const began = performance.now();
  try {
    await look();
    if (byId('notice').classList.contains('lost')) say('');
    byId('notice').classList.remove('lost');
  } catch (error) {
    ground = undefined;
    say(error.message, true);
    byId('notice').classList.add('lost');
  }
  const took = performance.now() - began;
  if (!document.hidden) timer = setTimeout(watch, Math.max(everyMs, took * restFactor));
};

byId('pass').addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (button !== null && ground !== undefined) void pass(button);
});
document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : void watch()));
void watch();
