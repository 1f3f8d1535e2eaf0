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

const until = (token: string, error: string, at: number): Promise<void> =>
  unlessGone(sfn().send(new SendTaskFailureCommand({ taskToken: token, error, cause: new Date(at).toISOString() })));

/** Sends the waiting execution to wait until an instant (epoch milliseconds), in the step with this title. */
export const waitUntil = (token: string, title: string, at: number): Promise<void> =>
  until(token, `Goto.Until ${title}`, at);

/** Lets the execution hold until an instant (epoch milliseconds), then come back to the same step. */
export const holdUntil = (token: string, at: number): Promise<void> => until(token, 'Hold', at);

/** Ends the hold an execution is in before its time: it comes back to the step it was held from. */
export const comeBack = (token: string): Promise<void> =>
  unlessGone(sfn().send(new SendTaskFailureCommand({ taskToken: token, error: 'Resume' })));

/** Begins the wait anew without a state transition: it is the heartbeat that ends it. */
export const beginWaitAnew = (token: string): Promise<void> =>
  unlessGone(sfn().send(new SendTaskHeartbeatCommand({ taskToken: token })));

const start = async (customer: string, run: Enrolment, more: { name: string; from?: string }): Promise<void> => {
  const { journey, version, machine, enrol, occurrence, enteredAt } = run;
  const from = more.from === undefined ? {} : { from: more.from };
  try {
    await sfn().send(
      new StartExecutionCommand({
        stateMachineArn: machine,
        name: `${enrol}-${occurrence}-${enteredAt.toString(36)}${more.name}`,
        input: JSON.stringify({ customer, journey, version, enrol, occurrence, ...from }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
};

/**
 * Starts the execution of a run, once: its name is taken from the run, so that a repeated start finds the first.
 * Its input is ids only.
 */
export const startRun = (customer: string, run: Enrolment): Promise<void> => start(customer, run, { name: '' });

/** Goes on with a run in a new execution, whose history is empty. @param from the title of the state it begins with */
export const continueRun = (customer: string, run: Enrolment, from: string, round: number): Promise<void> =>
  start(customer, run, { name: `-${round}`, from });
