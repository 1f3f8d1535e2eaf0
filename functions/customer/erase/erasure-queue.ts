import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { sqs } from '../../aws/clients.ts';

/** Lets an erasure be performed, or looked at once more after a while. */
export const queueErasure = async (queueUrl: string, receipt: string, delaySeconds = 0): Promise<void> => {
  await sqs().send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify({ receipt, isSecondLook: delaySeconds > 0 }),
      ...(delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}),
    }),
  );
};
