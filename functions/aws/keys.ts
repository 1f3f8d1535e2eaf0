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
export const whyKey = (customer: string, at: string, id: string): Key => ({
  pk: customerPk(customer),
  sk: `WHY#${at}#${id}`,
});
export const suppressionKey = (addressHash: string): Key => ({ pk: `ADDR#${addressHash}`, sk: 'SUPPRESSED' });
export const liveKey = (journey: string): Key => ({ pk: 'JOURNEYS', sk: journey });
export const versionKey = (journey: string, version: number): Key => ({
  pk: `J#${journey}`,
  sk: `V#${String(version).padStart(8, '0')}`,
});
/** How many of a journey's customers were started of late: its entry rate. */
export const enteredKey = (journey: string): Key => ({ pk: `J#${journey}`, sk: 'ENTERED' });
/** When the next call about a journey comes. */
export const tickKey = (journey: string): Key => ({ pk: `J#${journey}`, sk: 'TICK' });
export const idempotencyKey = (hash: string): Key => ({ pk: `IDEM#${hash}`, sk: 'IDEM' });

export const item = (value: Record<string, unknown>): Item => marshall(value, { removeUndefinedValues: true });
export const plain = (value: Item): Record<string, unknown> => unmarshall(value);
export const keyItem = (key: Key): Item => item({ ...key });
