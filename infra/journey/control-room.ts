import { Duration, Stack } from 'aws-cdk-lib/core';
import { type HttpApi, HttpMethod, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ControlJourneyEnv } from '../../functions/journey/control/control-journey.env.ts';
import type { ReleaseEntriesEnv } from '../../functions/journey/control/release-entries.env.ts';
import { alarmWhen } from '../parts/alarm-when.ts';
import { publisherScope } from '../parts/login.ts';
import { type Ground, SegueFunction } from '../parts/segue-function.ts';
import { deadLetters, readQueue, segueQueue } from '../parts/segue-queue.ts';
import { machineName } from './journey-machine.ts';

export type ControlRoomProps = Ground & {
  readonly state: Table;
  readonly http: HttpApi;
  /** Knows the tokens of publishers. */
  readonly authorizer: IHttpRouteAuthorizer;
  /** Names of the journeys. */
  readonly journeys: readonly string[];
};

const timeout = Duration.seconds(60);

/** The writes that say that there is something to do. Whatever matches neither costs nothing. */
const lines = [
  { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'PENDING#' }, { prefix: 'HELD#' }] } } } },
  { eventName: ['MODIFY'], dynamodb: { Keys: { pk: { S: ['JOURNEYS'] } } } },
];

/**
 * How fast journeys are entered, and whether they stand still: publishers pause, resume and stop them over HTTP, and a
 * function starts who waits in line, lets those go on who stood still, and ends what was stopped.
 */
export class ControlRoom extends Construct {
  constructor(scope: Construct, id: string, props: ControlRoomProps) {
    super(scope, id);
    this.open(this.controlJourney(props), props);
    this.releaseEntries(props);
  }

  private controlJourney({ stage, bundle, state }: ControlRoomProps): SegueFunction {
    const control = new SegueFunction(this, 'ControlJourney', {
      stage,
      bundle,
      description: 'Pauses, resumes and stops a journey, and says how it stands.',
      timeout: Duration.seconds(10),
      environment: { STATE_TABLE: state.tableName } satisfies z.input<typeof ControlJourneyEnv>,
      failures: 'Invoked by the HTTP API, which waits: the caller sees the failure and says the same again.',
    });
    control.allowTable(state, ['GetItem', 'Query', 'UpdateItem']);
    return control;
  }

  private open(control: SegueFunction, { http, authorizer }: ControlRoomProps): void {
    const integration = new HttpLambdaIntegration(control.node.id, control);
    const route = (path: string, method: HttpMethod) =>
      http.addRoutes({ path, methods: [method], integration, authorizer, authorizationScopes: [publisherScope] });
    route('/v1/journeys/{name}', HttpMethod.GET);
    for (const order of ['pause', 'resume', 'stop']) route(`/v1/journeys/{name}/${order}`, HttpMethod.POST);
  }

  private releaseEntries(props: ControlRoomProps): SegueFunction {
    const { stage, bundle, state, journeys } = props;
    const dead = deadLetters(this, 'EntriesDead', {
      stage,
      name: 'entries-dead',
      runbook:
        'In some journey nobody is started at its rate, released or stopped any more: read the errors in the log of ' +
        'release-entries, then redrive. The messages name the journeys.',
    });
    const entries = segueQueue(this, 'Entries', {
      stage,
      name: 'entries',
      readerTimeout: timeout,
      deadLetterQueue: dead,
    });
    const release = new SegueFunction(this, 'ReleaseEntries', {
      stage,
      bundle,
      description: 'Starts who waits in line, releases who stood still, ends the runs of stopped journeys.',
      timeout,
      environment: {
        STATE_TABLE: state.tableName,
        ENTRIES_QUEUE_URL: entries.queueUrl,
      } satisfies z.input<typeof ReleaseEntriesEnv>,
      failures:
        'Read from a stream and a queue, never invoked asynchronously: what fails five times is in EntriesDead.',
    });
    // Deleting is for pointers: whoever is under way waits for nobody.
    release.allowTable(state, ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem', 'DeleteItem']);
    // It asks for its own next call, as long as something is left to do: while nothing is, nobody calls.
    release.allow(['sqs:SendMessage'], entries.queueArn);
    readQueue(release, entries, { batchSize: 1, maxConcurrency: 10 });
    this.hearOfLines(release, props);
    this.allowOnRuns(
      release,
      journeys.map((journey) => machineName(stage, journey)),
    );
    return release;
  }

  /** Who is put in line is told of by the table itself: there is no moment in which a crash could forget somebody. */
  private hearOfLines(release: SegueFunction, { stage, state }: ControlRoomProps): void {
    const stream = state.tableStreamArn;
    if (stream === undefined) throw new Error(`The table ${state.node.path} has no stream`);
    const operations = ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListStreams'];
    release.allow(
      operations.map((operation) => `dynamodb:${operation}`),
      stream,
    );
    release.addEventSourceMapping('Lines', {
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      filters: lines.map((pattern) => FilterCriteria.filter(pattern)),
      retryAttempts: 20,
      bisectBatchOnError: true,
    });
    alarmWhen(this, {
      stage,
      name: 'entries-late',
      metric: release.metric('IteratorAge', { statistic: 'Maximum' }),
      above: Duration.minutes(5).toMilliseconds(),
      runbook:
        'Who entered a journey with an entry rate, or stood still, goes on more than five minutes late: read the errors ' +
        'in the log of release-entries.',
    });
  }

  private allowOnRuns(release: SegueFunction, machines: readonly string[]): void {
    if (machines.length === 0) return;
    const arn = (resource: string): string => Stack.of(this).formatArn({ service: 'states', resource });
    release.allow(
      ['states:StartExecution', 'states:SendTaskFailure', 'states:ListExecutions'],
      ...machines.map((machine) => arn(`stateMachine:${machine}`)),
    );
    const executions = machines.map((machine) => arn(`execution:${machine}:*`));
    release.allow(['states:StopExecution'], ...executions);
    for (const machine of machines)
      release.accept(
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${machine}:*]`,
        'Runs are named after their customers: they can be stopped by the name of their journey only.',
      );
  }
}
