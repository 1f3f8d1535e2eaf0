import { journeySource, segueSource, tasksSource } from '#core/events';
import { Duration } from 'aws-cdk-lib/core';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnTable, StreamViewType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FilterCriteria, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { AnnounceEnv } from '../functions/announce/announce.env.ts';
import { alarmWhen } from './parts/alarm-when.ts';
import { failedRecords } from './parts/failed-records.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';
import type { Stage } from './stage.ts';

export type AnnounceProps = Ground & {
  readonly state: Table;
  readonly bus: EventBus;
  /** Takes the claims of messages that runs leave behind. */
  readonly claims: Queue;
  /**
   * `on`: starts, ends, goals and messages are said on the bus, for whoever subscribes. `off`: only what journeys and agents
   * themselves wait for.
   */
  readonly announce: 'on' | 'off';
};

/** What journeys do, what they say to each other, and what people answer. */
const sources = [segueSource, journeySource, tasksSource];

const there = [{ exists: true }];
const notThere = [{ exists: false }];
const keyBegins = (...prefixes: readonly string[]) => ({ Keys: { sk: { S: prefixes.map((prefix) => ({ prefix })) } } });
const image = (name: 'NewImage' | 'OldImage', fields: object) => ({ [name]: fields });

/** A run is over in its row as it is now, or was: the same row is the next run's when the customer enters again. */
const isOver = ['NewImage', 'OldImage'].flatMap((name) => [
  { [name]: { endedAt: { N: there } } },
  { [name]: { exitedAt: { N: there } } },
]);

/** Goals are numbered as the journey lists them, and a pattern must name each: a seventeenth would not be said. */
const goals = Array.from({ length: 16 }, (_, goal) => {
  const reached = (is: readonly object[]) => ({ goals: { M: { [goal]: { M: { at: { N: is } } } } } });
  return { ...image('NewImage', reached(there)), ...image('OldImage', reached(notThere)) };
});

/** Tasks are said and answered in either case: agents' desktops and runs wait for it. */
const ofTasks = [
  { eventName: ['INSERT'], dynamodb: keyBegins('TASK#') },
  { eventName: ['MODIFY'], dynamodb: { ...keyBegins('TASK#'), ...image('NewImage', { status: { S: ['answered'] } }) } },
];

/** The writes that invoke the function: five patterns at most. Whatever matches none costs nothing. */
const patterns = {
  on: [
    { eventName: ['INSERT'], dynamodb: keyBegins('ENROL#', 'WHY#', 'TASK#') },
    { eventName: ['MODIFY'], dynamodb: { ...keyBegins('ENROL#'), $or: isOver } },
    { eventName: ['MODIFY'], dynamodb: { ...keyBegins('ENROL#'), $or: goals } },
    {
      eventName: ['MODIFY'],
      dynamodb: {
        ...keyBegins('SEND#'),
        ...image('NewImage', { status: { S: ['SENT'] } }),
        ...image('OldImage', { status: { S: [{ 'anything-but': ['SENT'] }] } }),
      },
    },
    ...ofTasks.slice(1),
  ],
  off: [
    {
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: {
        ...keyBegins('ENROL#'),
        // Every end: who waits for it is told, and what it leaves behind is settled.
        $or: ['endedAt', 'exitedAt'].map((over) => image('NewImage', { [over]: { N: there } })),
      },
    },
    ...ofTasks,
  ],
};

/** The State table's stream → what happened to runs, messages and tasks, on the bus. */
export class Announce extends Construct {
  constructor(scope: Construct, id: string, props: AnnounceProps) {
    super(scope, id);
    const { stage, bundle, state, bus, claims, announce } = props;
    const reader = new SegueFunction(this, 'Announce', {
      stage,
      bundle,
      description: 'Says on the bus what became of runs, messages and tasks; closes the tasks of runs that are over.',
      timeout: Duration.seconds(60),
      environment: {
        STATE_TABLE: state.tableName,
        BUS_NAME: bus.eventBusName,
        CLAIMS_QUEUE_URL: claims.queueUrl,
        ANNOUNCE: announce,
      } satisfies z.input<typeof AnnounceEnv>,
      failures: 'Read from a stream, never invoked asynchronously: batches that fail to the end go to FailedNews.',
    });
    reader.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        // Of all entries of a call, in the name of whom we speak for and nobody else.
        conditions: { 'ForAllValues:StringEquals': { 'events:source': sources } },
      }),
    );
    reader.allow(['sqs:SendMessage'], claims.queueArn);
    // A task is closed together with its pointer.
    reader.allowTable(state, ['Query', 'UpdateItem', 'DeleteItem']);
    this.read(reader, props);
  }

  private read(reader: SegueFunction, { stage, state, announce }: AnnounceProps): void {
    const stream = streamWithBothImages(state);
    const operations = ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListStreams'];
    reader.allow(
      operations.map((operation) => `dynamodb:${operation}`),
      stream,
    );
    const mapping = reader.addEventSourceMapping('Changes', {
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      // A higher factor would keep the order of one row only: a start and its end are of one, a run and its messages are not.
      parallelizationFactor: 1,
      filters: patterns[announce].map((pattern) => FilterCriteria.filter(pattern)),
      retryAttempts: 10,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      onFailure: failedRecords(this, 'FailedNews', { stage, reader }),
      supportS3OnFailureDestination: true,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    this.watch(stage, reader, mapping.eventSourceMappingId);
  }

  private watch(stage: Stage, reader: SegueFunction, mappingId: string): void {
    alarmWhen(this, {
      stage,
      name: 'news-late',
      metric: reader.metric('IteratorAge', { statistic: 'Maximum' }),
      above: Duration.minutes(5).toMilliseconds(),
      runbook:
        'Answers of agents and ends of journeys reach those who wait for them more than five minutes late: read the ' +
        'errors in the log of announce.',
    });
    alarmWhen(this, {
      stage,
      name: 'news-lost',
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'OnFailureDestinationDeliveredEventCount',
        dimensionsMap: { EventSourceMappingUUID: mappingId },
        statistic: 'Sum',
      }),
      above: 0,
      runbook:
        'What happened was given up after ten tries and put into the bucket FailedNews: answers of agents may not have ' +
        'reached their journeys. Read the errors in the log of announce, then invoke it with the records.',
    });
  }
}

/** What a write changed can only be told from the row before and the row after it. */
const streamWithBothImages = (table: Table): string => {
  const { defaultChild } = table.node;
  const stream = table.tableStreamArn;
  if (!(defaultChild instanceof CfnTable) || stream === undefined)
    throw new Error(`The table ${table.node.path} has no stream`);
  defaultChild.streamSpecification = { streamViewType: StreamViewType.NEW_AND_OLD_IMAGES };
  return stream;
};
