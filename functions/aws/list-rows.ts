import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { jitter, transact } from './conditional.ts';
import { item, keyItem, profileKey } from './keys.ts';
import { countKey, memberKey, rememberedSeconds } from './member-rows.ts';
import { type Row, rowsAt } from './rows.ts';

/**
 * How an id stands with a list that people keep. `isListed`: somebody put this very id into it, which stays so whoever it turns out to be;
 * `isIn`: it is counted and shown as a member, as one id of each person is.
 */
export type Listed = { readonly isIn: boolean; readonly isListed: boolean };

/** A row as it was read; `order` is there once there is a row, and grows with every change. */
export type ListRow = Listed & { readonly since: number; readonly order?: number };

/** What is to become of the rows of some ids; nothing where all is well. `since` is of who is in from now on, else it is now. */
export type ListPlan = ReadonlyMap<string, Next>;

type Next = Listed & { readonly since?: number };

/** What a list is asked to do: of which ids it reads the rows, whose profile must be how, and what is to become of them. */
type Rewrite = {
  readonly list: string;
  readonly ids: () => Promise<readonly string[]>;
  readonly standing: readonly TransactWriteItem[];
  readonly plan: (rows: ReadonlyMap<string, ListRow>) => ListPlan;
  /** Epoch milliseconds. */
  readonly at: number;
};

/** `moved`: a profile is not as it was thought to be; nothing was written. */
export type Rewritten =
  | { readonly is: 'moved' }
  | { readonly is: 'done'; readonly before: ReadonlyMap<string, ListRow> };

const nowhere: ListRow = { isIn: false, isListed: false, since: 0 };

/** A row that says no more than that somebody is in was put in by hand. */
const readRow = ({ isIn, isListed, since, order }: Row): ListRow => ({
  isIn: isIn === true,
  isListed: isListed === true || (isIn === true && isListed === undefined),
  since: typeof since === 'number' ? since : 0,
  order: Number(order),
});

/** Two uploads of one id, or an upload and a merge, take turns. */
const attempts = 12;

/** Lists that people keep: who was put in by hand, and as whom they are a member since some of them turned out to be one. */
export const listRows = (table: string) => {
  /** One who has a profile, and is nobody else. */
  const isThemselves = (customer: string): TransactWriteItem => ({
    ConditionCheck: {
      TableName: table,
      Key: keyItem(profileKey(customer)),
      ConditionExpression:
        'attribute_exists(folds) AND attribute_not_exists(mergedInto) AND attribute_not_exists(erasedAt)',
    },
  });

  /** One who turned out to be somebody else. */
  const isAnother = (customer: string): TransactWriteItem => ({
    ConditionCheck: {
      TableName: table,
      Key: keyItem(profileKey(customer)),
      ConditionExpression: 'attribute_exists(mergedInto) AND attribute_not_exists(erasedAt)',
    },
  });

  /** How some ids stand with some lists, by list and id; ids that no list has a row of are left out. */
  const read = async (
    lists: readonly string[],
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, ListRow>>> => {
    const places = lists.flatMap((list) => ids.map((id) => ({ list, id, key: memberKey(list, id) })));
    const found = new Map(
      (
        await rowsAt(
          table,
          places.map(({ key }) => key),
        )
      ).map((row) => [`${String(row['pk'])} ${String(row['sk'])}`, row]),
    );
    const known = places.flatMap(({ list, id, key }) => {
      const row = found.get(`${key.pk} ${key.sk}`);
      return row === undefined ? [] : [{ list, id, row: readRow(row) }];
    });
    return new Map(
      [...Map.groupBy(known, ({ list }) => list)].map(([list, each]) => [
        list,
        new Map(each.map(({ id, row }) => [id, row])),
      ]),
    );
  };

  const rowUpdate = (
    list: string,
    id: string,
    next: Next,
    { before, at }: { before: ListRow; at: number },
  ): TransactWriteItem => {
    const { order } = before;
    const isGone = !next.isIn && !next.isListed;
    const since = next.isIn && !before.isIn ? ', since = :at' : '';
    return {
      Update: {
        TableName: table,
        Key: keyItem(memberKey(list, id)),
        UpdateExpression: `SET isIn = :in, isListed = :listed, #order = :next${since}${isGone ? ', #ttl = :ttl' : ' REMOVE #ttl'}`,
        ConditionExpression: order === undefined ? 'attribute_not_exists(#order)' : '#order = :order',
        ExpressionAttributeNames: { '#order': 'order', '#ttl': 'ttl' },
        ExpressionAttributeValues: item({
          ':in': next.isIn,
          ':listed': next.isListed,
          ':next': (order ?? 0) + 1,
          ...(order === undefined ? {} : { ':order': order }),
          ...(since === '' ? {} : { ':at': next.since ?? at }),
          ...(isGone ? { ':ttl': Math.ceil(at / 1000) + rememberedSeconds } : {}),
        }),
      },
    };
  };

  /** The counts of members, each touched once in a transaction. */
  const countUpdates = (list: string, changes: readonly { id: string; by: number }[]): readonly TransactWriteItem[] =>
    [...Map.groupBy(changes, ({ id }) => countKey(list, id).sk).values()].flatMap((each) => {
      const by = each.reduce((sum, change) => sum + change.by, 0);
      const [first] = each;
      if (first === undefined || by === 0) return [];
      return [
        {
          Update: {
            TableName: table,
            Key: keyItem(countKey(list, first.id)),
            UpdateExpression: 'ADD members :by',
            ExpressionAttributeValues: item({ ':by': by }),
          },
        },
      ];
    });

  const rewriteOnce = async ({ list, ids, standing, plan, at }: Rewrite): Promise<Rewritten | undefined> => {
    const before = (await read([list], await ids())).get(list) ?? new Map<string, ListRow>();
    const next = [...plan(before)];
    if (next.length === 0) return { is: 'done', before };
    const rowOf = (id: string): ListRow => before.get(id) ?? nowhere;
    const counts = next.map(([id, { isIn }]) => ({ id, by: Number(isIn) - Number(rowOf(id).isIn) }));
    const TransactItems = [
      ...standing,
      ...next.map(([id, how]) => rowUpdate(list, id, how, { before: rowOf(id), at })),
      ...countUpdates(list, counts),
    ];
    const refused = await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter, 12);
    if (refused === undefined) return { is: 'done', before };
    return refused.index < standing.length ? { is: 'moved' } : undefined;
  };

  /** Reads some rows of a list and writes what `plan` makes of them, with their number, in one transaction: again until nobody came between. */
  const rewrite = async (how: Rewrite): Promise<Rewritten> => {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const done = await rewriteOnce(how);
      if (done !== undefined) return done;
      await jitter(Math.min(attempt, 5));
    }
    throw new Error('A list is being written too often.');
  };

  return { read, rewrite, isThemselves, isAnother };
};
export type ListRows = ReturnType<typeof listRows>;
