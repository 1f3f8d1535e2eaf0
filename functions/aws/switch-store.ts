import { QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Switch } from '#core/decision';
import * as z from 'zod/mini';
import { dynamodb } from './clients.ts';
import { item, plain, switchedKey, switchKey } from './keys.ts';

const SwitchRow = z.object({
  sk: z.enum(['all', 'email', 'sms', 'push']),
  isOff: z.boolean(),
  by: z.string(),
  at: z.string(),
  because: z.string(),
});

/** A switch as somebody left it: who, when (ISO 8601) and why. */
export type SwitchState = {
  readonly switch: Switch;
  readonly isOff: boolean;
  readonly by: string;
  readonly at: string;
  readonly because: string;
};

/** How long a function may go on with what it has read, in milliseconds of the machine's own clock. */
const freshMs = 5000;

/** The switches of a stage: everything, or a channel. Who switched what is kept for good beside them. */
export const switchStore = (table: string) => {
  let known: { readonly at: number; readonly off: Promise<readonly Switch[]> } | undefined;

  const read = async (ConsistentRead: boolean): Promise<readonly SwitchState[]> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        ConsistentRead,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: item({ ':pk': switchKey('').pk }),
      }),
    );
    return Items.map((row) => {
      const { sk, ...rest } = SwitchRow.parse(plain(row));
      return { switch: sk, ...rest };
    });
  };

  const list = (): Promise<readonly SwitchState[]> => read(true);

  const readOff = async (): Promise<readonly Switch[]> =>
    (await read(false)).filter(({ isOff }) => isOff).map((each) => each.switch);

  /** What is off, at most five seconds old. */
  const recent = (): Promise<readonly Switch[]> => {
    const at = performance.now();
    if (known === undefined || at - known.at > freshMs) known = { at, off: readOff() };
    known.off.catch(() => (known = undefined));
    return known.off;
  };

  /** @param history what is kept of other times: the last ones, newest first. */
  const history = async (most: number): Promise<readonly SwitchState[]> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: item({ ':pk': switchedKey('', '').pk }),
        ScanIndexForward: false,
        Limit: most,
      }),
    );
    return Items.map((row) => {
      const { sk, ...rest } = SwitchRow.parse({ ...plain(row), sk: plain(row)['switch'] });
      return { switch: sk, ...rest };
    });
  };

  /** Switches, and writes down who did and why. */
  const set = async (state: SwitchState): Promise<void> => {
    const { switch: name, ...rest } = state;
    await dynamodb().send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: table, Item: item({ ...switchKey(name), ...rest }) } },
          { Put: { TableName: table, Item: item({ ...switchedKey(rest.at, name), switch: name, ...rest }) } },
        ],
      }),
    );
  };

  return { list, recent, history, set };
};
export type SwitchStore = ReturnType<typeof switchStore>;
