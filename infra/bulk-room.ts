import { journeySource } from '#core/events';
import { CustomResource, Duration } from 'aws-cdk-lib/core';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ControlBulkEnv } from '../functions/bulk/control-bulk.env.ts';
import type { SendBulkEnv } from '../functions/bulk/send-bulk.env.ts';
import type { WalkBulkEnv } from '../functions/bulk/walk-bulk.env.ts';
import type { Api } from './api.ts';
import type { CampaignFile } from './bulk/campaign-files.ts';
import type { JourneyRoom } from './journey-room.ts';
import { watchAlso } from './message/watch-messages.ts';
import type { MessageRoom } from './message-room.ts';
import { keepLogicalId } from './parts/keep-logical-id.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';
import { deadLetters, readQueue, segueQueue } from './parts/segue-queue.ts';
import type { ProfileRoom } from './profile-room.ts';
import { allowSaying } from './segment-room.ts';

export type BulkRoomProps = Ground & {
  readonly campaigns: readonly CampaignFile[];
  readonly profile: ProfileRoom;
  readonly message: MessageRoom;
  readonly journey: Pick<JourneyRoom, 'publishJourney'>;
  readonly api: Api;
  /** `https://…` without a slash at the end: what links in messages begin with. */
  readonly publicUrl: string;
};

const timeout = Duration.seconds(60);

/** At a second a message and ten at once, so many calls together send a thousand messages a second. */
const mostSenders = 100;

/**
 * One message to many, with no run and no execution: publishers start, pause and cancel it; `walk-bulk` puts members of the
 * segment into a queue at its rate, and `send-bulk` sends to each, through the same decision and ledger as journeys.
 */
export class BulkRoom extends Construct {
  constructor(scope: Construct, id: string, props: BulkRoomProps) {
    super(scope, id);
    const walks = this.queue(props, 'BulkWalks', 'A message to many goes on to nobody: read the log of walk-bulk');
    const members = this.queue(props, 'BulkMembers', 'Members were not sent their message: read the log of send-bulk');
    this.control(props, walks);
    this.walk(props, walks, members);
    this.send(props, members, walks);
    for (const campaign of props.campaigns) this.publish(props, campaign);
  }

  private queue({ stage }: BulkRoomProps, id: string, what: string): Queue {
    const name = id.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
    const deadLetterQueue = deadLetters(this, `${id}Dead`, {
      stage,
      name: `${name}-dead`,
      runbook: `${what}, repair the cause, then redrive. Nobody is sent it twice.`,
    });
    return segueQueue(this, id, { stage, name, readerTimeout: timeout, deadLetterQueue });
  }

  private control({ stage, bundle, profile, api }: BulkRoomProps, walks: Queue): void {
    const control = new SegueFunction(this, 'ControlBulk', {
      stage,
      bundle,
      description: 'Starts, pauses, resumes and cancels messages to many, and says how they stand.',
      timeout: Duration.seconds(29),
      environment: {
        STATE_TABLE: profile.state.tableName,
        WALKS_QUEUE_URL: walks.queueUrl,
      } satisfies z.input<typeof ControlBulkEnv>,
      failures: 'Invoked by the HTTP API, which waits: the caller sees the failure and says the same again.',
    });
    control.allowTable(profile.state, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem']);
    control.allow(['sqs:SendMessage'], walks.queueArn);
    api.forPublishers('/v1/bulk', control, [HttpMethod.GET, HttpMethod.POST]);
    api.forPublishers('/v1/bulk/{name}', control, [HttpMethod.GET]);
    for (const action of ['pause', 'resume', 'cancel']) api.forPublishers(`/v1/bulk/{name}/${action}`, control);
  }

  private walk({ stage, bundle, profile }: BulkRoomProps, walks: Queue, members: Queue): void {
    const walk = new SegueFunction(this, 'WalkBulk', {
      stage,
      bundle,
      description:
        'Walks through a segment, and brings back who was held: into the queue of those who are sent a message, at its rate.',
      timeout,
      environment: {
        STATE_TABLE: profile.state.tableName,
        WALKS_QUEUE_URL: walks.queueUrl,
        MEMBERS_QUEUE_URL: members.queueUrl,
      } satisfies z.input<typeof WalkBulkEnv>,
      failures: 'Read from a queue, never invoked asynchronously: what fails five times goes to BulkWalksDead.',
    });
    walk.allowTable(profile.state, ['GetItem', 'Query', 'UpdateItem', 'DeleteItem']);
    walk.allow(['sqs:SendMessage'], walks.queueArn, members.queueArn);
    readQueue(walk, walks, { batchSize: 1, maxConcurrency: 5 });
  }

  private send({ stage, bundle, profile, message, publicUrl }: BulkRoomProps, members: Queue, walks: Queue): void {
    const send = new SegueFunction(this, 'SendBulk', {
      stage,
      bundle,
      description: 'Sends the message of a bulk to one member after the other: decides, claims, sends, counts.',
      timeout,
      memorySize: 1024,
      environment: {
        STATE_TABLE: profile.state.tableName,
        KEY_SECRET_ARN: profile.customerKey.secretArn,
        STAGE: stage.name,
        BUS_NAME: stage.bus,
        PUBLIC_URL: publicUrl,
        ...message.environment,
        MEMBERS_QUEUE_URL: members.queueUrl,
        WALKS_QUEUE_URL: walks.queueUrl,
      } satisfies z.input<typeof SendBulkEnv>,
      failures: 'Read from a queue, never invoked asynchronously: what fails five times goes to BulkMembersDead.',
    });
    // Deleting is for claims only: a message that was never handed over frees its place in the ledger.
    send.allowTable(profile.state, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem']);
    send.allow(['secretsmanager:GetSecretValue'], profile.customerKey.secretArn);
    send.allow(['sqs:SendMessage'], members.queueArn, walks.queueArn);
    allowSaying(send, stage, journeySource);
    message.allowSending(send);
    readQueue(send, members, { batchSize: 10, maxConcurrency: mostSenders });
    watchAlso(this, stage, send);
  }

  private publish({ journey, message }: BulkRoomProps, { name, document }: CampaignFile): void {
    const id = `Campaign${name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
    const published = new CustomResource(this, id, {
      resourceType: 'Custom::Campaign',
      serviceToken: journey.publishJourney.functionArn,
      serviceTimeout: Duration.minutes(5),
      // Nothing reads the channels: one that comes or goes lets a refused campaign be looked at again.
      properties: { Name: name, Document: document, Channels: message.channels.join(',') },
    });
    keepLogicalId(published, `${id}Published`);
  }
}
