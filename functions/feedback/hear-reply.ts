import { preferencesSource } from '#core/events';
import { type Reply, regained, saidByReply } from '#core/feedback';
import { emailOf, phoneOf } from '#core/profile';
import type { JsonObject } from '#core/signal';
import type { busWriter } from '../aws/bus-writer.ts';
import type { ConsentChain } from '../aws/consent-chain.ts';
import type { CustomerIds } from '../aws/customer-id.ts';
import type { LookupRows } from '../aws/lookup-rows.ts';
import { count } from '../aws/observed.ts';
import type { SuppressionStore } from '../aws/suppression-store.ts';

export type ReplyStores = {
  readonly suppressions: SuppressionStore;
  readonly lookups: Pick<LookupRows, 'find'>;
  readonly consents: Pick<ConsentChain, 'read'>;
  readonly bus: ReturnType<typeof busWriter>;
  readonly addressHash: CustomerIds['addressHash'];
  readonly lookupHash: CustomerIds['lookupHash'];
};

type Address = { readonly kind: 'phone' | 'email'; readonly value: string };

const addressOf = ({ channel, address }: Reply): Address | undefined => {
  const value = channel === 'sms' ? phoneOf(address, undefined) : emailOf(address);
  return value === undefined ? undefined : { kind: channel === 'sms' ? 'phone' : 'email', value };
};

/** A START grants what its STOP took, each topic as it was; to whom nothing was granted, nothing is. */
const sayingsOf = async (customer: string, reply: Reply, { consents }: ReplyStores): Promise<readonly JsonObject[]> => {
  if (reply.wish === 'stop') return [saidByReply(reply, customer)];
  const { links } = await consents.read(customer);
  return regained(links, reply.at).map((grant) => saidByReply(reply, customer, grant));
};

/**
 * A customer's STOP, in whatever words: the number is suppressed for everybody who has it, and a `Consent Changed` is said of
 * each of them; START takes both back. Done twice, it is done once: the rows are the same, and so are the ids of what is said.
 */
export const hearReply = async (customer: string, reply: Reply, stores: ReplyStores): Promise<void> => {
  const address = addressOf(reply);
  if (address !== undefined && reply.channel === 'sms') {
    const hash = stores.addressHash('sms', address.value);
    await (reply.wish === 'stop'
      ? stores.suppressions.put(hash, 'opted-out', reply.at, reply.to)
      : stores.suppressions.lift(hash, reply.at));
  }
  const holders = address === undefined ? [] : await stores.lookups.find(address.kind, stores.lookupHash(address));
  const all = [...new Set([customer, ...holders])];
  const said = (await Promise.all(all.map((each) => sayingsOf(each, reply, stores)))).flat();
  await stores.bus(said.map((detail) => ({ source: preferencesSource, detailType: 'track', detail })));
  count(reply.wish === 'stop' ? 'ReplyStopped' : 'ReplyStarted');
};
