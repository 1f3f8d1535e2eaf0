import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { MOST_USERS, type Profile, viewProfile } from '#core/profile';
import { dynamodb } from '../../aws/clients.ts';
import { keyItem, plain, profileKey } from '../../aws/keys.ts';
import { logger } from '../../aws/observed.ts';

/** What a page asks about whoever opened it. */
export type Reader = { readonly locale?: unknown; readonly phone?: string };

const rowOf = async (table: string, customer: string): Promise<Record<string, unknown>> => {
  const { Item } = await dynamodb().send(
    new GetItemCommand({
      TableName: table,
      Key: keyItem(profileKey(customer)),
      ProjectionExpression: 'body, mergedInto',
    }),
  );
  return Item === undefined ? {} : plain(Item);
};

const readerIn = ({ body }: Record<string, unknown>): Reader => {
  if (typeof body !== 'string') return {};
  const profile: Profile = JSON.parse(body);
  const { traits, phone } = viewProfile(profile);
  return { locale: [traits['locale'], traits['language']].flat(), ...(phone !== undefined && { phone }) };
};

/** What is known of a customer. A page without it is in the browser's language, and works: nothing of it may fail for this. */
export const readerOf = async (table: string, customer: string): Promise<Reader> => {
  try {
    let row = await rowOf(table, customer);
    // A link may be of somebody who turned out to be somebody else, who again did.
    for (let hop = 0; hop < MOST_USERS && typeof row['mergedInto'] === 'string'; hop++)
      row = await rowOf(table, row['mergedInto']);
    return readerIn(row);
  } catch (thrown) {
    logger.warn('The language of a page is not known', { reason: thrown instanceof Error ? thrown.name : 'unknown' });
    return {};
  }
};
