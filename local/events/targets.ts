import * as z from 'zod';
import type { Caller, JsonObject, World } from '../world.ts';
import { jsonOf } from './json-text.ts';
import { lastPart } from './operation.ts';

/** Where something is sent: a queue, function, state machine, topic or bus, by ARN. */
export type Address = { readonly arn: string; readonly caller: Caller };

const SERVICES = ['sqs', 'lambda', 'states', 'sns', 'events'] as const;
const serviceOf = (arn: string) => SERVICES.find((service) => service === arn.split(':')[2]);

/** A target's ARN; other services than these five are refused at start. */
export const targetArn = z.string().refine((arn) => serviceOf(arn) !== undefined, {
  error: (issue) => `a target ${String(issue.input)} is not supported here`,
});

export const isQueue = (arn: string): boolean => serviceOf(arn) === 'sqs';
export const isBus = (arn: string): boolean => serviceOf(arn) === 'events';

/** Any URL whose last part is the queue's name will do. */
export const queueUrl = (arn: string): string => `https://sqs.amazonaws.com/${arn.split(':').slice(4).join('/')}`;

/**
 * Hands `text` to a target as EventBridge would. `id` makes a repeated start of a state machine the same run.
 * Buses are not reached from here: an event keeps its identity there.
 */
export const sendTo = async (
  world: World,
  { arn, caller }: Address,
  sent: { text: string; id: string },
): Promise<void> => {
  const [service, operation, input] = request(arn, sent);
  await world.call(service, operation, input, caller);
};

const request = (arn: string, { text, id }: { text: string; id: string }): readonly [string, string, JsonObject] => {
  switch (serviceOf(arn)) {
    case 'sqs':
      return ['sqs', 'SendMessage', { QueueUrl: queueUrl(arn), MessageBody: text }];
    case 'lambda':
      return ['lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event', Payload: jsonOf(text) ?? text }];
    case 'states':
      return ['states', 'StartExecution', { stateMachineArn: arn, name: id, input: text }];
    case 'sns':
      return ['sns', 'Publish', { TopicArn: arn, Message: text }];
    case 'events':
    case undefined:
      throw new Error(`${lastPart(arn)} cannot be reached this way`);
  }
};
