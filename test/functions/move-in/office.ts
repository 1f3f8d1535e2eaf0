import '../world/environment.ts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, DynamoDBRecord } from 'aws-lambda';
import { idsWith } from '../../../functions/aws/customer-id.ts';
import { refold } from '../world/customer.ts';
import { customerKey } from '../world/environment.ts';
import { context, deleteRows, refolds, rowsOf, type StateRow } from '../world/world.ts';

const ids = idsWith(customerKey);
export const customerOf = (user: string): string => ids.idOf({ user });
export const hashOf = (kind: 'email' | 'phone', value: string): string => ids.lookupHash({ kind, value });

export type Answer = { readonly status: number; readonly body: Record<string, unknown> };

const read = (answer: unknown): Answer => {
  const { statusCode, body } = answer as APIGatewayProxyStructuredResultV2;
  return { status: statusCode ?? 0, body: JSON.parse(body ?? '{}') };
};
const request = (pathParameters: Record<string, string>, body?: unknown): APIGatewayProxyEventV2 =>
  ({
    pathParameters,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }) as unknown as APIGatewayProxyEventV2;

export const begin = async (wanted: object | string): Promise<Answer> => {
  const { handler } = await import('../../../functions/move-in/track-import.ts');
  return read(await handler({ ...request({}, wanted), pathParameters: undefined } as never, context));
};
export const look = async (id: string): Promise<Answer> => {
  const { handler } = await import('../../../functions/move-in/track-import.ts');
  return read(await handler(request({ id }), context));
};
export const send = async (id: string, part: number | string, body: unknown): Promise<Answer> => {
  const { handler } = await import('../../../functions/move-in/import-customers.ts');
  return read(await handler(request({ id, part: String(part) }, body), context));
};

let imports = 0;
/** An import nobody has begun before. */
export const newImport = async (parts: number, asOf = '2026-01-01T00:00:00.000Z'): Promise<string> => {
  const id = String(++imports).padStart(16, '0');
  await begin({ id, file: 'people.csv', asOf, parts });
  return id;
};

const streamArn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/Log/stream/2026';
let sequence = 10n ** 22n;
const told = new Set<string>();

const recordOf = (pk: string, sk: string, row: StateRow): DynamoDBRecord => ({
  eventName: 'INSERT',
  eventSourceARN: streamArn,
  dynamodb: {
    SequenceNumber: String((sequence += 100n)),
    Keys: { pk: { S: pk }, sk: { S: sk } },
    NewImage: Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'boolean' ? { BOOL: value } : { S: String(value) },
      ]),
    ),
  },
});

const recordsOf = async (users: readonly string[], all: boolean): Promise<readonly DynamoDBRecord[]> => {
  const records: DynamoDBRecord[] = [];
  for (const user of users) {
    const pk = `C#${customerOf(user)}`;
    for (const [sk, row] of await rowsOf(pk, 'log')) {
      if (!all && (row['folded'] === true || told.has(`${pk} ${sk}`))) continue;
      told.add(`${pk} ${sk}`);
      records.push(recordOf(pk, sk, row));
    }
  }
  return records;
};

const hand = async (Records: readonly DynamoDBRecord[]): Promise<void> => {
  const { handler } = await import('../../../functions/profile/fold-profile.ts');
  if (Records.length > 0) await handler({ Records: [...Records] }, context);
};

/** What the log's stream tells of these customers that it has not told yet; rows that are folded where they are stored it passes over. */
export const stream = async (users: readonly string[], { all = false } = {}): Promise<void> =>
  hand(await recordsOf(users, all));

/** The same of the rows that are there by now, told when the answer is called. */
export const lateStream = async (users: readonly string[]): Promise<() => Promise<void>> => {
  const records = await recordsOf(users, false);
  return () => hand(records);
};

/** Folds whom others set aside, until nobody is left. */
export const foldThoseAside = async (): Promise<void> => {
  while (refolds.length > 0)
    if ((await refold(...refolds.splice(0, 10))).length > 0) throw new Error('A refold failed.');
};

/** All that is known of a customer but how it came about: where in which stream, in how many writes. */
export const known = async (user: string): Promise<Record<string, StateRow>> => {
  const rows = await rowsOf(`C#${customerOf(user)}`);
  return Object.fromEntries(
    [...rows].map(([sk, row]) => {
      const { seq: _s, stream: _t, folds: _f, refoldedAt: _r, fold: _g, version: _v, ...rest } = row;
      return [sk, typeof rest['body'] === 'string' ? { ...rest, body: sorted(JSON.parse(rest['body'])) } : rest];
    }),
  );
};

const sorted = ({ seen, ...rest }: { seen: object }) => ({ ...rest, seen: Object.entries(seen).toSorted() });

/** Everything of a customer but their log is lost, and all that is kept of whom they were seen as. */
export const forget = async (user: string): Promise<void> => {
  const pk = `C#${customerOf(user)}`;
  const own = [...(await rowsOf(pk)).keys()];
  const seenAs = own.filter((sk) => sk.startsWith('LINKED#')).map((sk) => sk.replace('LINKED#', 'C#'));
  for (const each of [pk, ...seenAs]) {
    const keys = [...(await rowsOf(each)).keys()].map((sk) => ({ pk: each, sk }));
    if (keys.length > 0) await deleteRows('state', keys);
  }
};

/** A row of a part. */
export const row = (number: number, userId: string, traits: object = {}, more: object = {}) => ({
  row: number,
  calls: [{ type: 'identify', userId, traits, context: { import: true }, ...more }],
});
