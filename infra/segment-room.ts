import { segueSource } from '#core/events';
import { CustomResource, Duration, Stack } from 'aws-cdk-lib/core';
import { type HttpApi, HttpMethod, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { FillSegmentsEnv } from '../functions/segment/fill-segments.env.ts';
import type { ListSegmentsEnv } from '../functions/segment/list-segments.env.ts';
import type { PublishSegmentsEnv } from '../functions/segment/publish-segments.env.ts';
import type { SweepSegmentsEnv } from '../functions/segment/sweep-segments.env.ts';
import type { UploadMembersEnv } from '../functions/segment/upload-members.env.ts';
import { keepLogicalId } from './parts/keep-logical-id.ts';
import { publisherScope } from './parts/login.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';
import { deadLetters, readQueue, segueQueue } from './parts/segue-queue.ts';
import { clockMachineArn, SegmentClock } from './segment/segment-clock.ts';
import type { Stage } from './stage.ts';

export type SegmentRoomProps = Ground & {
  /** What each segment is: data, checked when it was read. */
  readonly segments: readonly { readonly name: string }[];
  readonly state: Table;
  readonly refolds: Queue;
  readonly customerKey: Secret;
  readonly http: HttpApi;
  readonly authorizer: IHttpRouteAuthorizer;
};

const timeout = Duration.seconds(60);
const profileSource = `${segueSource}.profile`;

/** What every function that puts customers into segments is told. */
export const segmentEnvironment = (scope: Construct, stage: Stage) => ({
  BUS_NAME: stage.bus,
  CLOCK_MACHINE: clockMachineArn(scope, stage),
});

/** Lets a function speak on the bus in one name only: who entered and left a segment, in the name of profiles. */
export const allowSaying = (one: SegueFunction, stage: Stage, source: string): void =>
  one.addToRolePolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [Stack.of(one).formatArn({ service: 'events', resource: 'event-bus', resourceName: stage.bus })],
      conditions: { StringEquals: { 'events:source': source } },
    }),
  );

/** Lets a function put customers into segments, beside what it may do with the table: say it, and let a minute be waited for. */
export const allowPlacing = (one: SegueFunction, stage: Stage): void => {
  allowSaying(one, stage, profileSource);
  one.allow(['states:StartExecution'], clockMachineArn(one, stage));
};

/**
 * Who belongs together? Segments are published by the stack and looked at with every fold; here is what looks at customers
 * without a signal: all of them once when segments were published, and some of them in the minute when time changes something.
 */
export class SegmentRoom extends Construct {
  constructor(scope: Construct, id: string, props: SegmentRoomProps) {
    super(scope, id);
    const fills = this.queueOfFills(props.stage);
    this.fill(props, fills);
    const clock = new SegmentClock(this, 'Clock', { stage: props.stage, sweep: this.sweep(props) });
    // Nobody is due before there is something that waits.
    this.publish(props, fills).node.addDependency(clock);
    this.answerHttp(props);
  }

  private queueOfFills(stage: Stage): Queue {
    const deadLetterQueue = deadLetters(this, 'SegmentFillsDead', {
      stage,
      name: 'segment-fills-dead',
      runbook: 'New segments do not hold everybody: read the error in the log of fill-segments, then redrive.',
    });
    return segueQueue(this, 'SegmentFills', { stage, name: 'segment-fills', readerTimeout: timeout, deadLetterQueue });
  }

  private publish({ stage, bundle, segments, state }: SegmentRoomProps, fills: Queue): CustomResource {
    const publish = new SegueFunction(this, 'PublishSegments', {
      stage,
      bundle,
      description: 'Makes the segments of the stack those that are live, and lets every customer be looked at.',
      timeout,
      environment: {
        STATE_TABLE: state.tableName,
        FILL_QUEUE_URL: fills.queueUrl,
      } satisfies z.input<typeof PublishSegmentsEnv>,
      failures: 'Invoked by CloudFormation, which waits for its answer and fails the deployment without one.',
    });
    publish.allowTable(state, ['GetItem', 'PutItem', 'Query']);
    publish.allow(['sqs:SendMessage'], fills.queueArn);
    const published = new CustomResource(this, 'Published', {
      resourceType: 'Custom::Segments',
      serviceToken: publish.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { Segments: JSON.stringify(segments) },
    });
    keepLogicalId(published, 'SegmentsPublished');
    return published;
  }

  private fill({ stage, bundle, state, refolds }: SegmentRoomProps, fills: Queue): void {
    const fill = new SegueFunction(this, 'FillSegments', {
      stage,
      bundle,
      description: 'Walks through all customers and puts them into the segments that were just published.',
      timeout,
      memorySize: 1024,
      environment: {
        ...segmentEnvironment(this, stage),
        STATE_TABLE: state.tableName,
        REFOLD_QUEUE_URL: refolds.queueUrl,
        FILL_QUEUE_URL: fills.queueUrl,
      } satisfies z.input<typeof FillSegmentsEnv>,
      failures: 'Read from a queue, never invoked asynchronously: what fails five times goes to SegmentFillsDead.',
    });
    fill.allowTable(state, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'Scan']);
    fill.allow(['sqs:SendMessage'], fills.queueArn, refolds.queueArn);
    allowPlacing(fill, stage);
    readQueue(fill, fills, { batchSize: 1, maxConcurrency: 4 });
  }

  private sweep({ stage, bundle, state, refolds }: SegmentRoomProps): SegueFunction {
    const sweep = new SegueFunction(this, 'SweepSegments', {
      stage,
      bundle,
      description: 'Looks at the customers whose segments may change in this minute because time went on.',
      timeout,
      memorySize: 1024,
      environment: {
        ...segmentEnvironment(this, stage),
        STATE_TABLE: state.tableName,
        REFOLD_QUEUE_URL: refolds.queueUrl,
      } satisfies z.input<typeof SweepSegmentsEnv>,
      failures: 'Invoked by a state machine, which sees the failure and tries again.',
    });
    // Deleting is for the rows of a minute that is over.
    sweep.allowTable(state, ['GetItem', 'BatchGetItem', 'BatchWriteItem', 'Query', 'PutItem', 'UpdateItem']);
    sweep.allow(['sqs:SendMessage'], refolds.queueArn);
    allowPlacing(sweep, stage);
    return sweep;
  }

  private answerHttp({ stage, bundle, state, customerKey, http, authorizer }: SegmentRoomProps): void {
    const failures = 'Invoked by the HTTP API, which waits: the caller sees the failure and asks again.';
    const list = new SegueFunction(this, 'ListSegments', {
      stage,
      bundle,
      description: 'Shows the segments, how many are in each, and who.',
      timeout: Duration.seconds(10),
      environment: { STATE_TABLE: state.tableName } satisfies z.input<typeof ListSegmentsEnv>,
      failures,
    });
    list.allowTable(state, ['GetItem', 'Query']);
    const upload = new SegueFunction(this, 'UploadMembers', {
      stage,
      bundle,
      description: 'Puts the customers of a CSV file into a list that people keep.',
      timeout: Duration.seconds(29),
      memorySize: 1024,
      environment: {
        STATE_TABLE: state.tableName,
        BUS_NAME: stage.bus,
        KEY_SECRET_ARN: customerKey.secretArn,
      } satisfies z.input<typeof UploadMembersEnv>,
      failures,
    });
    // The check is whether somebody turned out to be another, or was erased, since they were looked at.
    upload.allowTable(state, ['GetItem', 'BatchGetItem', 'UpdateItem', 'ConditionCheckItem']);
    upload.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    allowSaying(upload, stage, profileSource);

    const routes = (answer: SegueFunction, method: HttpMethod, ...paths: readonly string[]): void => {
      const integration = new HttpLambdaIntegration(answer.node.id, answer);
      for (const path of paths)
        http.addRoutes({ path, methods: [method], integration, authorizer, authorizationScopes: [publisherScope] });
    };
    const [all, one, members] = ['/v1/segments', '/v1/segments/{name}', '/v1/segments/{name}/members'] as const;
    routes(list, HttpMethod.GET, all, one, members);
    routes(upload, HttpMethod.POST, members);
  }
}
