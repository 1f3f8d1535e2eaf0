import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { Enrolment } from '#core/journey';
import { sfn } from './clients.ts';

/** A wake that comes late, twice, or for a wait that is over: the run reads its row anyway. */
const unlessGone = async (wake: Promise<unknown>): Promise<void> => {
  try {
    await wake;
  } catch (error) {
    const isGone = error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken;
    if (!isGone) throw error;
  }
};

/** Ends the execution that waits with this token. */
export const finish = (token: string): Promise<void> =>
  unlessGone(sfn().send(new SendTaskSuccessCommand({ taskToken: token, output: '{}' })));

/** Sends the waiting execution to the state with this title. */
export const goTo = (token: string, title: string): Promise<void> =>
  unlessGone(sfn().send(new SendTaskFailureCommand({ taskToken: token, error: `Goto.${title}` })));

/** Lets the execution hold until an instant (epoch milliseconds), then come back to the same step. */
export const holdUntil = (token: string, at: number): Promise<void> =>
  unlessGone(
    sfn().send(new SendTaskFailureCommand({ taskToken: token, error: 'Hold', cause: new Date(at).toISOString() })),
  );

/** Begins the wait anew without a state transition: it is the heartbeat that ends it. */
export const beginWaitAnew = (token: string): Promise<void> =>
  unlessGone(sfn().send(new SendTaskHeartbeatCommand({ taskToken: token })));

/**
 * Starts the execution of a run, once: its name is taken from the run, so that a repeated start finds the first.
 * Its input is ids only.
 */
export const startRun = async (customer: string, run: Enrolment): Promise<void> => {
  const { journey, version, machine, enrol, occurrence, enteredAt } = run;
  try {
    await sfn().send(
      new StartExecutionCommand({
        stateMachineArn: machine,
        name: `${enrol}-${occurrence}-${enteredAt.toString(36)}`,
        input: JSON.stringify({ customer, journey, version, enrol, occurrence }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
};
