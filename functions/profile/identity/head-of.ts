import { MOST_USERS } from '#core/profile';
import type { ProfileStore, StoredProfile } from '../../aws/profile-store.ts';

type Reading = Pick<ProfileStore, 'readMany'>;

/** Somebody, and their profile. */
export type Head = { readonly customer: string; readonly stored: StoredProfile };

/** Who each of several customers turned out to be: themselves, as long as nobody said otherwise. */
export const headsOf = async (
  customers: readonly string[],
  { readMany }: Reading,
): Promise<ReadonlyMap<string, Head>> => {
  const heads = new Map<string, Head>();
  let asked = new Map(customers.map((customer) => [customer, customer]));
  for (let hop = 0; hop <= MOST_USERS && asked.size > 0; hop++) {
    const read = await readMany([...new Set(asked.values())]);
    const further = new Map<string, string>();
    for (const [customer, at] of asked) {
      const stored = read.get(at);
      if (stored?.mergedInto !== undefined && stored.erasedAt === undefined) further.set(customer, stored.mergedInto);
      else if (stored !== undefined) heads.set(customer, { customer: at, stored });
    }
    asked = further;
  }
  return heads;
};

/** Who one customer turned out to be. */
export const headOf = async (customer: string, reading: Reading): Promise<string> =>
  (await headsOf([customer], reading)).get(customer)?.customer ?? customer;
