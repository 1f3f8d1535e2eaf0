import { Duration } from 'aws-cdk-lib/core';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { CloseRunEnv } from '../../functions/journey/close-run.env.ts';
import { type Ground, SegueFunction } from '../parts/segue-function.ts';
import { deadLetters, readQueue, segueQueue } from '../parts/segue-queue.ts';

export type LostRunsProps = Ground & {
  readonly state: Table;
  /** ARNs of the journeys' state machines, without a version: events name them so, whichever version ran. */
  readonly machines: readonly string[];
};

const timeout = Duration.seconds(30);

/**
 * Executions that died → queue → `close-run`. A run whose execution is gone would else stay open for ever, and its
 * customer could not enter the journey again.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export class LostRuns extends Construct {
  constructor(scope: Construct, id: string, props: LostRunsProps) {
    super(scope, id);
    const { stage, machines } = props;
    const dead = deadLetters(this, 'LostRunsDead', {
      stage,
      name: 'lost-runs-dead',
      runbook:
        'Runs whose execution died could not be closed in five tries: their customers cannot enter the journey again. ' +
        'Read the error in the log of close-run, then redrive.',
    });
    const queue = segueQueue(this, 'LostRuns', {
      stage,
      name: 'lost-runs',
      readerTimeout: timeout,
      deadLetterQueue: dead,
    });
    // A pattern that lists no machine is none EventBridge takes.
    if (machines.length > 0) {
      new Rule(this, 'Died', {
        description: 'Executions that failed, ran out of time or were aborted go to the lost-runs queue.',
        eventPattern: {
          source: ['aws.states'],
          detailType: ['Step Functions Execution Status Change'],
          detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [...machines] },
        },
        targets: [new SqsQueue(queue, { deadLetterQueue: dead.queue })],
      });
    }
    readQueue(this.closeRun(props), queue, { batchSize: 10, maxConcurrency: 5 });
  }

  private closeRun({ stage, bundle, state }: LostRunsProps): SegueFunction {
    const close = new SegueFunction(this, 'CloseRun', {
      stage,
      bundle,
      description: 'Closes a run whose execution died, so that its customer may enter the journey again.',
      timeout,
      environment: { STATE_TABLE: state.tableName } satisfies z.input<typeof CloseRunEnv>,
      failures: 'Read from a queue, never invoked asynchronously: what fails five times goes to LostRunsDead.',
    });
    close.allowTable(state, ['UpdateItem']);
    return close;
  }
}
