import type { ProfileStore } from '../../aws/profile-store.ts';

/** No merge leads further; more would be a circle. */
const furthest = 64;

/** Who a customer turned out to be: themselves, as long as nobody said otherwise. */
export const headOf = async (customer: string, { readMany }: Pick<ProfileStore, 'readMany'>): Promise<string> => {
  let head = customer;
  for (let step = 0; step < furthest; step++) {
    const next = (await readMany([head])).get(head)?.mergedInto;
    if (next === undefined) return head;
    head = next;
  }
  return head;
};
