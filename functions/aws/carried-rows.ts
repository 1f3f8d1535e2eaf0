import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { customerPk, item, keyItem } from './keys.ts';
import type { LoggedSignal } from './profile-store.ts';

/** Rows that go into another log than the one they were received for. */
export const carriedRows = (table: string) => {
  /** Puts a row unless its message is there already: it is news once, however often it is brought. */
  const put = async (customer: string, { signal, receivedAt, silent, from }: LoggedSignal): Promise<void> => {
    await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName: table,
          Item: item({
            pk: customerPk(customer),
            sk: signal.messageId,
            at: signal.timestamp,
            receivedAt: new Date(receivedAt).toISOString(),
            signal: JSON.stringify(signal),
            ...(silent === true ? { silent } : {}),
            from,
          }),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
  };

  /** Takes a row out of a log. @param from only while it is one that was carried there from this customer */
  const remove = async (customer: string, messageId: string, from?: string): Promise<void> => {
    await orRefused(
      dynamodb().send(
        new DeleteItemCommand({
          TableName: table,
          Key: keyItem({ pk: customerPk(customer), sk: messageId }),
          ...(from === undefined
            ? {}
            : {
                ConditionExpression: '#from = :from',
                ExpressionAttributeNames: { '#from': 'from' },
                ExpressionAttributeValues: item({ ':from': from }),
              }),
        }),
      ),
    );
  };

  return { put, remove };
};
export type CarriedRows = ReturnType<typeof carriedRows>;
