import type { Lookup } from '#core/profile';
import type { Subject } from '#core/signal';
import { customerKey, hashWith } from './keyed-hash.ts';

/** The names under which we know people and addresses without storing who or what they are. */
export type CustomerIds = {
  /** 26 digits of lower-case base32. A subject without any id is a mistake of the caller and throws. */
  readonly idOf: (subject: Subject) => string;
  /** The same for an address, whoever it belongs to, however its letters were typed. */
  readonly addressHash: (kind: 'email' | 'sms' | 'push', address: string) => string;
  /** The same for what a customer can be looked up by, written as `lookupsOf` writes it. */
  readonly lookupHash: (lookup: Lookup) => string;
};

/** @returns a function that loads the key once and gives what is made with it */
export const customerIds =
  (secretArn: string): (() => Promise<CustomerIds>) =>
  async () =>
    idsWith(await customerKey(secretArn));

/** `user`, `anonymous`, `email` … are part of what is hashed: no user id can be made to look like an address or another kind. */
export const idsWith = (key: string): CustomerIds => {
  const hash = hashWith(key);
  return {
    idOf: ({ customer, user, anonymous }) => {
      if (customer !== undefined) return customer;
      if (user !== undefined) return hash(`user:${user}`);
      if (anonymous !== undefined) return hash(`anonymous:${anonymous}`);
      throw new Error('A subject without an id has no customer.');
    },
    lookupHash: ({ kind, value }) => hash(`${kind}:${value}`),
    addressHash: (kind, address) => hash(`${kind}:${kind === 'push' ? address : address.toLowerCase()}`),
  };
};
