import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { advance } from './load.ts';
import type { Ledger } from './ledger.ts';

const WORKING = ['segue-local-signals', 'segue-local-refolds'] as const;
const DEAD = ['segue-local-signals-dead', 'segue-local-refolds-dead'] as const;
const REFUSED = 'segue-local-refused-signals';
const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

const clientOf = (endpoint: string): SQSClient =>
  new SQSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'operator', secretAccessKey: 'x' } });
const urlOf = (endpoint: string, name: string): string => `${endpoint}/000000000000/${name}`;

const depth = async (sqs: SQSClient, QueueUrl: string): Promise<number> => {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] }));
  return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
};

const STEP_SECONDS = 61;
const MOST_STEPS = 40;

/**
 * Lets time pass in small steps until no queue holds anything, twenty minutes at least: by then every visibility time-out, lease
 * and retry that a kill left behind is over. @returns how many messages are still queued, which should be none
 */
export const settle = async (endpoint: string): Promise<number> => {
  const sqs = clientOf(endpoint);
  let queued = 0;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await advance(endpoint, STEP_SECONDS);
    const depths = await Promise.all(WORKING.map((name) => depth(sqs, urlOf(endpoint, name))));
    queued = depths.reduce((sum, each) => sum + each, 0);
    if (queued === 0 && step >= 19) break;
  }
  sqs.destroy();
  return queued;
};

/** Takes everything out of a queue, as an operator does who looks through it. */
const drain = async (sqs: SQSClient, QueueUrl: string): Promise<readonly string[]> => {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = '' }) => Body));
    const Entries = Messages.map(({ ReceiptHandle }: Message, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
};

const messageIdsIn = (body: string): readonly string[] => [...body.matchAll(/m-\d+(?=\\*")/g)].map(([id]) => id);

/** Notes the message ids of what was refused and of what died, and takes it out of its queue. */
export const lookThrough = async (endpoint: string, ledger: Ledger): Promise<void> => {
  const sqs = clientOf(endpoint);
  for (const body of await drain(sqs, urlOf(endpoint, REFUSED)))
    for (const id of messageIdsIn(body)) ledger.refused.add(id);
  for (const name of DEAD)
    for (const body of await drain(sqs, urlOf(endpoint, name))) {
      for (const id of messageIdsIn(body)) ledger.dead.add(id);
      if (name === 'segue-local-refolds-dead') ledger.complaints.push(`a refold died: ${body}`);
    }
  sqs.destroy();
};
