import { Duration } from 'aws-cdk-lib/core';
import { type EventBus, type EventPattern, Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { DeadLetterQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { UnsubscribeEnv } from '../functions/feedback/unsubscribe.env.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';

export type FeedbackRoomProps = Ground & {
  readonly bus: EventBus;
  readonly signals: Queue;
  readonly dead: DeadLetterQueue;
  readonly configurationSet: string;
  readonly customerKey: Secret;
};

/** What came back? Deliveries, opens, clicks and complaints become signals; so does an unsubscribe. */
export class FeedbackRoom extends Construct {
  readonly unsubscribe: SegueFunction;

  constructor(scope: Construct, id: string, props: FeedbackRoomProps) {
    super(scope, id);
    this.hear('EmailEvents', props, {
      source: ['aws.ses'],
      detailType: Match.prefix('Email '),
      // The account may send other mail, and other stages do: only ours is a signal here.
      detail: { mail: { tags: { 'ses:configuration-set': [props.configurationSet] } } },
    });
    this.hear('SmsEvents', props, {
      source: ['aws.sms-voice'],
      detailType: ['Text Message Delivery Status Updated'],
      // SMS has no configuration set to tell by: what we send is tagged with its stage. Other SMS of the account, and
      // those of other stages, are none of our customers' signals.
      detail: { context: { stage: [props.stage.name] } },
    });
    this.unsubscribe = this.unsubscribeBy(props);
  }

  /** A rule on the account's default bus, where AWS services speak, straight to the signals queue. */
  private hear(id: string, { signals, dead }: FeedbackRoomProps, eventPattern: EventPattern): void {
    const targets = [new SqsQueue(signals, { deadLetterQueue: dead.queue })];
    new Rule(this, id, {
      description: 'What became of our messages goes to the signals queue.',
      eventPattern,
      targets,
    });
  }

  private unsubscribeBy({ stage, bundle, bus, customerKey }: FeedbackRoomProps): SegueFunction {
    const unsubscribe = new SegueFunction(this, 'Unsubscribe', {
      stage,
      bundle,
      description: 'One-click unsubscribe (RFC 8058): a token becomes a withdrawn consent on the bus.',
      timeout: Duration.seconds(10),
      environment: {
        BUS_NAME: bus.eventBusName,
        KEY_SECRET_ARN: customerKey.secretArn,
      } satisfies z.input<typeof UnsubscribeEnv>,
      failures: 'Invoked by the HTTP API, which waits: the mail program sees the failure and tries again.',
    });
    unsubscribe.allow(['events:PutEvents'], bus.eventBusArn);
    unsubscribe.allow(['secretsmanager:GetSecretValue'], customerKey.secretArn);
    return unsubscribe;
  }
}
