import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { enrolmentStore } from '../../aws/enrolment-store.ts';
import { entryQueue } from '../../aws/entry-queue.ts';
import { journeyControl } from '../../aws/journey-control.ts';
import { journeyStore } from '../../aws/journey-store.ts';
import { logger, observed } from '../../aws/observed.ts';
import { pointerQueue } from '../../aws/pointer-queue.ts';
import { tickQueue } from '../../aws/tick-queue.ts';
import { type Call, readCalls } from './read-calls.ts';
import { usualPerMinute } from './read-order.ts';
import { ReleaseEntriesEnv } from './release-entries.env.ts';
import { releaseHeld } from './release-held.ts';
import { type Minute, startAtRate, startLeft } from './start-pending.ts';
import { stopRuns } from './stop-runs.ts';

const { STATE_TABLE, ENTRIES_QUEUE_URL } = ReleaseEntriesEnv.parse(process.env);
const stores = {
  controls: journeyControl(STATE_TABLE),
  journeys: journeyStore(STATE_TABLE),
  enrolments: enrolmentStore(STATE_TABLE),
  queue: entryQueue(STATE_TABLE),
  held: pointerQueue(STATE_TABLE, 'HELD'),
};
const ticks = tickQueue(STATE_TABLE, ENTRIES_QUEUE_URL);

/** The next call about a journey comes a minute after this one. */
const workingMs = 50_000;

const isAnyLeft = async (name: string): Promise<boolean> =>
  (await stores.queue.first(name, 1)).length > 0 || (await stores.held.first(name, 1)).length > 0;

/** Does what is to be done about a journey now. @returns whether something is left for the next minute */
const release = async (name: string, minute: Minute, isAsked: boolean): Promise<boolean> => {
  const control = await stores.controls.find(name);
  if (control === undefined) return false;
  const { version, halted, isStopping, perMinute, pauses } = control;
  if (isStopping === true) return stopRuns(control, stores, minute);
  if (halted !== undefined) return false;
  const { journey } = await stores.journeys.version(name, version);
  const started =
    journey.entryRate === undefined
      ? await startLeft(name, stores, minute)
      : await startAtRate(name, journey.entryRate, stores, minute);
  // Those who stood still go on with the calls that come once a minute; nobody does in a journey that never was paused.
  const released =
    isAsked && pauses.length > 0 ? await releaseHeld(name, perMinute ?? usualPerMinute, stores, minute.clock()) : 0;
  if (started + released > 0) logger.info('entries released', { journey: name, started, released });
  return isAnyLeft(name);
};

const answerCall = async ({ journey, at }: Call): Promise<void> => {
  const now = Date.now();
  const minute: Minute = { clock: () => Date.now(), pause: (ms) => sleep(ms), endsAt: now + workingMs };
  const isLeft = await release(journey, minute, at > 0);
  if (isLeft) await ticks.goOn(journey, Math.max(now, at));
};

/**
 * Called when somebody is in line, stands still or was started by a request, when something was said about a journey, and
 * each minute as long as something is left: starts those in line at the rate of their journey and what a crash left
 * unstarted, lets those go on who stood still while it was paused, and ends the runs of one that was stopped.
 */
export const handler = observed<DynamoDBStreamEvent | SQSEvent, void>('journey', async ({ Records }) => {
  const results = await Promise.allSettled(readCalls(Records).map(answerCall));
  // One journey holds up no other; what failed comes again with its whole batch, and finds the rest done.
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
});
