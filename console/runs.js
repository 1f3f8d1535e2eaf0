import { byId, element } from './element.js';

/** @typedef {import('./ground.js').Run} Run */
/** @typedef {import('./ground.js').Message} Message */

const most = 100;
let shown = '';

const journeyOf = (/** @type {Run} */ { machine }) => {
  const [, name = machine] = /:stateMachine:([^:]+)/.exec(machine) ?? [];
  return name.replace(/^segue-[^-]+-/, '');
};

/** Runs go by ids only; whose it is, is known once it has sent something: its messages carry the run's id. */
const whose = (/** @type {Run} */ { execution = '' }, /** @type {readonly Message[]} */ outbox) => {
  const name = execution.split(':').at(-1) ?? '';
  const mine = outbox.find(({ tags = {} }) => tags.enrol && name.startsWith(`${tags.enrol}-${tags.occurrence}-`));
  return mine?.to ?? '';
};

const chip = (/** @type {string} */ state, /** @type {boolean} */ isHere) =>
  element('li', isHere ? { class: 'here', 'aria-current': 'step' } : {}, state);

const rowOf = (/** @type {Run} */ run, /** @type {readonly Message[]} */ outbox) => {
  const isRunning = run.status === 'RUNNING';
  const last = run.entered.length - 1;
  return element(
    'li',
    {},
    element('span', { class: 'journey' }, journeyOf(run)),
    element('span', { class: 'whose' }, whose(run, outbox)),
    element(
      'ol',
      { class: 'chips', 'aria-label': 'States entered' },
      ...run.entered.map((state, i) => chip(state, isRunning && i === last)),
    ),
    element('span', { class: `status ${run.status.toLowerCase()}` }, run.status.toLowerCase().replaceAll('_', ' ')),
  );
};

/**
 * Shows the runs, open ones first, each with the states it has been in.
 * @param {readonly Run[]} runs oldest first
 * @param {readonly Message[]} outbox
 */
export const showRuns = (runs, outbox) => {
  const text = JSON.stringify([runs, outbox.length]);
  if (text === shown) return;
  shown = text;
  const open = runs.filter(({ status }) => status === 'RUNNING');
  const over = runs.filter(({ status }) => status !== 'RUNNING');
  const rows = [...open.toReversed(), ...over.toReversed()].slice(0, most);
  byId('executions').replaceChildren(...rows.map((run) => rowOf(run, outbox)));
  byId('runs-count').textContent = runs.length === 0 ? '' : `${open.length} open, ${over.length} over`;
  byId('runs-empty').hidden = runs.length > 0;
};
