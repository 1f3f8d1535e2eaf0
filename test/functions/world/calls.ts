import { AsyncLocalStorage } from 'node:async_hooks';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PinpointClient } from '@aws-sdk/client-pinpoint';
import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';

/** One call to AWS by one attempt of a function: `before` and `after` may wait, or throw in its place. */
export type Watcher = {
  readonly before: (operation: string) => Promise<void>;
  readonly after: (operation: string) => Promise<void>;
};

const watchers = new AsyncLocalStorage<Watcher>();

/** Runs an attempt of a function with somebody watching every call it makes to AWS. */
export const watched = <T>(watcher: Watcher, attempt: () => Promise<T>): Promise<T> => watchers.run(watcher, attempt);

type Send = (this: unknown, command: object, options?: object) => Promise<unknown>;

const watch = (prototype: { send: unknown }): void => {
  const send = prototype.send as Send;
  prototype.send = async function (this: unknown, command: object, options?: object): Promise<unknown> {
    const watcher = watchers.getStore();
    const operation = command.constructor.name.replace('Command', '');
    await watcher?.before(operation);
    const answer = await send.call(this, command, options);
    await watcher?.after(operation);
    return answer;
  };
};

/** Every service but DynamoDB, which is a real one. */
export const services = {
  sfn: mockClient(SFNClient),
  ses: mockClient(SESClient),
  sms: mockClient(PinpointSMSVoiceV2Client),
  pinpoint: mockClient(PinpointClient),
  sqs: mockClient(SQSClient),
  secrets: mockClient(SecretsManagerClient),
} as const;

for (const { prototype } of [DynamoDBClient, SFNClient, SESClient, PinpointSMSVoiceV2Client, PinpointClient, SQSClient])
  watch(prototype);

/** The process died: nothing it does any more reaches anybody. */
export class Died extends Error {
  override readonly name = 'Died';
}

export type Crash = {
  /** The n-th call to AWS, from 1. */
  readonly at: number;
  readonly when: 'before' | 'after';
  /** Dead: no later call of the attempt arrives. Otherwise only this call fails, and the function may react. */
  readonly dead: boolean;
};

/** Runs an attempt that breaks at one of its calls; tells how many calls it made and how it ended. */
export const crashing = async (
  crash: Crash,
  attempt: () => Promise<unknown>,
): Promise<{ readonly calls: readonly string[]; readonly error: unknown }> => {
  const calls: string[] = [];
  let isDead = false;
  const breakAt = (when: Crash['when'], operation: string): void => {
    if (isDead) throw new Died();
    if (when !== crash.when || calls.length !== crash.at) return;
    isDead = crash.dead;
    throw new Died(`${when} ${operation}`);
  };
  const watcher: Watcher = {
    before: async (operation) => {
      calls.push(operation);
      breakAt('before', operation);
    },
    after: async (operation) => breakAt('after', operation),
  };
  const error = await watched(watcher, attempt).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { calls, error };
};
