import { TransactWriteItemsCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  type ChainCheck,
  type ChainHead,
  chainStart,
  type ConsentLink,
  type ConsentRecord,
  linkAfter,
  verifyChain,
} from '#core/profile';
import { dynamodb } from './clients.ts';
import { jitter, transact } from './conditional.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { consentHeadKey, consentLinkKey, customerPk, item } from './keys.ts';
import { rowsUnder } from './rows.ts';

/** A customer's chain as it is stored, and whether it is whole. */
export type ReadChain = {
  readonly links: readonly ConsentLink[];
  readonly head?: ChainHead;
  /** Whether the head was written by us: nobody without the stack's key can make one. Absent where the key is not at hand. */
  readonly isSealed?: boolean;
  readonly check: ChainCheck;
};

/** Links of one write; DynamoDB takes 100 items in a transaction. */
const chunk = 50;
const attempts = 8;

const readLink = (row: Record<string, unknown>): ConsentLink => {
  const { number, previous, hash, record } = row;
  const written: ConsentRecord = JSON.parse(String(record));
  return { ...written, number: Number(number), previous: String(previous), hash: String(hash) };
};

const recordOf = ({ number: _n, previous: _p, hash: _h, ...record }: ConsentLink): ConsentRecord => record;

/** What comes next hangs on the last link there is; where links are missing the gap stays to be seen. */
const endOf = (customer: string, { links, head }: ReadChain): ChainHead => {
  const last = links.at(-1);
  if (head !== undefined && head.count >= (last?.number ?? 0)) return head;
  return last === undefined ? { count: 0, hash: chainStart(customer) } : { count: last.number, hash: last.hash };
};

/**
 * The ledger of what a customer consented to: rows that are added and never changed, each with the hash of the one before it.
 * @param seal makes the head's seal, and checks it
 */
export const consentChain = (table: string, seal?: KeyedHash) => {
  const sealOf = (customer: string, { count, hash }: ChainHead): string | undefined =>
    seal?.(`consents:${customer}:${count}:${hash}`);

  /** Every link, the first one first. */
  const read = async (customer: string): Promise<ReadChain> => {
    const rows = await rowsUnder(table, { pk: customerPk(customer), prefix: 'CONSENT' });
    const headRow = rows.find(({ sk }) => sk === consentHeadKey(customer).sk);
    const links = rows.filter((row) => row !== headRow).map(readLink);
    const head = headRow && { count: Number(headRow['links']), hash: String(headRow['hash']) };
    // Without a head the end of a chain may be missing: that it has none is a mistake of its own.
    const expected = head ?? (links.length === 0 ? undefined : { count: -1, hash: '' });
    return {
      links,
      check: verifyChain(customer, links, expected),
      ...(head && { head }),
      ...(head && seal !== undefined && { isSealed: headRow?.['seal'] === sealOf(customer, head) }),
    };
  };

  const putLink = (customer: string, link: ConsentLink): TransactWriteItem => ({
    Put: {
      TableName: table,
      Item: item({
        ...consentLinkKey(customer, link.number),
        number: link.number,
        previous: link.previous,
        hash: link.hash,
        record: JSON.stringify(recordOf(link)),
      }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });

  const putHead = (customer: string, head: ChainHead, before: ChainHead | undefined): TransactWriteItem => ({
    Put: {
      TableName: table,
      Item: item({ ...consentHeadKey(customer), links: head.count, hash: head.hash, seal: sealOf(customer, head) }),
      ...(before === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'links = :links',
            ExpressionAttributeValues: item({ ':links': before.count }),
          }),
    },
  });

  const putsAfter = (customer: string, chain: ReadChain, records: readonly ConsentRecord[]): TransactWriteItem[] => {
    let end = endOf(customer, chain);
    const puts = records.map((record) => {
      const link = linkAfter(end, record);
      end = { count: link.number, hash: link.hash };
      return putLink(customer, link);
    });
    // A head that somebody took away is not made anew: that it is gone has to be seen.
    const isBeheaded = chain.head === undefined && chain.links.length > 0;
    return isBeheaded ? puts : [...puts, putHead(customer, end, chain.head)];
  };

  /** What a chain that is not there yet begins with, to be written in one transaction; refused where there is one. */
  const beginning = (customer: string, records: readonly ConsentRecord[]): TransactWriteItem[] =>
    putsAfter(customer, { links: [], check: { whole: true, links: 0 } }, records);

  /** One write, or whoever was quicker has written meanwhile. */
  const addSome = async (customer: string, chain: ReadChain, records: readonly ConsentRecord[]): Promise<boolean> => {
    const TransactItems = putsAfter(customer, chain, records);
    const refused = await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter);
    return refused === undefined;
  };

  /** Adds what is not in the chain yet, by the signal that said it: the same again, or late, changes no link there is. */
  const append = async (customer: string, records: readonly ConsentRecord[]): Promise<void> => {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const chain = await read(customer);
      const known = new Set(chain.links.map(({ messageId }) => messageId));
      const left = records.filter(({ messageId }) => !known.has(messageId));
      if (left.length === 0) return;
      const isAdded = await addSome(customer, chain, left.slice(0, chunk));
      if (isAdded && left.length <= chunk) return;
      if (!isAdded) await jitter(attempt);
    }
    throw new Error('The chain of consents is being written too often.');
  };

  return { read, append, beginning };
};
export type ConsentChain = ReturnType<typeof consentChain>;
