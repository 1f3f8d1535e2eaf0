import { AsyncLocalStorage } from 'node:async_hooks';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PinpointClient } from '@aws-sdk/client-pinpoint';
import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';

/** One call to AWS by one attempt of a function: `before` and `after` may wait, or throw in its place. */
export type Watcher = {
  /** `input` is the call's, as JSON. */
  readonly before: (operation: string, input: string) => Promise<void>;
  readonly after: (operation: string) => Promise<void>;
};

/** What function instances keep for a while: whether they read it just now depends on the machine, not on the story. */
const isKept = (operation: string, input: string): boolean =>
  /^(Query|GetItem)$/.test(operation) && /"(JOURNEYS|SWITCHES|V#\d+)"/.test(input);

const watchers = new AsyncLocalStorage<Watcher>();

/** Runs an attempt of a function with somebody watching every call it makes to AWS, beside whoever watches already. */
export const watched = <T>({ before, after }: Partial<Watcher>, attempt: () => Promise<T>): Promise<T> => {
  const outer = watchers.getStore();
  const both: Watcher = {
    before: async (operation, input) => {
      await outer?.before(operation, input);
      await before?.(operation, input);
    },
    after: async (operation) => {
      await after?.(operation);
      await outer?.after(operation);
    },
  };
  return watchers.run(both, attempt);
};

/** An attempt that nobody watches. */
export const unwatched = <T>(attempt: () => Promise<T>): Promise<T> => watchers.exit(attempt);

type Send = (this: unknown, command: object, options?: object) => Promise<unknown>;

const watch = (prototype: { send: unknown }): void => {
  const send = prototype.send as Send;
  prototype.send = async function (this: unknown, command: object, options?: object): Promise<unknown> {
    const input = JSON.stringify(Reflect.get(command, 'input')) ?? '';
    const operation = command.constructor.name.replace('Command', '');
    const watcher = isKept(operation, input) ? undefined : watchers.getStore();
    await watcher?.before(operation, input);
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
  bus: mockClient(EventBridgeClient),
} as const;

for (const { prototype } of [
  DynamoDBClient,
  SFNClient,
  SESClient,
  PinpointSMSVoiceV2Client,
  PinpointClient,
  SQSClient,
  EventBridgeClient,
])
  watch(prototype);

/** The process died: nothing it does any more reaches anybody. */
export class Died extends Error {
  override readonly name = 'Died';
}

export type Crash = {
  /** The n-th call to AWS, from 1; or the first for which this is true of the calls so far, itself the last of them. */
  readonly at: number | ((calls: readonly string[]) => boolean);
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
  let isBroken = false;
  const isHere = (): boolean => (typeof crash.at === 'number' ? calls.length === crash.at : crash.at(calls));
  const breakAt = (when: Crash['when'], operation: string): void => {
    if (isDead) throw new Died();
    if (when !== crash.when || isBroken || !isHere()) return;
    isBroken = true;
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
