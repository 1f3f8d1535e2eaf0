import type { JsonObject } from '../../world.ts';
import type { Execution } from './execution.ts';

/** An execution as `DescribeExecution` answers it; instants in seconds. */
export function describeExecution(execution: Execution): JsonObject {
  const { input, output, error, cause, mapRun } = execution;
  return {
    ...listedExecution(execution),
    input: JSON.stringify(input),
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output: JSON.stringify(output), outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    ...(mapRun === undefined ? {} : { mapRunArn: mapRun.arn }),
    ...redriveStatus(execution),
  };
}

/** An execution as `ListExecutions` answers it. */
export function listedExecution(execution: Execution): JsonObject {
  const { arn, machine, name, status, startedAt, endedAt, version, redriveCount, redrivenAt } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machine,
    name,
    status,
    startDate: startedAt / 1_000,
    redriveCount,
    ...(endedAt === undefined ? {} : { stopDate: endedAt / 1_000 }),
    ...(redrivenAt === undefined ? {} : { redriveDate: redrivenAt / 1_000 }),
    ...(version === undefined ? {} : { stateMachineVersionArn: version }),
  };
}

/** Children of a Map Run are never redriven by themselves. */
export function mayRedrive({ status, frames, mapRun }: Execution): boolean {
  return status !== 'RUNNING' && status !== 'SUCCEEDED' && mapRun === undefined && Object.keys(frames).length > 0;
}

function redriveStatus(execution: Execution): JsonObject {
  if (mayRedrive(execution)) return { redriveStatus: 'REDRIVABLE' };
  const redriveStatusReason = `Execution is ${execution.status} and cannot be redriven`;
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
}
