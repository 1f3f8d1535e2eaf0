import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Key = { readonly pk: string; readonly sk: string };
export type Item = Record<string, AttributeValue>;

/** Every key of the two tables, spelt in one place. */
export const customerPk = (customer: string): string => `C#${customer}`;
export const profileKey = (customer: string): Key => ({ pk: customerPk(customer), sk: 'PROFILE' });
export const gateKey = (customer: string): Key => ({ pk: customerPk(customer), sk: 'GATE' });
export const enrolmentKey = (customer: string, run: { readonly journey: string; readonly enrol: string }): Key => ({
  pk: customerPk(customer),
  sk: `ENROL#${run.journey}#${run.enrol}`,
});
export const sendKey = (customer: string, send: string): Key => ({ pk: customerPk(customer), sk: `SEND#${send}` });
/** What the ledger calls the message of a row; undefined for every other row. */
export const sendIn = (sk: string): string | undefined =>
  sk.startsWith('SEND#') ? sk.slice('SEND#'.length) : undefined;
export const whyKey = (customer: string, at: string, id: string): Key => ({
  pk: customerPk(customer),
  sk: `WHY#${at}#${id}`,
});
/** Whom an id, an address or a number leads to; `hash` is keyed, so that it cannot be read from here. */
export const identityKey = (kind: string, hash: string): Key => ({ pk: `ID#${kind}#${hash}`, sk: 'ID' });
/** What people noted about a customer, and who read what of them. */
export const noteKey = (customer: string, at: string, id: string): Key => ({
  pk: customerPk(customer),
  sk: `NOTE#${at}#${id}`,
});
export const readKey = (customer: string, at: string, id: string): Key => ({
  pk: customerPk(customer),
  sk: `READ#${at}#${id}`,
});
/** An erasure, as its receipt names it: no personal data is in it. */
export const receiptKey = (receipt: string): Key => ({ pk: `ERASURE#${receipt}`, sk: 'RECEIPT' });
/** Under whom else a customer was seen, and the same the other way round. */
export const linkKey = (customer: string, to: string): Key => ({ pk: customerPk(customer), sk: `LINK#${to}` });
export const linkedKey = (customer: string, from: string): Key => ({ pk: customerPk(customer), sk: `LINKED#${from}` });
/** A link of a customer's chain of consents, and what its end is. */
export const consentLinkKey = (customer: string, number: number): Key => ({
  pk: customerPk(customer),
  sk: `CONSENT#${String(number).padStart(8, '0')}`,
});
export const consentHeadKey = (customer: string): Key => ({ pk: customerPk(customer), sk: 'CONSENTS' });
/** What was answered through one survey link. */
export const answerKey = (customer: string, link: string): Key => ({ pk: customerPk(customer), sk: `ANSWER#${link}` });
export const suppressionKey = (addressHash: string): Key => ({ pk: `ADDR#${addressHash}`, sk: 'SUPPRESSED' });
/** When the owner of an address last wanted to hear from us again. */
export const welcomeKey = (addressHash: string): Key => ({ pk: `ADDR#${addressHash}`, sk: 'WELCOME' });
export const liveKey = (journey: string): Key => ({ pk: 'JOURNEYS', sk: journey });
export const versionKey = (journey: string, version: number): Key => ({
  pk: `J#${journey}`,
  sk: `V#${String(version).padStart(8, '0')}`,
});
/** How many of a journey's customers were started of late: its entry rate. */
export const enteredKey = (journey: string): Key => ({ pk: `J#${journey}`, sk: 'ENTERED' });
/** When the next call about a journey comes. */
export const tickKey = (journey: string): Key => ({ pk: `J#${journey}`, sk: 'TICK' });
/** An import of customers, and each part of its file that is done. */
export const importKey = (id: string): Key => ({ pk: `IMPORT#${id}`, sk: 'IMPORT' });
export const importPartKey = (id: string, part: number): Key => ({
  pk: `IMPORT#${id}`,
  sk: `PART#${String(part).padStart(8, '0')}`,
});
/** What an operator switched off: everything, or a channel; and who said what, by when. */
export const switchKey = (name: string): Key => ({ pk: 'SWITCHES', sk: name });
export const switchedKey = (at: string, name: string): Key => ({ pk: 'SWITCHED', sk: `${at}#${name}` });
/** How much of a journey's budget of a day (ISO) is given out. */
export const budgetKey = (journey: string, day: string): Key => ({ pk: `J#${journey}`, sk: `BUDGET#${day}` });
/** What a stage may send to many: which version, or why none. */
export const campaignKey = (name: string): Key => ({ pk: 'CAMPAIGNS', sk: name });
/** A message to many; in partitions of their own whether it goes on, and what became of it. */
export const bulkKey = (name: string): Key => ({ pk: 'BULKS', sk: name });
export const bulkGateKey = (name: string, shard: number): Key => ({ pk: `BULK#${name}#${shard}`, sk: 'GATE' });
export const bulkCountKey = (name: string, shard: number): Key => ({ pk: `BULK#${name}#${shard}`, sk: 'COUNT' });
/** A message to many that waits for a slot of the customer's caps: it lies among what a step reads at once. */
export const heldKey = (customer: string, bulk: string): Key => ({ pk: customerPk(customer), sk: `HELD#${bulk}` });
/** Where a member rests until a minute (ISO) has come, and the minutes in which somebody comes back. */
export const holdPk = (bulk: string, shard: number): string => bulkGateKey(bulk, shard).pk;
export const holdKey = (bulk: string, shard: number, at: { minute: string; customer: string }): Key => ({
  pk: holdPk(bulk, shard),
  sk: `HOLD#${at.minute}#${at.customer}`,
});
export const holdMinuteKey = (bulk: string, minute: string): Key => ({ pk: `HOLDS#${bulk}`, sk: minute });
/** A customer who is done with a message to many without having been sent it. */
export const passedKey = (customer: string, bulk: string): Key => ({ pk: customerPk(customer), sk: `PASSED#${bulk}` });
/** A message to many that a customer was sent under an id which turned out to be theirs. */
export const gotKey = (customer: string, bulk: string): Key => ({ pk: customerPk(customer), sk: `GOT#${bulk}` });
export const gotIn = (sk: string): string | undefined => (sk.startsWith('GOT#') ? sk.slice('GOT#'.length) : undefined);
export const idempotencyKey = (hash: string): Key => ({ pk: `IDEM#${hash}`, sk: 'IDEM' });

export const item = (value: Record<string, unknown>): Item => marshall(value, { removeUndefinedValues: true });
export const plain = (value: Item): Record<string, unknown> => unmarshall(value);
export const keyItem = (key: Key): Item => item({ ...key });
