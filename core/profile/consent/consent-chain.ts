import type { ConsentRecord, Statement } from './consent-record.ts';
import { sha256 } from './sha256.ts';

/** A record in its customer's chain: each link names the one before it, so that none can be changed, taken out or moved unseen. */
export type ConsentLink = ConsentRecord & {
  /** From 1, without a gap. */
  readonly number: number;
  /** The hash of the link before; of the first, a hash of whose chain it is. */
  readonly previous: string;
  /** SHA-256 of `previous` and the content. */
  readonly hash: string;
};

/** How long the chain is and what its last link is called, kept apart: so that no end can be cut off unseen. */
export type ChainHead = { readonly count: number; readonly hash: string };

/** What the first link of a customer's chain hangs on: a link of one customer fits into no other's chain. */
export const chainStart = (customer: string): string => sha256(`segue consent chain ${customer}`);

const said = ({ channel, topic, granted, expiresAt, confirmed }: Statement) => [
  channel,
  topic,
  granted,
  expiresAt ?? null,
  confirmed ?? false,
];

/** The content in one fixed order. */
const canonical = (record: ConsentRecord): string =>
  JSON.stringify([
    record.messageId,
    record.at,
    record.receivedAt,
    record.said.map(said),
    record.source,
    record.wording ?? null,
    Object.entries(record.evidence).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

const hashOf = (record: ConsentRecord, number: number, previous: string): string =>
  sha256(`${previous} ${number} ${canonical(record)}`);

/** The next link. */
export const linkAfter = ({ count, hash: previous }: ChainHead, record: ConsentRecord): ConsentLink => {
  const number = count + 1;
  return { ...record, number, previous, hash: hashOf(record, number, previous) };
};

/** Whether a chain is whole, or the number of the first link where it is not, and why. */
export type ChainCheck =
  | { readonly whole: true; readonly links: number }
  | {
      readonly whole: false;
      readonly at: number;
      readonly because: 'link-missing' | 'out-of-order' | 'link-changed' | 'end-missing';
    };

/**
 * Checks a customer's chain from its first link to its last.
 * @param links as they are stored, in the order of their keys
 * @param head how it should end; absent: what was cut off at the end cannot be known
 */
export const verifyChain = (customer: string, links: readonly ConsentLink[], head?: ChainHead): ChainCheck => {
  let previous = chainStart(customer);
  for (const [index, link] of links.entries()) {
    const at = index + 1;
    if (link.number !== at)
      return { whole: false, at, because: links.some(({ number }) => number === at) ? 'out-of-order' : 'link-missing' };
    if (link.previous !== previous || link.hash !== hashOf(link, at, previous))
      return { whole: false, at, because: 'link-changed' };
    previous = link.hash;
  }
  const isEnd = head === undefined || (head.count === links.length && head.hash === previous);
  return isEnd ? { whole: true, links: links.length } : { whole: false, at: links.length + 1, because: 'end-missing' };
};
