import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { sendId } from '#core/journey';
import { type MessageRow, readMessageRow, type SendName } from '#core/message';
import { dynamodb } from '../aws/clients.ts';
import { customerPk, item, keyItem, plain, sendKey } from '../aws/keys.ts';
import { pagesOf } from '../aws/rows.ts';

/** What somebody got over years is read up to here; a page says when there is more. */
const mostRows = 5_000;

/** A decision's name after its instant; a row of either kind ends in it. */
const sendOf = (name: SendName): string => sendId({ run: name, key: name.step });

const newestFirst = (a: MessageRow, b: MessageRow): number => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);

/** The ledger, for who asks. */
export const messageRows = (table: string) => {
  const starting = async (customer: string, prefix: string): Promise<readonly MessageRow[]> => {
    const rows: MessageRow[] = [];
    const pages = pagesOf({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: item({ ':pk': customerPk(customer), ':prefix': prefix }),
      ScanIndexForward: false,
    });
    for await (const page of pages) {
      rows.push(...page.flatMap((row) => readMessageRow(customer, row) ?? []));
      if (rows.length >= mostRows) break;
    }
    return rows;
  };

  /** What was decided of one message: the claim if there was one, else why there was none. */
  const find = async (name: SendName): Promise<MessageRow | undefined> => {
    const { customer } = name;
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(sendKey(customer, sendOf(name))), ConsistentRead: true }),
    );
    if (Item !== undefined) return readMessageRow(customer, plain(Item));
    return (await starting(customer, 'WHY#')).find((row) => sendOf(row) === sendOf(name));
  };

  /** Everything that was decided about messages to a customer, newest first. */
  const ofCustomer = async (customer: string): Promise<readonly MessageRow[]> => {
    const [sent, withheld] = await Promise.all([starting(customer, 'SEND#'), starting(customer, 'WHY#')]);
    return [...sent, ...withheld].toSorted(newestFirst);
  };

  return { find, ofCustomer };
};
export type MessageRows = ReturnType<typeof messageRows>;
