import { createHash } from 'node:crypto';
import { journeySource } from '#core/events';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { EnterSegmentEnv } from '../../functions/journey/control/enter-segment.env.ts';
import { type Ground, SegueFunction } from '../parts/segue-function.ts';
import { deadLetters, readQueue, segueQueue } from '../parts/segue-queue.ts';
import type { JourneyFiles } from './journey-files.ts';

export type ScheduledEntriesProps = Ground & {
  readonly state: Table;
  readonly journeys: readonly JourneyFiles[];
};

const timeout = Duration.seconds(60);

/** Triggers that are times: a schedule each → queue → the function that lets everybody in a segment enter. */
export class ScheduledEntries extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledEntriesProps) {
    super(scope, id);
    const { stage } = props;
    const dead = deadLetters(this, 'OccasionsDead', {
      stage,
      name: 'occasions-dead',
      runbook:
        'A segment did not enter a journey at its time, or not all of it: read the errors in the log of enter-segment, ' +
        'then redrive. It goes on where it stopped.',
    });
    const occasions = segueQueue(this, 'Occasions', {
      stage,
      name: 'occasions',
      readerTimeout: timeout,
      deadLetterQueue: dead,
    });
    readQueue(this.enterSegment(props, occasions), occasions, { batchSize: 1, maxConcurrency: 2 });
    this.schedule(occasions, props);
  }

  private schedule(occasions: Queue, { journeys }: ScheduledEntriesProps): void {
    const caller = new Role(this, 'Caller', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    caller.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [occasions.queueArn] }));
    for (const { name, schedules } of journeys)
      for (const { schedule, zone, segment } of schedules) {
        const told = createHash('sha256')
          .update(JSON.stringify([name, schedule, zone, segment]))
          .digest('hex');
        new CfnSchedule(this, `On${told.slice(0, 12)}`, {
          description: `Lets the segment ${segment} enter ${name}.`,
          scheduleExpression: schedule,
          scheduleExpressionTimezone: zone,
          flexibleTimeWindow: { mode: 'OFF' },
          target: {
            arn: occasions.queueArn,
            roleArn: caller.roleArn,
            input: JSON.stringify({ journey: name, segment, at: '<aws.scheduler.scheduled-time>' }),
          },
        });
      }
  }

  private enterSegment({ stage, bundle, state }: ScheduledEntriesProps, occasions: Queue): SegueFunction {
    const enter = new SegueFunction(this, 'EnterSegment', {
      stage,
      bundle,
      description: 'Lets everybody in a segment enter a journey, page by page, when its schedule says so.',
      timeout,
      environment: {
        STATE_TABLE: state.tableName,
        BUS_NAME: stage.bus,
        OCCASIONS_QUEUE_URL: occasions.queueUrl,
      } satisfies z.input<typeof EnterSegmentEnv>,
      failures: 'Read from a queue, never invoked asynchronously: what fails five times goes to OccasionsDead.',
    });
    enter.allowTable(state, ['GetItem', 'Query', 'PutItem', 'UpdateItem']);
    // A segment that takes longer than one call: it asks to go on.
    enter.allow(['sqs:SendMessage'], occasions.queueArn);
    const resource = { service: 'events', resource: 'event-bus', resourceName: stage.bus };
    enter.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [Stack.of(this).formatArn(resource)],
        conditions: { 'ForAllValues:StringEquals': { 'events:source': [journeySource] } },
      }),
    );
    return enter;
  }
}
