import * as z from 'zod/mini';
import type { ConsentChain } from '../aws/consent-chain.ts';
import type { GateStore } from '../aws/gate-store.ts';
import { gateKey, identityKey, item, keyItem, profileKey } from '../aws/keys.ts';
import type { LookupRows } from '../aws/lookup-rows.ts';
import { firstProfileItem, noSequence, type ProfileStore, type ProfileWrite } from '../aws/profile-store.ts';
import { insertion, type StatementBatch } from '../aws/statement-batch.ts';
import type { TransactionBatch } from '../aws/transaction-batch.ts';
import type { FoldStores } from '../profile/fold-customer.ts';

export type Batched = {
  readonly stateTable: string;
  readonly statement: StatementBatch;
  readonly transaction: TransactionBatch;
};

/** Somebody else came first, or this broke off before: the customer is to be folded as anybody else. */
class NoNewcomer extends Error {
  override readonly name = 'NoNewcomer';
}

const Owed = z.object({
  segments: z.optional(z.unknown()),
  identity: z.optional(z.object({ links: z.array(z.unknown()) })),
});

/** Whether nothing needs the profile to be there first, as counts of members and links to others do. */
const maySettleAtOnce = (owed: string): boolean => {
  const { segments, identity } = Owed.parse(JSON.parse(owed));
  return segments === undefined && (identity?.links.length ?? 0) === 0;
};

/**
 * A profile that nobody had. Where it can, it is written last, when all that it owes is done: one write, not three, and
 * whoever has a profile is in wholly.
 */
const profiles = (ordinary: ProfileStore, { stateTable, statement }: Batched): ProfileStore => {
  const held = new Map<string, ProfileWrite>();
  const put = (customer: string, write: ProfileWrite): Promise<boolean> =>
    statement(insertion(stateTable, firstProfileItem(customer, write)));
  return {
    ...ordinary,
    write: async (customer, _, next) => {
      // The stream has no part in it and will not bring these rows: it goes on from here.
      const write = { ...next, sequence: noSequence, stream: '' };
      if (write.owed === undefined || !maySettleAtOnce(write.owed)) return put(customer, write);
      const { owed: _owed, ...rest } = write;
      held.set(customer, rest);
      return true;
    },
    settle: async (customer, owed) => {
      const write = held.get(customer);
      held.delete(customer);
      if (write !== undefined) {
        if (!(await put(customer, write))) throw new NoNewcomer();
        return;
      }
      const { pk = { S: '' }, sk = { S: '' } } = keyItem(profileKey(customer));
      await statement({
        text: `UPDATE "${stateTable}" REMOVE owed WHERE pk = ? AND sk = ? AND owed = ?`,
        values: [pk, sk, { S: owed }],
      });
    },
  };
};

const gates = (ordinary: GateStore, { stateTable, statement }: Batched): GateStore => ({
  ...ordinary,
  takeConsents: async (customer, consents, fold) => {
    const gate = item({ ...gateKey(customer), consents: JSON.stringify(consents), fold, version: 1 });
    if (!(await statement(insertion(stateTable, gate)))) throw new NoNewcomer();
  },
});

const consents = (ordinary: ConsentChain, { transaction }: Batched): ConsentChain => ({
  ...ordinary,
  append: async (customer, records) => {
    if (!(await transaction(ordinary.beginning(customer, records)))) throw new NoNewcomer();
  },
});

const lookups = (ordinary: LookupRows, { stateTable, statement }: Batched): LookupRows => ({
  ...ordinary,
  add: async (kind, hash, customer, at) => {
    const row = { ...item({ ...identityKey(kind, hash), at }), customers: { SS: [customer] } };
    if (!(await statement(insertion(stateTable, row)))) await ordinary.add(kind, hash, customer, at);
  },
});

/** The stores as the first fold of a newcomer sees them: what is written of one goes with what is written of others just then. */
export const newcomerStores = (stores: FoldStores, batched: Batched): FoldStores => ({
  ...stores,
  profiles: profiles(stores.profiles, batched),
  gates: gates(stores.gates, batched),
  consents: consents(stores.consents, batched),
  lookups: lookups(stores.lookups, batched),
});
