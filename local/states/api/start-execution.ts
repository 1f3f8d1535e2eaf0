import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError, type Json, type JsonObject } from '../../world.ts';
import { checkName, executionArn, readMachineArn } from '../arns.ts';
import { parseJson } from '../json.ts';
import { type Execution, UNBEGUN } from '../executions/execution.ts';
import type { Launch } from '../executions/launch.ts';
import { steadyUuid } from '../executions/steady-uuid.ts';
import { MAX_BYTES } from '../run/perform/values.ts';
import { findMachine, type Parts, versionArn } from './parts.ts';
import { request, seconds } from './request.ts';

const START = z.strictObject({
  stateMachineArn: z.string(),
  name: z.string().optional(),
  input: z.string().optional(),
  traceHeader: z.string().optional(),
});

/**
 * Starts an execution. A name is taken from the start until 90 days after the end: while it runs, starting it again with
 * the same input answers as the first time; anything else is `ExecutionAlreadyExists`.
 */
export function startExecution(parts: Parts): Launch {
  const { world, machines, executions, engine } = parts;
  return async (given, caller, by) => {
    const fresh = by === undefined ? randomUUID() : steadyUuid(by);
    const { stateMachineArn, name = fresh, input: text = '{}' } = request(START, given);
    // AWS checks a version's start against the machine itself, without the version.
    caller.require('states:StartExecution', readMachineArn(stateMachineArn).machine);
    const { machine, version } = findMachine(parts, stateMachineArn);
    const arn = executionArn(machine.arn, checkName(name));
    const input = inputOf(text);
    executions.forgetOld();
    const known = executions.get(arn);
    if (known !== undefined) return again(known, input, by);
    const revision = version?.revision ?? machine.revision;
    const { timeoutSeconds } = machines.program(revision);
    const now = world.clock.now();
    executions.set({
      arn,
      name,
      machine: machine.arn,
      revision,
      role: machines.revision(revision).role,
      input,
      startedAt: now,
      ...UNBEGUN,
      ...(version === undefined ? {} : { version: versionArn(machine, version) }),
      ...(by === undefined ? {} : { startedBy: by }),
      ...(timeoutSeconds === undefined ? {} : { deadline: now + timeoutSeconds * 1_000 }),
    });
    await engine.begin(arn);
    await world.journal.durable();
    return { executionArn: arn, startDate: seconds(now) };
  };

  async function again(known: Execution, input: Json, by: string | undefined): Promise<JsonObject> {
    const mine = by !== undefined && known.startedBy === by;
    if (!mine && (known.status !== 'RUNNING' || JSON.stringify(known.input) !== JSON.stringify(input))) {
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
    }
    // The first caller's execution may not have been saved yet.
    if (known.bursts === 0) executions.save(known.arn);
    await world.journal.durable();
    return { executionArn: known.arn, startDate: seconds(known.startedAt) };
  }
}

function inputOf(text: string): Json {
  const input = text === '' || Buffer.byteLength(text) > MAX_BYTES ? undefined : parseJson(text);
  if (input !== undefined) return input;
  throw new AwsError('InvalidExecutionInput', "Invalid State Machine Execution Input: 'Invalid execution input.'");
}
