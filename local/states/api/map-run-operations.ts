import * as z from 'zod';
import { AwsError, type JsonObject, type Service } from '../../world.ts';
import { readExecutionArn } from '../arns.ts';
import type { Execution } from '../executions/execution.ts';
import type { MapRun } from '../map-runs/map-run.ts';
import { findExecution, type Parts } from './parts.ts';
import { page, request, seconds } from './request.ts';

const DESCRIBE = z.strictObject({ mapRunArn: z.string() });
const LIST = z.strictObject({
  executionArn: z.string(),
  maxResults: z.int().min(0).max(1_000).optional(),
  nextToken: z.string().optional(),
});

/** What the Map Runs of distributed Maps have come to. */
export function mapRunOperations(parts: Parts): Service['operations'] {
  const { mapRunRecords: records } = parts;
  return {
    async DescribeMapRun(input, caller) {
      const { mapRunArn } = request(DESCRIBE, input);
      caller.require('states:DescribeMapRun', mapRunArn);
      const run = records.get(mapRunArn);
      if (run === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${mapRunArn}'`);
      return described(run, records.children(run));
    },
    async ListMapRuns(input, caller) {
      const { executionArn, ...paging } = request(LIST, input);
      caller.require('states:ListMapRuns', readExecutionArn(executionArn));
      findExecution(parts, executionArn);
      const { items, more } = page(records.of(executionArn).toReversed(), paging);
      return { mapRuns: items.map(listed), ...more };
    },
  };
}

function listed({ arn, execution, machine, startedAt, stoppedAt }: MapRun): JsonObject {
  return {
    executionArn: execution,
    mapRunArn: arn,
    stateMachineArn: machine,
    startDate: seconds(startedAt),
    ...(stoppedAt === undefined ? {} : { stopDate: seconds(stoppedAt) }),
  };
}

function described(run: MapRun, children: readonly Execution[]): JsonObject {
  const { stateMachineArn: _, ...head } = listed(run);
  return {
    ...head,
    status: run.status,
    maxConcurrency: run.most,
    toleratedFailureCount: run.toleratedCount ?? 0,
    toleratedFailurePercentage: run.toleratedPercentage ?? 0,
    itemCounts: counts(run, children, (index) => run.weights[index] ?? 0),
    executionCounts: counts(run, children, () => 1),
    redriveCount: 0,
  };
}

function counts({ weights }: MapRun, children: readonly Execution[], weightOf: (index: number) => number): JsonObject {
  const sum = (...wanted: readonly Execution['status'][]): number =>
    children
      .filter(({ status }) => wanted.includes(status))
      .reduce((total, { mapRun }) => total + weightOf(mapRun?.index ?? 0), 0);
  const total = weights.reduce((all, _, index) => all + weightOf(index), 0);
  const started = sum('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED');
  return {
    pending: total - started,
    running: sum('RUNNING'),
    succeeded: sum('SUCCEEDED'),
    failed: sum('FAILED'),
    timedOut: sum('TIMED_OUT'),
    aborted: sum('ABORTED'),
    total,
    resultsWritten: 0,
  };
}
