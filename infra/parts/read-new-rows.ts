import { Duration } from 'aws-cdk-lib/core';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { alarmWhen } from './alarm-when.ts';
import { failedRecords } from './failed-records.ts';
import type { SegueFunction } from './segue-function.ts';

export type StreamReading = { readonly stage: Stage; readonly table: Table; readonly reader: SegueFunction };

/**
 * Lets a function read every new row of a table, one partition's rows in their order. Late rows and rows that were given
 * up raise an alarm; the latter are kept in the bucket `failuresId`.
 */
export const readNewRows = (scope: Construct, failuresId: string, reading: StreamReading): void => {
  const { table, reader } = reading;
  const stream = table.tableStreamArn;
  if (stream === undefined) throw new Error(`The table ${table.node.path} has no stream`);
  const read = ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListStreams'];
  reader.allow(
    read.map((operation) => `dynamodb:${operation}`),
    stream,
  );
  const mapping = reader.addEventSourceMapping('NewRows', {
    eventSourceArn: stream,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    // A higher factor would keep the order of one row only, not of one customer.
    parallelizationFactor: 1,
    // A signal sent again rewrites its own row: nothing new was learned.
    // Rows of an import that are folded where they are stored are nobody's news either.
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.isEqual('INSERT'),
        dynamodb: { NewImage: { folded: { BOOL: FilterRule.notExists() } } },
      }),
    ],
    // Without an end to retries one bad batch would block its shard for a day.
    retryAttempts: 10,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    onFailure: failedRecords(scope, failuresId, reading),
    supportS3OnFailureDestination: true,
    metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
  });
  watch(scope, mapping.eventSourceMappingId, reading);
};

const watch = (scope: Construct, mappingId: string, { stage, reader }: StreamReading): void => {
  alarmWhen(scope, {
    stage,
    name: 'profiles-late',
    metric: reader.metric('IteratorAge', { statistic: 'Maximum' }),
    above: Duration.minutes(5).toMilliseconds(),
    runbook: 'Profiles lag more than five minutes behind the log: read the errors in the log of fold-profile.',
  });
  alarmWhen(scope, {
    stage,
    name: 'profiles-stale',
    metric: new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'OnFailureDestinationDeliveredEventCount',
      dimensionsMap: { EventSourceMappingUUID: mappingId },
      statistic: 'Sum',
    }),
    above: 0,
    runbook:
      'Rows of the log were given up after ten tries and put into the bucket FailedFolds: the profiles of their ' +
      'customers are stale. Read the errors in the log of fold-profile, then send the customers to the refolds queue.',
  });
};
