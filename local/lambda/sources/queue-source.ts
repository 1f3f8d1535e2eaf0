import type { Json, JsonObject } from '../../world.ts';
import { isObject, listOr, objectOr, textOr } from '../../template/json.ts';
import { failedItems } from './batch-answer.ts';
import type { Source, SourceParts } from './source.ts';
import { wakeable } from './wakeable.ts';

const AT_MOST = 10;

export interface QueueHook {
  /** Calls back whenever a message of the queue becomes visible. Returns the way to stop. */
  onMessage(queueArn: string, wake: () => void): () => void;
}

/**
 * Hands the messages of a queue to a function. It runs only when a message became visible; messages of a failed batch stay in the
 * queue, whose visibility timeout and redrive policy decide what becomes of them.
 */
export function queueSource(parts: SourceParts, { onMessage }: QueueHook): Source {
  const { world, mapping } = parts;
  const { clock } = world;
  const caller = world.as(parts.roleArn);
  const queueUrl = textOr(world.stack.find(mapping.sourceArn)?.ref, mapping.sourceArn);
  let gathered: JsonObject[] = [];
  let closeWindow: (() => void) | undefined;
  let underWay = 0;

  const mayReceive = () => worker.mayRun() && underWay < mapping.maximumConcurrency;
  const failed = (error: unknown) => world.note(`${mapping.logicalId}: ${String(error)}`);

  const worker = wakeable({
    clock,
    /** Receives until the queue is empty or enough batches are under way; each batch that ends wakes it, and each new message. */
    async work() {
      while (mayReceive()) {
        const most = Math.min(AT_MOST, mapping.batchSize - gathered.length);
        const messages = await receive(most);
        gathered.push(...messages);
        if (mapping.windowMs === 0 || gathered.length >= mapping.batchSize) launch();
        else if (messages.length > 0) closeWindow ??= clock.at(clock.now() + mapping.windowMs, launch);
        if (messages.length < most) return;
      }
    },
    failed,
  });

  const receive = async (count: number): Promise<readonly JsonObject[]> => {
    const { Messages } = await world.call(
      'sqs',
      'ReceiveMessage',
      {
        QueueUrl: queueUrl,
        MaxNumberOfMessages: count,
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
      caller,
    );
    return listOr(Messages).map(objectOr);
  };

  const launch = () => {
    closeWindow?.();
    closeWindow = undefined;
    const batch = gathered;
    gathered = [];
    if (batch.length === 0) return;
    underWay += 1;
    const work = async () => {
      await handOver(batch).catch(failed);
      underWay -= 1;
      worker.wake();
    };
    void clock.busy(work);
  };

  const handOver = async (messages: readonly JsonObject[]) => {
    const events = messages.map((message) => eventOf(message, parts));
    const wanted = messages.filter((_, index) => mapping.accepts(forFilter(events[index] ?? {})));
    const ids = wanted.map((message) => textOr(message['MessageId'], ''));
    const records = events.filter((event) => ids.includes(textOr(event['messageId'], '')));
    const failed =
      records.length === 0 ? new Set<string>() : failedItems(await parts.invoke(records), ids, mapping.reportsFailures);
    if (failed === 'all') return remove(messages.filter((message) => !wanted.includes(message)));
    await remove(messages.filter((message) => !failed.has(textOr(message['MessageId'], ''))));
  };

  const remove = async (messages: readonly JsonObject[]) => {
    for (let from = 0; from < messages.length; from += AT_MOST) {
      const Entries = messages
        .slice(from, from + AT_MOST)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle: ReceiptHandle ?? '' }));
      await world.call('sqs', 'DeleteMessageBatch', { QueueUrl: queueUrl, Entries }, caller);
    }
  };

  const ignore = onMessage(mapping.sourceArn, worker.wake);
  worker.wake();
  return {
    stop() {
      ignore();
      worker.stop();
      closeWindow?.();
    },
  };
}

/** A message as a function gets it. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const eventOf = (message: JsonObject, { world, mapping }: SourceParts): JsonObject => ({
  messageId: message['MessageId'] ?? '',
  receiptHandle: message['ReceiptHandle'] ?? '',
  body: message['Body'] ?? '',
  attributes: message['Attributes'] ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(objectOr(message['MessageAttributes'])).map(([name, attribute]) => [name, lowerFirst(attribute)]),
  ),
  md5OfBody: message['MD5OfBody'] ?? '',
  eventSource: 'aws:sqs',
  eventSourceARN: mapping.sourceArn,
  awsRegion: world.stack.region,
});

const lowerFirst = (attribute: Json): Json =>
  Object.fromEntries(
    Object.entries(objectOr(attribute)).map(([name, value]) => [name.slice(0, 1).toLowerCase() + name.slice(1), value]),
  );

/** Filters look into a body that is JSON. */
function forFilter(event: JsonObject): JsonObject {
  try {
    const body: Json = JSON.parse(textOr(event['body'], ''));
    return isObject(body) ? { ...event, body } : event;
  } catch {
    return event;
  }
}
