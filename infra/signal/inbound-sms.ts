import { Aws, Validations } from 'aws-cdk-lib/core';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { DeadLetterQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { keepLogicalId } from '../parts/keep-logical-id.ts';
import type { Stage } from '../stage.ts';

export type InboundSmsProps = { readonly stage: Stage; readonly signals: Queue; readonly dead: DeadLetterQueue };

/**
 * What customers text to us: a topic that the stage's number publishes to once two-way SMS is on for it, and from there the
 * signals queue. Only End User Messaging of this account may publish.
 */
export class InboundSms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stage, signals, dead }: InboundSmsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { topicName: `segue-${stage.name}-inbound-sms`, enforceSSL: true });
    keepLogicalId(this.topic, 'InboundSms');
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sms-voice.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.topic.addSubscription(new SqsSubscription(signals, { deadLetterQueue: dead.queue }));
    Validations.of(this.topic).acknowledge({
      id: 'AwsSolutions-SNS2',
      reason:
        'End User Messaging cannot publish to a topic encrypted with the key of SNS; a key of our own is a dollar a month.',
    });
  }
}
