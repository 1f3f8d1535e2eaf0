import type { JsonObject, World } from '../world.ts';
import { describeExecution } from './executions/describe-execution.ts';
import type { Execution } from './executions/execution.ts';

/** Puts one event on the default bus. */
export type Emit = (
  bus: string,
  event: { source: string; 'detail-type': string; detail: JsonObject; resources: readonly string[] },
) => Promise<unknown>;

/**
 * Says on the default bus that an execution began or ended. Children of a Map Run say nothing.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export const announcer =
  ({ clock }: World, emit: Emit) =>
  (execution: Execution): void => {
    if (execution.mapRun !== undefined) return;
    const { startDate, stopDate, ...described } = describeExecution(execution);
    const detail = { ...described, ...inMilliseconds({ startDate, stopDate }) };
    const event = {
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      detail,
      resources: [execution.arn],
    };
    void clock.busy(() => emit('default', event));
  };

/** The event has instants in milliseconds where the API has seconds. */
const inMilliseconds = (instants: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.entries(instants).map(([name, at]) => [name, typeof at === 'number' ? at * 1_000 : null]));
