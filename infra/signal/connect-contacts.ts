import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { DeadLetterQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Lets the contacts of an Amazon Connect instance be signals: an account may have instances that are nobody's customers. */
export const contacts = (
  scope: Construct,
  instance: string | undefined,
  { signals, dead }: { readonly signals: Queue; readonly dead: DeadLetterQueue },
): void => {
  if (instance === undefined) return;
  new Rule(scope, 'Contacts', {
    description: 'Calls and chats of the contact centre go to the signals queue.',
    eventPattern: {
      source: ['aws.connect'],
      detailType: ['Amazon Connect Contact Event'],
      // Connect spells its fields in two ways.
      detail: { $or: [{ instanceArn: [instance] }, { InstanceArn: [instance] }] },
    },
    targets: [new SqsQueue(signals, { deadLetterQueue: dead.queue })],
  });
};
