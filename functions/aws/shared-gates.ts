import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { type Gate, uniteSlots } from '#core/decision';
import { dynamodb } from './clients.ts';
import { jitter, transact } from './conditional.ts';
import { readGate } from './gate-store.ts';
import { gateKey, item, keyItem } from './keys.ts';
import { type Row, rowsAt } from './rows.ts';

/** Whose gate it is, and what it says. */
type Side = { readonly customer: string; readonly row: Row | undefined; readonly gate: Gate };

/** What was handed on last: to whom, which pause, and how much had been sent by then. */
type Handed = { readonly to: string; readonly until: number; readonly counted: number };

/** Messages to either may be claimed at the same time: then it is looked at again. */
const attempts = 12;

const handedOf = (row: Row | undefined): Handed | undefined => {
  const handed = row?.['handed'];
  if (typeof handed !== 'object' || handed === null) return undefined;
  return {
    to: String(Reflect.get(handed, 'to')),
    until: Number(Reflect.get(handed, 'until')),
    counted: Number(Reflect.get(handed, 'counted')),
  };
};

type Change = { readonly sets: readonly string[]; readonly values: Readonly<Record<string, unknown>> };

/** The gate as it was read, and one version on: whatever was decided on the one before is decided again. */
const gateUpdate = (table: string, { customer, row, gate }: Side, { sets, values }: Change): TransactWriteItem => {
  const known = Object.entries({ version: row?.['version'], counted: gate.counted });
  const unchanged = known.map(([name, value]) =>
    value === undefined ? `attribute_not_exists(${name})` : `${name} = :${name}`,
  );
  const seen = known.flatMap(([name, value]) => (value === undefined ? [] : [[`:${name}`, value] as const]));
  return {
    Update: {
      TableName: table,
      Key: keyItem(gateKey(customer)),
      UpdateExpression: `${sets.length === 0 ? '' : `SET ${sets.join(', ')} `}ADD version :one`,
      ConditionExpression: [...unchanged, 'attribute_not_exists(erasedAt)'].join(' AND '),
      ExpressionAttributeValues: item({ ...Object.fromEntries(seen), ...values, ':one': 1 }),
    },
  };
};

/** What the receiver's gate says from now on: every message either was sent, and the later pause. */
const received = (from: Gate, to: Gate, { isPauseNew, now }: { isPauseNew: boolean; now: number }): Change => {
  const slots = uniteSlots(to.slots ?? [], from.slots ?? [], now);
  const until = isPauseNew ? Math.max(from.pausedUntil ?? 0, to.pausedUntil ?? 0) : to.pausedUntil;
  const isPaused = until !== undefined && until > (to.pausedUntil ?? 0);
  return {
    sets: [
      ...(isPaused ? ['pausedUntil = :until'] : []),
      ...(slots.length > 0 ? ['slots = :slots'] : []),
      'counted = :next',
    ],
    values: {
      ...(isPaused ? { ':until': until } : {}),
      ...(slots.length > 0 ? { ':slots': new Set(slots) } : {}),
      ':next': (to.counted ?? 0) + 1,
    },
  };
};

/** What one customer's gate keeps away holds for another as well, who is the same person or may be. */
export const sharedGates = (table: string) => {
  const read = async (customers: readonly string[]): Promise<readonly Side[]> => {
    const rows = await rowsAt(table, customers.map(gateKey));
    return customers.map((customer) => {
      const row = rows.find(({ pk }) => pk === gateKey(customer).pk);
      return { customer, row, gate: readGate(row) };
    });
  };

  const shareOnce = async (from: string, to: string, now: number): Promise<boolean> => {
    const [giver, taker] = await read([from, to]);
    if (giver?.row === undefined || taker === undefined) return true;
    if (giver.gate.erasedAt !== undefined || taker.gate.erasedAt !== undefined) return true;
    const before = handedOf(giver.row);
    const handed: Handed = { to, until: giver.gate.pausedUntil ?? 0, counted: giver.gate.counted ?? 0 };
    const isPauseNew = before?.to !== to || before.until !== handed.until;
    if (!isPauseNew && before.counted === handed.counted) return true;
    const TransactItems = [
      gateUpdate(table, giver, { sets: ['handed = :handed'], values: { ':handed': handed } }),
      gateUpdate(table, taker, received(giver.gate, taker.gate, { isPauseNew, now })),
    ];
    return (
      (await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter)) === undefined
    );
  };

  /**
   * Lets everything that was sent to one customer count against the caps of another too, and the later of their pauses hold. Once: done again
   * it changes nothing, and a pause that was lifted meanwhile stays lifted. A claim for either that was decided before is refused.
   * @param now epoch milliseconds
   */
  const share = async (from: string, to: string, now: number): Promise<void> => {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (await shareOnce(from, to, now)) return;
      await jitter(Math.min(attempt, 5));
    }
    throw new Error('The gates of two customers are being written too often.');
  };

  return { share };
};
export type SharedGates = ReturnType<typeof sharedGates>;
