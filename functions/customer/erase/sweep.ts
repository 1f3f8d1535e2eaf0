import type { Profile } from '#core/profile';
import type { Signal } from '#core/signal';
import { readEnrolment } from '../../aws/enrolment-store.ts';
import type { KeyedHash } from '../../aws/keyed-hash.ts';
import { customerPk, idempotencyKey, identityKey, item, type Key, linkedKey, linkKey } from '../../aws/keys.ts';
import type { LinkStore } from '../../aws/link-store.ts';
import { listRows } from '../../aws/list-rows.ts';
import { memberRows } from '../../aws/member-rows.ts';
import { segmentStore } from '../../aws/segment-store.ts';
import { readTask, taskPointerKey } from '../../aws/task.ts';
import { idsInProfile, idsInSignal, type KnownId } from '../store/ids-of.ts';
import { allRows, type Row, rowsOf } from '../../aws/rows.ts';
import { deleteRows } from './delete-rows.ts';
import { forgetId } from './forget-id.ts';
import { leaveEverything } from './leave-everything.ts';
import type { Receipt, ReceiptStore } from './receipt.ts';
import type { Tombstones } from './tombstones.ts';

export type SweepStores = {
  readonly tables: { readonly state: string; readonly log: string };
  readonly hash: KeyedHash;
  readonly receipts: ReceiptStore;
  readonly graves: Tombstones;
  readonly links: LinkStore;
  readonly clock: () => number;
};

/** Rows of the log taken in one go: each has up to 64 KB, and is read for the ids it names. */
const logPage = 200;

const keyOf = ({ pk, sk }: Row): Key => ({ pk: String(pk), sk: String(sk) });
const starting = (rows: readonly Row[], prefix: string): readonly Row[] =>
  rows.filter(({ sk }) => String(sk).startsWith(prefix));

const plannedIds = (ids: readonly KnownId[], hash: KeyedHash): readonly string[] => [
  ...new Set(ids.map(({ kind, value }) => identityKey(kind, hash(`${kind}:${value}`)).pk)),
];

/** What the profile knows that is needed after it is gone. */
const planProfile = async (customer: string, receipt: string, stores: SweepStores): Promise<void> => {
  const { graves, receipts, links, hash } = stores;
  const row = await graves.readProfile(customer);
  if (row === undefined) return;
  const { body, memberOf } = row;
  const profile: Profile | undefined = typeof body === 'string' ? JSON.parse(body) : undefined;
  const membership: { in?: object; due?: number } = typeof memberOf === 'string' ? JSON.parse(memberOf) : {};
  await receipts.plan(receipt, {
    customers: await links.partitionsOf(customer),
    ids: profile === undefined ? [] : plannedIds(idsInProfile(profile), hash),
    segments: Object.keys(membership.in ?? {}),
    minutes: membership.due === undefined ? [] : [new Date(membership.due).toISOString().slice(0, 16)],
  });
};

/** Ends the runs and deletes every row but the two tombstones. */
const emptyState = async (customer: string, { tables: { state }, clock }: SweepStores): Promise<number> => {
  const rows = await allRows({
    TableName: state,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: item({ ':pk': customerPk(customer) }),
  });
  const runs = starting(rows, 'ENROL#').map(readEnrolment);
  const pointers = await leaveEverything(state, { customer, at: clock() }, runs);
  const tasks = starting(rows, 'TASK#').map(readTask).map(taskPointerKey);
  const own = rows.filter(({ sk }) => sk !== 'PROFILE' && sk !== 'GATE');
  const requests = starting(rows, 'NOTE#').flatMap(({ request }) =>
    typeof request === 'string' ? [idempotencyKey(request)] : [],
  );
  const links = [
    ...starting(rows, 'LINK#').map(({ to }) => linkedKey(String(to), customer)),
    ...starting(rows, 'LINKED#').map(({ from }) => linkKey(String(from), customer)),
  ];
  // What leads to a row goes before the row: a crash in between still finds its way.
  await deleteRows(state, [...pointers, ...tasks, ...requests, ...links]);
  return deleteRows(state, own.map(keyOf));
};

/** Deletes the log, and plans the ids its signals named. */
const emptyLog = async (
  customer: string,
  receipt: string,
  { tables, hash, receipts }: SweepStores,
): Promise<number> => {
  let removed = 0;
  let batch: Row[] = [];
  const flush = async (): Promise<void> => {
    const signals: readonly Signal[] = batch.map(({ signal }) => JSON.parse(String(signal)));
    const ids = plannedIds(signals.flatMap(idsInSignal), hash);
    await receipts.plan(receipt, { customers: [], ids, segments: [], minutes: [] });
    removed += await deleteRows(tables.log, batch.map(keyOf));
    batch = [];
  };
  const query = {
    TableName: tables.log,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: item({ ':pk': customerPk(customer) }),
  };
  for await (const row of rowsOf(query)) {
    batch.push(row);
    if (batch.length >= logPage) await flush();
  }
  if (batch.length > 0) await flush();
  return removed;
};

/** Takes customers out of every list that people keep: which these are is known as long as there are lists. */
const leaveLists = async (customers: readonly string[], state: string): Promise<void> => {
  const names = (await segmentStore(state).lists()).map(({ name }) => name);
  if (names.length === 0) return;
  const members = memberRows(state);
  for (const [list, found] of await listRows(state).read(names, customers))
    for (const customer of found.keys()) await members.forget(list, customer);
};

/** Deletes what leads to the customers from elsewhere: those rows only that lead to nobody else. */
const emptyElsewhere = async (
  { customers, ids, segments, minutes }: Receipt,
  { tables }: SweepStores,
): Promise<number> => {
  const members = memberRows(tables.state);
  for (const customer of customers) {
    for (const segment of segments) await members.forget(segment, customer);
    await deleteRows(
      tables.state,
      minutes.map((minute) => ({ pk: `DUE#${minute}`, sk: customer })),
    );
  }
  await leaveLists(customers, tables.state);
  let removed = 0;
  for (const pk of ids) removed += await forgetId(tables.state, pk, customers);
  return removed;
};

/**
 * Takes away everything that is kept of a customer but two tombstones. Every part of it may be done again: what it still has to
 * find is written down before what it is found by is deleted.
 * @returns how many rows it found and removed
 */
export const sweep = async (receipt: string, stores: SweepStores): Promise<number> => {
  const { receipts, graves, clock } = stores;
  let removed = 0;
  const done = new Set<string>();
  for (let open = await receipts.find(receipt); open !== undefined; open = await receipts.find(receipt)) {
    const customer = open.customers.find((each) => !done.has(each));
    if (customer === undefined) return removed + (await emptyElsewhere(open, stores));
    await graves.closeGate(customer, clock());
    await planProfile(customer, receipt, stores);
    await graves.buryProfile(customer, { at: clock(), receipt });
    removed += await emptyState(customer, stores);
    removed += await emptyLog(customer, receipt, stores);
    done.add(customer);
  }
  return removed;
};
