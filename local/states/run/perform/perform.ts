import type { MapState, ParallelState, TaskState } from '../../asl/program.ts';
import { StateFailure } from '../../state-failure.ts';
import type { Outcome } from '../../executions/execution.ts';
import type { Draft, Step } from '../step.ts';
import type { Turn } from '../turn.ts';
import { answer, around, failureEvents, located, type NamedFailure } from './failures.ts';
import { branch, gather, iterate } from './fork.ts';
import type { Reach } from '../reach.ts';
import { distribute } from './distribute.ts';
import { choose, fail, pass, wait } from './simple-states.ts';
import { failed, finish, prepare, succeeded } from './task.ts';

/**
 * Works out what one turn comes to: runs the state when it is ready, or what follows the end of its wait, task or
 * children. Changes nothing; failures of the state itself become a retry, a caught transition or the end.
 */
export async function perform(turn: Turn, reach: Reach): Promise<Step> {
  const told: Draft[] = [];
  const step = await attempt(turn, reach, told);
  return told.length === 0 ? step : { ...step, events: [...told, ...step.events] };
}

async function attempt(turn: Turn, reach: Reach, told: Draft[]): Promise<Step> {
  const { phase } = turn.frame;
  try {
    if (phase.at !== 'settled') return await run(turn, reach);
    if (phase.outcome.kind !== 'failure') return await resume(turn, phase.outcome, told);
  } catch (thrown) {
    if (!(thrown instanceof StateFailure)) throw thrown;
    const failure = located(turn, thrown);
    told.push(...failureEvents(turn, thrown, failure));
    return answered(turn, failure, told);
  }
  told.push(...(turn.state.type === 'Task' ? [failed(turn.state, phase.outcome)] : around(turn)));
  return answered(turn, phase.outcome, told);
}

/** A catcher whose own expressions fail catches nothing: its failure is the state's. */
async function answered(turn: Turn, failure: NamedFailure, told: Draft[]): Promise<Step> {
  try {
    return await answer(turn, failure);
  } catch (thrown) {
    if (!(thrown instanceof StateFailure)) throw thrown;
    const second = located(turn, thrown);
    told.push(...failureEvents(turn, thrown, second));
    return { kind: 'fail', events: [], failure: second };
  }
}

function run(turn: Turn, reach: Reach): Promise<Step> {
  const { state } = turn;
  switch (state.type) {
    case 'Pass':
    case 'Succeed':
      return pass({ ...turn, state });
    case 'Fail':
      return fail({ ...turn, state });
    case 'Wait':
      return wait({ ...turn, state });
    case 'Choice':
      return choose({ ...turn, state });
    case 'Task':
      return prepare({ ...turn, state }, reach.region);
    case 'Parallel':
      return branch({ ...turn, state });
    case 'Map':
      if (state.distributed === undefined) return iterate({ ...turn, state });
      return distribute({ ...turn, state }, state.distributed, reach);
  }
}

function resume(turn: Turn, outcome: Exclude<Outcome, { kind: 'failure' }>, told: Draft[]): Promise<Step> {
  const { state } = turn;
  if (outcome.kind === 'passed') {
    if (state.type === 'Wait') return pass({ ...turn, state });
  } else if (state.type === 'Task') return finished({ ...turn, state }, outcome.value, told);
  else if (state.type === 'Parallel' || state.type === 'Map') return gathered({ ...turn, state }, outcome.value, told);
  throw new Error(`a ${state.type} state cannot be resumed by '${outcome.kind}'`);
}

type Value = Extract<Outcome, { kind: 'result' }>['value'];

function finished(turn: Turn<TaskState>, value: Value, told: Draft[]): Promise<Step> {
  told.push(succeeded(turn.state, value));
  return finish(turn, value);
}

function gathered(turn: Turn<ParallelState | MapState>, value: Value, told: Draft[]): Promise<Step> {
  told.push({ type: `${turn.state.type}StateSucceeded`, link: 'loose' });
  return gather(turn, value);
}
