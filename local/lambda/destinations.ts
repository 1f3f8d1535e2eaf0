import { randomUUID } from 'node:crypto';
import type { Json, World } from '../world.ts';
import { textOr } from '../template/json.ts';

export interface Delivery {
  readonly to: string;
  /** Role of the function on whose behalf it is sent. */
  readonly roleArn: string;
  readonly body: string;
  /** Attributes of the message, where the destination has such. */
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Where in a bucket the record goes, such as `aws/lambda/async/<function>`. */
  readonly folder: string;
}

/**
 * Sends a record of what became of an invocation to a queue, topic, function, bus or bucket, with the permissions of the function's
 * role.
 */
export async function deliver(world: World, { to, roleArn, body, folder, attributes = {} }: Delivery): Promise<void> {
  const caller = world.as(roleArn);
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      { DataType: typeof value === 'number' ? 'Number' : 'String', StringValue: String(value) },
    ]),
  );
  const service = to.split(':')[2] ?? '';
  switch (service) {
    case 'sqs': {
      const QueueUrl = textOr(world.stack.find(to)?.ref, to);
      await world.call('sqs', 'SendMessage', { QueueUrl, MessageBody: body, MessageAttributes }, caller);
      return;
    }
    case 'sns':
      await world.call('sns', 'Publish', { TopicArn: to, Message: body, MessageAttributes }, caller);
      return;
    case 'lambda': {
      const Payload: Json = JSON.parse(body);
      await world.call('lambda', 'Invoke', { FunctionName: to, InvocationType: 'Event', Payload }, caller);
      return;
    }
    case 'events': {
      const DetailType = 'Lambda Function Invocation Result';
      const entry = { Source: 'lambda', DetailType, Detail: body, EventBusName: to };
      await world.call('events', 'PutEvents', { Entries: [entry] }, caller);
      return;
    }
    case 's3': {
      const input = { Bucket: to.replace(/^arn:[\w-]+:s3:::/, ''), Key: objectKey(folder, world) };
      await world.call('s3', 'PutObject', { ...input, Body: Buffer.from(body).toString('base64') }, caller);
      return;
    }
    default:
      throw new Error(`The local ground delivers no ${service} destination: ${to}`);
  }
}

/** `<folder>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>`, as AWS names the object. */
function objectKey(folder: string, { clock }: World): string {
  const [day = '', time = ''] = new Date(clock.now()).toISOString().split(/[T.]/);
  return `${folder}/${day.replaceAll('-', '/')}/${day}T${time.replaceAll(':', '.')}-${randomUUID()}`;
}
