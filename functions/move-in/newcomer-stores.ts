import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Profile } from '#core/profile';
import { gateKey, item, type Item } from '../aws/keys.ts';
import { firstProfileItem, noSequence, type ProfileWrite } from '../aws/profile-store.ts';
import type { Together } from '../aws/transaction-batch.ts';
import type { FoldStores, Owed } from '../profile/fold-customer.ts';

/** The first fold of a customer, to be written as one. */
export type FirstFold = {
  readonly together: Together;
  readonly profile: Profile;
  /** What needs the profile to be there first, as counts of members and links to others do. */
  readonly owed?: string;
};

/** What is still owed when all that lies with the customer is written. */
const leftOf = (owed: string): string => {
  const { segments, identity, fold }: Owed = JSON.parse(owed);
  const left: Owed = {
    fold,
    acts: [],
    suppressed: [],
    ...(segments && { segments }),
    ...(identity && { identity: { ...identity, lookups: [], lost: [] } }),
  };
  return JSON.stringify(left);
};

/**
 * The stores as the first fold of a newcomer sees them: what it writes is kept, and nothing of it stored yet.
 * @param stateTable where it is to be stored
 */
export const newcomerStores = (stores: FoldStores, customer: string, stateTable: string) => {
  const writes: TransactWriteItem[] = [];
  const shared: TransactWriteItem[] = [];
  let profile: ProfileWrite | undefined;
  let isLeft = false;
  const put = (values: Item): void =>
    void writes.push({
      Put: { TableName: stateTable, Item: values, ConditionExpression: 'attribute_not_exists(pk)' },
    });

  const leave = async (): Promise<void> => void (isLeft = true);
  const leaveLink = async (): Promise<readonly string[]> => {
    isLeft = true;
    return [];
  };

  const keeping: FoldStores = {
    ...stores,
    profiles: {
      ...stores.profiles,
      write: async (_customer, _before, next) => {
        profile = next;
        return true;
      },
      settle: async () => undefined,
    },
    gates: {
      ...stores.gates,
      takeConsents: async (_customer, consents, fold) =>
        put(item({ ...gateKey(customer), consents: JSON.stringify(consents), fold, version: 1 })),
    },
    consents: {
      ...stores.consents,
      append: async (_customer, records) => void writes.push(...stores.consents.beginning(customer, records)),
    },
    lookups: {
      ...stores.lookups,
      add: async (kind, hash, _customer, at) =>
        void shared.push({ Update: stores.lookups.addition(kind, hash, customer, at) }),
    },
    links: { ...stores.links, claim: leaveLink, unite: leaveLink, release: leaveLink },
    segments: { ...stores.segments, perform: leave },
  };

  /** What the fold came to; undefined when it wrote no profile. */
  const firstFold = (): FirstFold | undefined => {
    if (profile === undefined) return undefined;
    const { owed: all, ...rest } = profile;
    const owed = isLeft && all !== undefined ? leftOf(all) : undefined;
    // The stream has no part in it and will not bring these rows: it goes on from here.
    const write = { ...rest, sequence: noSequence, stream: '', ...(owed !== undefined && { owed }) };
    put(firstProfileItem(customer, write));
    return { together: { writes, shared }, profile: profile.profile, ...(owed !== undefined && { owed }) };
  };

  return { keeping, firstFold };
};
