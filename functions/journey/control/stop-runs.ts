import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { stoppedByHand } from '#core/journey';
import { sfn } from '../../aws/clients.ts';
import type { EnrolmentStore } from '../../aws/enrolment-store.ts';
import type { Control, JourneyControl } from '../../aws/journey-control.ts';
import { count } from '../../aws/observed.ts';
import type { PointerQueue } from '../../aws/pointer-queue.ts';
import type { Minute } from './start-pending.ts';

export type StopStores = {
  readonly controls: JourneyControl;
  readonly enrolments: EnrolmentStore;
  readonly queue: PointerQueue;
  readonly held: PointerQueue;
};

/** Stops a second: half of what the smallest regions let an account do. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const perSecond = 12;
const page = 100;

/** The machine itself, whose list has the runs of all its versions. */
const machineOf = ({ machine }: Control): string => machine.split(':').slice(0, 7).join(':');

const running = async (control: Control) => {
  const { executions = [] } = await sfn().send(
    new ListExecutionsCommand({ stateMachineArn: machineOf(control), statusFilter: 'RUNNING', maxResults: page }),
  );
  return executions.flatMap(({ executionArn, stopDate }) =>
    executionArn === undefined || stopDate !== undefined ? [] : [executionArn],
  );
};

/** Who waited in line is never started: their runs are over. */
const dropPending = async (
  control: Control,
  { queue, enrolments }: StopStores,
  { clock, endsAt }: Minute,
): Promise<number> => {
  for (let dropped = 0; ;) {
    const pointers = await queue.first(control.name, page);
    for (const pointer of pointers) {
      await enrolments.end(pointer.customer, pointer, { at: clock(), reason: stoppedByHand });
      await queue.remove(pointer);
    }
    dropped += pointers.length;
    if (pointers.length < page || clock() >= endsAt) return dropped;
  }
};

const dropHeld = async ({ name }: Control, { held }: StopStores, { clock, endsAt }: Minute): Promise<void> => {
  for (;;) {
    const pointers = await held.first(name, page);
    for (const pointer of pointers) await held.remove(pointer);
    if (pointers.length < page || clock() >= endsAt) return;
  }
};

const stopExecutions = async (control: Control, { clock, pause, endsAt }: Minute): Promise<number> => {
  for (let stopped = 0; ;) {
    const arns = await running(control);
    for (const [index, executionArn] of arns.entries()) {
      if (index > 0 && index % perSecond === 0) await pause(1000);
      await sfn().send(new StopExecutionCommand({ executionArn, error: stoppedByHand }));
      stopped += 1;
    }
    if (arns.length < page || clock() >= endsAt) return stopped;
  }
};

/**
 * Ends the runs of a stopped journey, as many as a minute allows; the next call goes on with those that are left. Their
 * rows are closed by what Step Functions reports of them.
 * @returns whether some may be left
 */
export const stopRuns = async (control: Control, stores: StopStores, minute: Minute): Promise<boolean> => {
  const dropped = await dropPending(control, stores, minute);
  await dropHeld(control, stores, minute);
  // A journey that has left the stack has no machine any more, and with it went its executions.
  const stopped = control.status === 'retired' ? 0 : await stopExecutions(control, minute);
  const more = dropped + stopped;
  if (more > 0) count('RunStopped', undefined, more);
  // Lists lag behind: that nothing is left counts when nothing was found.
  await stores.controls.stopped(control.name, { more, isOver: more === 0 });
  return more > 0;
};
