import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Refusal } from '#core/signal';
import { sqs } from './clients.ts';

/** SQS takes no other characters in an attribute, and no empty one. A path may contain whatever a producer named a field. */
const attribute = (text: string) => ({
  DataType: 'String',
  StringValue: text.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}]/gu, '?').slice(0, 512) || '?',
});

/** Where an operator finds what was refused: the body as it came, and reason, path and a sentence as attributes. */
export const refusedQueue = (queueUrl: string) => ({
  park: async (body: string, { reason, path, message }: Refusal): Promise<void> => {
    await sqs().send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        MessageAttributes: { reason: attribute(reason), path: attribute(path), message: attribute(message) },
      }),
    );
  },
});
export type RefusedQueue = ReturnType<typeof refusedQueue>;
