import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { dynamodb, sqs } from './clients.ts';
import { orRefused } from './conditional.ts';
import { readClaim } from './earlier-claim.ts';
import { item, keyItem, plain, sendKey } from './keys.ts';
import { count, logger } from './observed.ts';

/** A claim that its run may have left behind. */
export const OpenClaim = z.object({ customer: z.string(), send: z.string() });
export type OpenClaim = z.infer<typeof OpenClaim>;

/** Whoever still sends has settled by then: a lease lasts half a minute. */
const lookAgainSeconds = 60;

/** Nobody knows whether it left: counted, and said in the log, where an alarm hears it. */
export const noteUnknown = (about: {
  readonly customer: string;
  readonly send: string;
  readonly reason: string;
}): void => {
  count('MessageUnknown');
  logger.warn('message unknown', about);
};

/** Claims that nobody comes back to: their run is over. */
export const openClaims = (table: string) => {
  /**
   * Gives up a claim whose lease is over: by what was reported of it, else nobody knows.
   * @returns false while whoever made it may still be sending
   */
  const close = async ({ customer, send }: OpenClaim, now: number): Promise<boolean> => {
    const Key = keyItem(sendKey(customer, send));
    const { Item } = await dynamodb().send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    const claim = Item === undefined ? undefined : readClaim(plain(Item));
    if (claim?.status !== 'CLAIMED') return true;
    if (claim.leaseUntil > now) return false;
    const { status, detail } = claim.evidence ?? { status: 'UNKNOWN', detail: 'lease-expired' };
    const answer = await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key,
          UpdateExpression: `SET #status = :status, settledAt = :at, detail = :detail${status === 'UNKNOWN' ? '' : ', settledBy = :report'}`,
          // What is reported between the look and this write is seen the next time.
          ConditionExpression: `#status = :claimed AND #owner = :owner AND leaseUntil = :until${status === 'UNKNOWN' ? ' AND attribute_not_exists(reports)' : ''}`,
          ExpressionAttributeNames: { '#status': 'status', '#owner': 'owner' },
          ExpressionAttributeValues: item({
            ':status': status,
            ':at': new Date(now).toISOString(),
            ':detail': detail,
            ':claimed': 'CLAIMED',
            ':owner': claim.owner,
            ':until': claim.leaseUntil,
            ...(status === 'UNKNOWN' ? {} : { ':report': 'report' }),
          }),
        }),
      ),
    );
    if ('refused' in answer) return false;
    if (status === 'UNKNOWN') noteUnknown({ customer, send, reason: detail });
    else count('MessageResolved', status);
    return true;
  };

  return { close };
};

/** Asks for a look at claims once their leases are over. */
export const claimQueue =
  (queueUrl: string) =>
  async (claims: readonly OpenClaim[]): Promise<void> => {
    for (const claim of claims)
      await sqs().send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(claim),
          DelaySeconds: lookAgainSeconds,
        }),
      );
  };
