import * as z from 'zod';
import type { Json } from '../../world.ts';
import { executionArn } from '../arns.ts';
import { steadyUuid } from '../executions/steady-uuid.ts';

/** One Map Run as it is kept. How far it has come is not: its children say so. */
export const MAP_RUN = z.object({
  arn: z.string(),
  /** The line of the execution that waits for it. */
  execution: z.string(),
  frame: z.string(),
  /** Machine ARN of its children, `…:stateMachine:name/label`, and what they run. */
  machine: z.string(),
  revision: z.string(),
  express: z.boolean(),
  startedAt: z.number(),
  stoppedAt: z.exactOptional(z.number()),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED']),
  /** Items of each child: one, unless they come in batches. */
  weights: z.array(z.number()).readonly(),
  /** How many children may run at once, and how many items may fail. */
  most: z.number(),
  tolerated: z.number(),
  /** What the definition says, for `DescribeMapRun`. */
  toleratedCount: z.exactOptional(z.number()),
  toleratedPercentage: z.exactOptional(z.number()),
});
export type MapRun = Readonly<z.infer<typeof MAP_RUN>>;

/** A Map Run that is about to start. */
export interface MapRunPlan extends Pick<
  MapRun,
  'arn' | 'weights' | 'most' | 'tolerated' | 'toleratedCount' | 'toleratedPercentage'
> {
  readonly inputs: readonly Json[];
}

/** ARN of the run a try of a distributed Map makes: the same whenever that try is worked out again. */
export function mapRunArn(machine: string, label: string, ...reason: readonly (string | number)[]): string {
  return `${machine.replace(':stateMachine:', ':mapRun:')}/${label}:${steadyUuid(machine, label, ...reason)}`;
}

/** The execution that is the child of a run at a place. */
export function childOf(
  { arn, machine }: Pick<MapRun, 'arn' | 'machine'>,
  index: number,
): { arn: string; name: string } {
  const name = steadyUuid(arn, index);
  return { name, arn: executionArn(machine, name) };
}
