import * as z from 'zod';
import { AwsError, type Service } from '../../world.ts';
import { readExecutionArn } from '../arns.ts';
import { describeExecution, listedExecution, mayRedrive } from '../executions/describe-execution.ts';
import { awsEvent } from '../executions/history-event.ts';
import type { Execution } from '../executions/execution.ts';
import { described } from './machine-operations.ts';
import { findExecution, findMachine, type Parts, versionArn } from './parts.ts';
import { page, request, seconds } from './request.ts';
import { startExecution } from './start-execution.ts';

const text = z.string().optional();
const paging = { maxResults: z.int().min(0).max(1_000).optional(), nextToken: text };
const NAMED = z.strictObject({ executionArn: z.string(), includedData: text });
const STOP = z.strictObject({ executionArn: z.string(), error: text, cause: text });
const REDRIVE = z.strictObject({ executionArn: z.string(), clientToken: text });
const LIST = z.strictObject({
  stateMachineArn: text,
  mapRunArn: text,
  statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE']).optional(),
  ...paging,
});
const HISTORY = z.strictObject({
  executionArn: z.string(),
  reverseOrder: z.boolean().optional(),
  includeExecutionData: z.boolean().optional(),
  ...paging,
});

/** Starting, stopping and describing executions. */
export function executionOperations(parts: Parts): Service['operations'] {
  const { world, machines, executions, engine } = parts;
  const launch = startExecution(parts);
  return {
    StartExecution: (input, caller) => launch(input, caller),
    async StopExecution(input, caller) {
      const { executionArn, error, cause } = request(STOP, input);
      caller.require('states:StopExecution', readExecutionArn(executionArn));
      findExecution(parts, executionArn);
      engine.end(executionArn, 'ABORTED', { error, cause });
      await world.journal.durable();
      return { stopDate: seconds(findExecution(parts, executionArn).endedAt ?? world.clock.now()) };
    },
    async RedriveExecution(input, caller) {
      const { executionArn } = request(REDRIVE, input);
      caller.require('states:RedriveExecution', readExecutionArn(executionArn));
      const execution = findExecution(parts, executionArn);
      if (!mayRedrive(execution))
        throw new AwsError('ExecutionNotRedrivable', `Execution is ${execution.status} and cannot be redriven`);
      engine.redrive(execution);
      await world.journal.durable();
      return { redriveDate: seconds(world.clock.now()) };
    },
    async DescribeExecution(input, caller) {
      const { executionArn } = request(NAMED, input);
      caller.require('states:DescribeExecution', readExecutionArn(executionArn));
      return describeExecution(findExecution(parts, executionArn));
    },
    async DescribeStateMachineForExecution(input, caller) {
      const { executionArn } = request(NAMED, input);
      caller.require('states:DescribeStateMachineForExecution', readExecutionArn(executionArn));
      const { machine: arn, revision, startedAt } = findExecution(parts, executionArn);
      const machine = machines.get(arn) ?? { arn, name: arn.slice(arn.lastIndexOf(':') + 1), updatedAt: startedAt };
      const { status: _, type: __, ...rest } = described(machine, machines.revision(revision));
      return { ...rest, updateDate: seconds(machine.updatedAt), revisionId: revision };
    },
    async ListExecutions(input, caller) {
      const { stateMachineArn, mapRunArn, statusFilter, ...given } = request(LIST, input);
      caller.require('states:ListExecutions', mapRunArn ?? stateMachineArn ?? '*');
      const wanted = among(parts, { stateMachineArn, mapRunArn });
      const status = (each: Execution): boolean => statusFilter === undefined || each.status === statusFilter;
      const found = [...executions.all()].filter((each) => wanted(each) && status(each)).reverse();
      const { items, more } = page(found, given);
      return { executions: items.map(listedExecution), ...more };
    },
    async GetExecutionHistory(input, caller) {
      const { executionArn, reverseOrder, includeExecutionData = true, ...given } = request(HISTORY, input);
      caller.require('states:GetExecutionHistory', readExecutionArn(executionArn));
      findExecution(parts, executionArn);
      const events = executions.history(executionArn).map((event, n) => [n + 1, event] as const);
      const { items, more } = page(reverseOrder === true ? events.reverse() : events, given);
      return { events: items.map(([id, event]) => awsEvent(event, id, includeExecutionData)), ...more };
    },
  };
}

interface Among {
  readonly stateMachineArn: string | undefined;
  readonly mapRunArn: string | undefined;
}

/** The executions of a machine, of one of its versions, or of a Map Run. Throws unless exactly one of them is named. */
function among(parts: Parts, { stateMachineArn, mapRunArn }: Among): (execution: Execution) => boolean {
  if ((stateMachineArn === undefined) === (mapRunArn === undefined))
    throw new AwsError('ValidationException', 'Exactly one of stateMachineArn and mapRunArn must be specified');
  if (stateMachineArn === undefined) return ({ mapRun }) => mapRun?.arn === mapRunArn;
  const { machine, version } = findMachine(parts, stateMachineArn);
  const pinned = version === undefined ? undefined : versionArn(machine, version);
  return (each) => each.machine === machine.arn && (pinned === undefined || each.version === pinned);
}
