import { isDeepStrictEqual } from 'node:util';
import { emptyProfile, foldSignal, viewProfile } from '#core/profile';
import { nextOpening } from '#core/decision';
import { messageReport } from '#core/feedback';
import type { StateMachines } from '../ground/state-machines.ts';
import { type History, nodeOf } from './history.ts';
import { idOf, type Row, rowsOf } from './people.ts';
import type { Person } from './script.ts';

type Ending = {
  readonly history: History;
  readonly machines: StateMachines;
  readonly people: readonly Person[];
  readonly hasNoOutage: boolean;
};

/** A provider is given up this long after the decision. */
const callMs = 20_000;
const hourMs = 3_600_000;
/** So often is a provider asked for a message of service. */
const mostAttempts = 8;

const isClosed = (run: Row): boolean => run['exitedAt'] !== undefined || run['endedAt'] !== undefined;

const twice = ({ history: { accepted, claims, broken } }: Ending): void => {
  for (const [send, all] of Map.groupBy(accepted, (each) => each.send)) {
    const { isMarketing } = nodeOf(all[0]!.journey, all[0]!.step);
    const claimed = claims.filter((claim) => claim.send === send).length;
    if (isMarketing && all.length > 1) broken('I1', `${send} left ${all.length} times`);
    if (!isMarketing && all.length > claimed) broken('I2', `${send} left ${all.length} times with ${claimed} claims`);
  }
};

const stuck = ({ history: { broken }, machines }: Ending): void => {
  for (const { name, status, state, error } of machines.executions.values())
    if (status !== 'succeeded') broken('I15', `the execution ${name} is ${status} ${error ?? `in ${state}`}`);
};

/** Whatever the ledger and the run say of a message is what happened to it. */
const ledger = (rows: readonly Row[], { history: { accepted, broken } }: Ending): void => {
  for (const row of rows.filter(({ sk }) => String(sk).startsWith('SEND#'))) {
    const send = String(row['sk']).slice('SEND#'.length);
    const all = accepted.filter((each) => each.send === send);
    // What was settled by a report is called by its name.
    const isTaken = row['settledBy'] === 'report' ? all.length > 0 : all.some(({ id }) => id === row['detail']);
    if (row['status'] === 'SENT' && !isTaken)
      broken('I16', `${send} is SENT, and no provider took it as ${row['detail']}`);
    if (row['status'] === 'FAILED' && all.length > 0) broken('I16', `${send} is FAILED, and left`);
    if (!['SENT', 'FAILED', 'UNKNOWN', 'CLAIMED'].includes(row['status'])) broken('I16', `${send} is ${row['status']}`);
  }
};

/** What nobody knew is settled once somebody reports it; and no claim stays open, whatever became of its run. */
const unsettled = (rows: readonly Row[], { history: { received, acked, broken } }: Ending): void => {
  const reported = received.flatMap(({ signal }) => (acked.has(signal.messageId) ? [messageReport(signal)?.send] : []));
  for (const { sk, status } of rows.filter((row) => String(row['sk']).startsWith('SEND#'))) {
    const send = String(sk).slice('SEND#'.length);
    if (status === 'CLAIMED') broken('I16', `${send} is CLAIMED, and nobody comes back to it`);
    const isReported = reported.some((each) => each && `${each.enrol}#${each.occurrence}#${each.step}` === send);
    if (status === 'UNKNOWN' && isReported) broken('I16', `${send} is UNKNOWN, and its provider has reported it`);
  }
};

/** A message of service is asked for until its provider answers, and given up after the last try only. */
const givenUp = (rows: readonly Row[], { history: { suppressed, broken } }: Ending): void => {
  for (const { sk, status, journey, attempts = 1 } of rows.filter((row) => String(row['sk']).startsWith('SEND#'))) {
    const send = String(sk).slice('SEND#'.length);
    const { isMarketing } = nodeOf(journey, send.split('#')[2] ?? '');
    if (!isMarketing && status === 'UNKNOWN' && attempts < mostAttempts && suppressed.size === 0)
      broken('I2', `${send} is given up after ${attempts} tries`);
  }
};

const whys = (rows: readonly Row[], { history: { accepted, broken } }: Ending): void => {
  for (const { sk, reason } of rows.filter(({ sk }) => String(sk).startsWith('WHY#'))) {
    const send = String(sk).split('#').slice(2).join('#');
    if (accepted.some((each) => each.send === send))
      broken('why', `${send} left, and is said to be withheld: ${reason}`);
  }
};

const runs = (rows: readonly Row[], customer: string, { history }: Ending): void => {
  const { accepted, broken } = history;
  for (const run of rows.filter(({ sk }) => String(sk).startsWith('ENROL#'))) {
    const { enrol, occurrence, steps } = run;
    if (!isClosed(run)) broken('I15', `the run ${run['journey']} of ${customer} is open, and nothing carries it on`);
    if (run['exitedAt'] !== undefined && run['endedAt'] !== undefined) broken('I15', 'a run is closed twice');
    for (const [step, note] of Object.entries<Row>(steps)) {
      const send = `${enrol}#${occurrence}#${step}`;
      const left = accepted.some((each) => each.send === send);
      const row = rows.find(({ sk }) => sk === `SEND#${send}`);
      if (note['status'] === 'unknown' && row === undefined)
        broken('I16', `the run knows nothing of ${send}, nor does the ledger`);
      if (note['status'] === 'sent' && !left) broken('I16', `the run says that ${send} was sent`);
      if (['withheld', 'failed'].includes(note['status']) && left)
        broken('I16', `the run says that ${send} was ${note['status']}: ${note['reason']}`);
      const isSaid = rows.some(
        ({ sk, reason }) =>
          String(sk).endsWith(`#${send}`) && String(sk).startsWith('WHY#') && reason === note['reason'],
      );
      if (note['status'] === 'withheld' && !isSaid)
        broken('why', `${send} was withheld, and nothing says why: ${note['reason']}`);
    }
  }
  for (const { send, step, journey } of accepted.filter((each) => each.customer === customer)) {
    const row = rows.find(({ sk }) => sk === `SEND#${send}`);
    if (row === undefined) broken('I16', `${send} left, and the ledger has no row`);
    const [enrol, occurrence] = send.split('#');
    const run = rows.find(({ sk }) => sk === `ENROL#${journey}#${enrol}`);
    const status = run?.['steps']?.[step]?.status;
    // While a claim is open the run waits for it; who is left then never learns what became of it.
    const mayBe = ['sent', 'unknown', ...(run?.['exitedAt'] === undefined ? [] : ['held'])];
    if (String(run?.['occurrence']) === occurrence && status !== undefined && !mayBe.includes(status))
      broken('I16', `${send} left, and the run says ${status}`);
  }
};

/** Every signal that was acknowledged is in the profile, once. */
const profile = (rows: readonly Row[], customer: string, { history: { received, acked, broken } }: Ending): void => {
  const theirs = received.filter((each) => each.customer === customer);
  for (const { signal } of theirs) if (!acked.has(signal.messageId)) broken('I9', `${signal.event} was never folded`);
  const stored = rows.find(({ sk }) => sk === 'PROFILE');
  const expected = theirs.reduce((soFar, { signal }) => foldSignal(soFar, signal), emptyProfile());
  const body = stored === undefined ? emptyProfile() : JSON.parse(stored['body']);
  if (!isDeepStrictEqual(viewProfile(body), viewProfile(expected)))
    broken('I9', `the profile of ${customer} is not what was said`);
  if (stored?.['owed'] !== undefined) broken('I9', `the profile of ${customer} still owes something`);
  const carts = (event: string): Set<unknown> =>
    new Set(theirs.filter(({ signal }) => signal.event === event).map(({ signal }) => signal.properties['cart']));
  for (const [event, journey] of [
    ['Product Added', 'cart'],
    ['Offer Asked', 'offer'],
    ['Order Completed', 'receipt'],
  ] as const)
    for (const cart of carts(event))
      if (
        !rows.some((row) => row['journey'] === journey && row['key'] === cart && String(row['sk']).startsWith('ENROL#'))
      )
        broken('I9', `${event} was acknowledged, and no run of ${journey} began`);
};

const heardInTime = (
  rows: readonly Row[],
  customer: string,
  { history: { heard, broken }, hasNoOutage }: Ending,
): void => {
  for (const each of heard.filter((one) => one.customer === customer)) {
    const run = rows.find(({ sk }) => sk === each.sk);
    if (run?.['occurrence'] !== each.occurrence || run['exitedAt'] !== undefined) continue;
    const ended = run['endReason'];
    const thanks = Number(run['steps'].thanks?.at);
    if (ended !== 'thanked') broken('I6', `a wait had heard in time, and its run ended: ${ended}`);
    else if (hasNoOutage && thanks > each.at + hourMs)
      broken('I6', 'a wait had heard in time, and its run went on only when it was over');
  }
};

const quietHours = (rows: readonly Row[], customer: string, { history: { accepted, broken } }: Ending): void => {
  const body = rows.find(({ sk }) => sk === 'PROFILE')?.['body'];
  if (typeof body !== 'string') return;
  for (const { send, at, journey, step } of accepted.filter((each) => each.customer === customer)) {
    const { window } = nodeOf(journey, step);
    if (window === undefined) continue;
    const { timezone } = viewProfile(JSON.parse(body));
    // The call may come so long after the decision.
    const isOpen = [at, at - callMs].some((instant) => nextOpening(window, timezone ?? 'UTC', instant) === instant);
    if (!isOpen) broken('I8', `${send} left outside the hours of its window`);
  }
};

/** Everything that must be true when nothing is left to do. */
export const keepPromises = async (ending: Ending): Promise<void> => {
  twice(ending);
  stuck(ending);
  for (const person of ending.people) {
    const customer = idOf(person);
    const rows = await rowsOf(`C#${customer}`);
    ledger(rows, ending);
    unsettled(rows, ending);
    givenUp(rows, ending);
    whys(rows, ending);
    runs(rows, customer, ending);
    profile(rows, customer, ending);
    heardInTime(rows, customer, ending);
    quietHours(rows, customer, ending);
  }
};
