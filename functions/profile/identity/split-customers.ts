import { isCustomer } from '#core/signal';
import * as z from 'zod/mini';
import { logger } from '../../aws/observed.ts';
import type { IdentityStores } from './owed-identity.ts';

/** Takes back what made one of two customers. Each by our id, or as the source systems call them; `by` is who says so. */
export const Split = z.object({
  split: z.object({
    from: z.union([z.string(), z.object({ anonymous: z.string() })]),
    to: z.string(),
    by: z.string(),
  }),
});
export type Split = z.infer<typeof Split>;

const customerOf = (who: Split['split']['from'], { idOf }: IdentityStores['ids']): string => {
  if (typeof who !== 'string') return idOf(who);
  return isCustomer(who) ? who : idOf({ user: who });
};

/** Undoes a merge for good. Every row is in the log of whoever it was received for, so that nothing has to be guessed. */
export const splitCustomers = async (
  { split }: Split,
  stores: Pick<IdentityStores, 'ids' | 'links' | 'settleSoon'>,
): Promise<void> => {
  const [from, to] = [customerOf(split.from, stores.ids), customerOf(split.to, stores.ids)];
  const unsettled = await stores.links.undo({ from, to }, { by: split.by, at: new Date().toISOString() });
  if (unsettled === undefined) logger.warn('nothing to split', { from, to });
  for (const customer of new Set(unsettled ?? [])) await stores.settleSoon(customer);
};
