import { expect } from 'vitest';
import { watched } from './calls.ts';
import { carryOn, type Somebody, twinOf } from './customer.ts';
import type { Actor } from './every-order.ts';
import { type Execution, timeOut } from './step-functions.ts';
import { at, hour, monday, refolds } from './world.ts';

/** Runs, gates and executions: where a state machine and an event can come between each other. */
export const meetAt = /ENROL#|"GATE"|taskToken|stateMachineArn/;

export type Scene = {
  readonly who: Somebody;
  readonly execution: Execution;
  /** What happened, in its order: the function `looked` at the run and made a `claim`; the event was `acknowledged`. */
  readonly happened: string[];
  /** The state machine's side: a wait that is over, or a function that is called. */
  readonly machine: Actor;
  readonly event: (name: string, act: () => Promise<unknown>) => Actor;
};

/** Where somebody is when it happens: their wait is just over, and their function about to be called. */
export const scene = async (template: Somebody, { isOver }: { readonly isOver: boolean }): Promise<Scene> => {
  const who = await twinOf(template);
  const [execution] = who.executions();
  if (execution === undefined) throw new Error('There is no execution.');
  at(execution.dueAt);
  const happened: string[] = [];
  const before = async (operation: string): Promise<void> => {
    if (operation === 'Query') happened.push('looked');
    if (operation === 'TransactWriteItems') happened.push('claim');
  };
  return {
    who,
    execution,
    happened,
    machine: () =>
      watched({ before }, async () => {
        if (isOver && execution.dueAt <= Date.now()) timeOut(execution);
        await carryOn(execution);
      }),
    event: (name, act) => async () => {
      await act();
      happened.push(name);
    },
  };
};

export type Closing = { readonly reason: unknown; readonly got: readonly string[] };

/** However it went: the run is closed once, its execution is over, and nothing was sent twice. */
export const closing = async ({ who, execution }: Pick<Scene, 'who' | 'execution'>): Promise<Closing> => {
  await carryOn(execution);
  const [soon] = await who.runs();
  // Whoever is told of an end first, nobody waits for a time-out to notice.
  if (soon!['exitedAt'] ?? soon!['endedAt']) expect(execution).toMatchObject({ status: 'succeeded' });
  await who.until(monday + 90 * hour);
  const [run] = await who.runs();
  expect(refolds).toEqual([]);
  expect(execution).toMatchObject({ status: 'succeeded' });
  expect([run!['exitedAt'], run!['endedAt']].filter((closed) => closed !== undefined)).toHaveLength(1);
  const got = who.got();
  expect(new Set(got).size).toBe(got.length);
  return { reason: run!['exitReason'] ?? run!['endReason'], got };
};

export const precedes = (happened: readonly string[], one: string, other: string): boolean =>
  happened.includes(one) && (!happened.includes(other) || happened.indexOf(one) < happened.indexOf(other));
