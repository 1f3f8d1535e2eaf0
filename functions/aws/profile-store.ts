import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Signal } from '#core/signal';
import { emptyProfile, type Profile } from '#core/profile';
import { type Membership, nowhere } from '#core/segment';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { customerPk, type Item, item, keyItem, profileKey } from './keys.ts';
import { insertion, type Statement, type StatementBatch } from './statement-batch.ts';
import { allRows, rowsAt } from './rows.ts';

/** A profile as it is stored: what was folded so far, and what is still owed. */
export type StoredProfile = {
  readonly profile: Profile;
  /** How often it was written: every write counts one more, and is refused when another came first. */
  readonly folds: number;
  /** The last stream record folded in, padded to 40 digits, and the stream it came from. */
  readonly sequence: string;
  readonly stream: string;
  /** When the newest row was received that a fold of the whole log has seen, epoch milliseconds; 0 = never. */
  readonly refoldedAt: number;
  /** Runs this customer is or was in, as `writeRun` writes them. */
  readonly runs: readonly string[];
  /** Acts decided but not known to be performed, as JSON. */
  readonly owed: string | undefined;
  /** The segments this customer is in. */
  readonly segments: Membership;
  /** Who this customer turned out to be: their rows belong into that one's log. */
  readonly mergedInto?: string;
  /** When they were erased, epoch milliseconds: nothing of them is kept any more. */
  readonly erasedAt?: number;
};

export const noSequence = '0'.repeat(40);
const unknown: StoredProfile = {
  profile: emptyProfile(),
  folds: 0,
  sequence: noSequence,
  stream: '',
  refoldedAt: 0,
  runs: [],
  owed: undefined,
  segments: nowhere,
};

const readRow = (row: Record<string, unknown>): StoredProfile => {
  const { body, folds, seq, stream, refoldedAt, runs, owed, memberOf, mergedInto, erasedAt } = row;
  return {
    profile: typeof body === 'string' ? JSON.parse(body) : emptyProfile(),
    folds: typeof folds === 'number' ? folds : 0,
    sequence: typeof seq === 'string' ? seq : noSequence,
    stream: typeof stream === 'string' ? stream : '',
    refoldedAt: typeof refoldedAt === 'number' ? refoldedAt : 0,
    runs: runs instanceof Set ? [...runs].map(String) : [],
    owed: typeof owed === 'string' ? owed : undefined,
    segments: typeof memberOf === 'string' ? JSON.parse(memberOf) : nowhere,
    ...(typeof mergedInto === 'string' ? { mergedInto } : {}),
    ...(typeof erasedAt === 'number' ? { erasedAt } : {}),
  };
};

/** A row of the log; `receivedAt` in epoch milliseconds. */
export type LoggedSignal = {
  readonly signal: Signal;
  readonly receivedAt: number;
  /** It is learned, and nothing follows from it. */
  readonly silent?: boolean;
  /** Whose row it was before they turned out to be this customer. */
  readonly from?: string;
};

/** What a row of the log says of itself beside its signal. */
export const readMarks = ({ silent, from }: Record<string, unknown>): Pick<LoggedSignal, 'silent' | 'from'> => ({
  ...(silent === true ? { silent } : {}),
  ...(typeof from === 'string' ? { from } : {}),
});

/** What one fold writes. */
export type ProfileWrite = {
  readonly profile: Profile;
  readonly sequence: string;
  readonly stream: string;
  readonly refoldedAt?: number;
  readonly owed?: string;
  /** A `Membership` as JSON, where it changed. */
  readonly segments?: string;
  readonly newRuns: readonly string[];
};

const writeExpression = (write: ProfileWrite) => {
  const set = ['body = :body', 'folds = :folds', 'seq = :seq', '#stream = :stream'];
  if (write.refoldedAt !== undefined) set.push('refoldedAt = :refoldedAt');
  if (write.owed !== undefined) set.push('owed = :owed');
  if (write.segments !== undefined) set.push('memberOf = :segments');
  return [
    `SET ${set.join(', ')}`,
    ...(write.owed === undefined ? ['REMOVE owed'] : []),
    ...(write.newRuns.length > 0 ? ['ADD runs :runs'] : []),
  ].join(' ');
};

/** The item of a customer's first fold, with all that `writeExpression` would set of nothing. */
export const firstProfileItem = (customer: string, write: ProfileWrite): Item =>
  item({
    ...profileKey(customer),
    body: JSON.stringify(write.profile),
    folds: 1,
    seq: write.sequence,
    stream: write.stream,
    refoldedAt: write.refoldedAt,
    owed: write.owed,
    memberOf: write.segments,
    runs: write.newRuns.length === 0 ? undefined : new Set(write.newRuns),
  });

type Rewrite = { readonly customer: string; readonly before: StoredProfile; readonly next: ProfileWrite };

type Asked = { readonly condition: string; readonly values: Statement['values'] };

/** The runs are written as a whole, if they are still those that were read: a request may have added one. */
const withRuns = ({ runs }: StoredProfile, { newRuns }: ProfileWrite): Asked & { readonly set: Item } => {
  if (newRuns.length === 0) return { set: {}, condition: '', values: [] };
  const set = item({ runs: new Set([...runs, ...newRuns]) });
  if (runs.length === 0) return { set, condition: 'AND runs IS MISSING ', values: [] };
  return { set, condition: 'AND runs = ? ', values: [{ SS: [...runs] }] };
};

/** The fold that was read is still the last. */
const unwritten = ({ folds }: StoredProfile): Asked =>
  folds === 0
    ? { condition: 'AND folds IS MISSING', values: [] }
    : { condition: 'AND folds = ?', values: [{ N: String(folds) }] };

/** What `write` does to a row that is there. */
const rewriting = (table: string, { customer, before, next }: Rewrite): Statement => {
  const { pk, sk } = profileKey(customer);
  const runs = withRuns(before, next);
  const fence = unwritten(before);
  const profile = item({
    body: JSON.stringify(next.profile),
    folds: before.folds + 1,
    seq: next.sequence,
    stream: next.stream,
    refoldedAt: next.refoldedAt,
    owed: next.owed,
    memberOf: next.segments,
  });
  const set = { ...profile, ...runs.set };
  const names = Object.keys(set).map((name) => `"${name}" = ?`);
  const forget = next.owed === undefined ? 'REMOVE owed ' : '';
  return {
    text: `UPDATE "${table}" SET ${names.join(', ')} ${forget}WHERE pk = ? AND sk = ? ${runs.condition}${fence.condition} AND mergedInto IS MISSING AND erasedAt IS MISSING`,
    values: [...Object.values(set), { S: pk }, { S: sk }, ...runs.values, ...fence.values],
  };
};

/** The profiles, one item per customer in the State table, and the log they are folded from. */
export const profileStore = (tables: { readonly state: string; readonly log: string }) => {
  const readMany = async (customers: readonly string[]): Promise<ReadonlyMap<string, StoredProfile>> => {
    const rows = await rowsAt(tables.state, customers.map(profileKey));
    const found = new Map(rows.map((row) => [String(row['pk']), readRow(row)]));
    return new Map(customers.map((customer) => [customer, found.get(customerPk(customer)) ?? unknown]));
  };

  /** Writes the fold if nobody else wrote since `before` was read. */
  const write = async (customer: string, before: StoredProfile, next: ProfileWrite): Promise<boolean> => {
    const answer = await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: tables.state,
          Key: keyItem(profileKey(customer)),
          UpdateExpression: writeExpression(next),
          ConditionExpression: `${before.folds === 0 ? 'attribute_not_exists(folds)' : 'folds = :before'} AND attribute_not_exists(mergedInto) AND attribute_not_exists(erasedAt)`,
          ExpressionAttributeNames: { '#stream': 'stream' },
          ExpressionAttributeValues: {
            ...item({
              ':body': JSON.stringify(next.profile),
              ':folds': before.folds + 1,
              ':seq': next.sequence,
              ':stream': next.stream,
              ...(next.refoldedAt === undefined ? {} : { ':refoldedAt': next.refoldedAt }),
              ...(next.owed === undefined ? {} : { ':owed': next.owed }),
              ...(next.segments === undefined ? {} : { ':segments': next.segments }),
              ...(before.folds === 0 ? {} : { ':before': before.folds }),
            }),
            ...(next.newRuns.length === 0 ? {} : { ':runs': { SS: [...next.newRuns] } }),
          },
        }),
      ),
    );
    return 'done' in answer;
  };

  /** Forgets what was owed once it is performed, unless a later fold already owes something else. */
  const settle = async (customer: string, owed: string, forgetRuns: readonly string[]): Promise<void> => {
    await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: tables.state,
          Key: keyItem(profileKey(customer)),
          UpdateExpression: forgetRuns.length > 0 ? 'REMOVE owed DELETE runs :runs' : 'REMOVE owed',
          ConditionExpression: 'owed = :owed',
          ExpressionAttributeValues: {
            ':owed': { S: owed },
            ...(forgetRuns.length > 0 ? { ':runs': { SS: [...forgetRuns] } } : {}),
          },
        }),
      ),
    );
  };

  /** Lets events find a run that was not started by one. */
  const addRun = async (customer: string, run: string): Promise<void> => {
    await dynamodb().send(
      new UpdateItemCommand({
        TableName: tables.state,
        Key: keyItem(profileKey(customer)),
        UpdateExpression: 'ADD runs :runs',
        ExpressionAttributeValues: { ':runs': { SS: [run] } },
      }),
    );
  };

  /** Every signal of a customer, from the log, in no order that means anything. */
  const readLog = async (customer: string): Promise<readonly LoggedSignal[]> => {
    const rows = await allRows({
      TableName: tables.log,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: item({ ':pk': customerPk(customer) }),
    });
    return rows.map(({ signal, receivedAt, ...marks }) => ({
      signal: JSON.parse(String(signal)),
      receivedAt: Date.parse(String(receivedAt)),
      ...readMarks(marks),
    }));
  };

  /** The same for many customers at a time, 25 to a call, at the price of as many writes. */
  const together = (batch: StatementBatch): { readonly write: typeof write; readonly settle: typeof settle } => ({
    write: (customer, before, next) =>
      batch(
        before === unknown
          ? insertion(tables.state, firstProfileItem(customer, next))
          : rewriting(tables.state, { customer, before, next }),
      ),
    settle: async (customer, owed, forgetRuns) => {
      // No PartiQL takes out of a set.
      if (forgetRuns.length > 0) return settle(customer, owed, forgetRuns);
      const { pk, sk } = profileKey(customer);
      await batch({
        text: `UPDATE "${tables.state}" REMOVE owed WHERE pk = ? AND sk = ? AND owed = ?`,
        values: [{ S: pk }, { S: sk }, { S: owed }],
      });
    },
  });

  return { readMany, write, together, settle, addRun, readLog };
};
export type ProfileStore = ReturnType<typeof profileStore>;
