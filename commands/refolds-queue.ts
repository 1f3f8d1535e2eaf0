import { GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** Which stage's queue, and where AWS answers unless the environment says it. */
export type Where = { readonly stage: string; readonly endpoint?: string | undefined };

const clientOf = ({ stage, endpoint }: Where): SQSClient => {
  const isLocal = stage === 'local';
  const found = endpoint ?? process.env['AWS_ENDPOINT_URL'] ?? (isLocal ? 'http://127.0.0.1:4566' : undefined);
  return new SQSClient({
    ...(found === undefined ? {} : { endpoint: found }),
    ...(isLocal
      ? {
          region: process.env['AWS_REGION'] ?? 'us-east-1',
          credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
        }
      : {}),
  });
};

const waiting = async (client: SQSClient, QueueUrl: string): Promise<number> => {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
};

const second = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000));

/** Puts an order into the queue of refolds, and waits until all that follows from it is done. */
export const order = async (what: object, where: Where): Promise<void> => {
  const client = clientOf(where);
  const QueueName = `segue-${where.stage}-refolds`;
  const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(what) }));
  // The queue's counts are estimates: it must be seen empty more than once.
  for (let empty = 0, said = -1; empty < 3; await second()) {
    const left = await waiting(client, QueueUrl);
    empty = left === 0 ? empty + 1 : 0;
    if (left !== said && left > 0) console.log(`  ${left} waiting`);
    said = left;
  }
  console.log(`  Done. What could not be is in ${QueueName}-dead.`);
};

/** Says what went wrong in a line. */
export const complain = (error: unknown): void => {
  console.error(`  ${error instanceof Error ? error.message || error.name : String(error)}`);
  process.exitCode = 1;
};
