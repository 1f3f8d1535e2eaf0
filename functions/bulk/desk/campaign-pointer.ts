import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { dynamodb } from '../../aws/clients.ts';
import { campaignKey, keyItem, plain } from '../../aws/keys.ts';

const CampaignRow = z.object({ version: z.number(), status: z.string(), reason: z._default(z.string(), '') });
/** Which version of a campaign is published: `live`, `refused` with the reason, or `retired`. */
export type Campaign = z.infer<typeof CampaignRow>;

export const campaignPointer =
  (table: string) =>
  async (name: string): Promise<Campaign | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(campaignKey(name)), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : CampaignRow.parse(plain(Item));
  };
