import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { monday } from '../world/world.ts';

export const ada = 'a'.repeat(26);
type Row = { readonly sk: string } & Record<string, unknown>;

let sequence = 0;
/** What the stream tells of one write; `before` is absent where there was no row, `after` where there is none any more. */
export const written = (before: Row | undefined, after: Row | undefined): DynamoDBRecord => {
  const pk = `C#${ada}`;
  const { sk = '' } = after ?? before ?? {};
  const image = (row: Row) => marshall({ pk, ...row }, { removeUndefinedValues: true }) as never;
  return {
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    dynamodb: {
      Keys: { pk: { S: pk }, sk: { S: sk } },
      SequenceNumber: String(++sequence),
      ...(after === undefined ? {} : { NewImage: image(after) }),
      ...(before === undefined ? {} : { OldImage: image(before) }),
    },
  };
};

/** The row of a run, as those who carry it write it. */
export const run = (more: Record<string, unknown> = {}): Row => ({
  sk: 'ENROL#cart-abandonment#run',
  journey: 'cart-abandonment',
  version: 3,
  enrol: 'run',
  key: '8',
  occurrence: 1,
  machine: 'arn',
  entry: '{"event":"Product Added","messageId":"m","timestamp":"","properties":{"email":"ada@example.com"}}',
  enteredAt: monday,
  heard: {},
  steps: {},
  goals: {},
  ...more,
});

export const send = (status: string, more: Record<string, unknown> = {}): Row => ({
  sk: 'SEND#run#1#reminder@2',
  status,
  owner: 'o',
  channel: 'email',
  message: 'cart-reminder',
  journey: 'cart-abandonment',
  version: 3,
  claimedAt: '2026-01-05T09:00:00.000Z',
  ...(status === 'CLAIMED' ? {} : { settledAt: '2026-01-05T09:00:01.000Z', detail: 'provider-id' }),
  ...more,
});

export const why = (): Row => ({
  sk: 'WHY#2026-01-05T09:00:00.000Z#run#1#last-call',
  verdict: 'withheld',
  reason: 'no-consent',
  journey: 'cart-abandonment',
  message: 'last-call',
});

export const task = (status: string, more: Record<string, unknown> = {}): Row => ({
  sk: 'TASK#run-1-approval',
  id: 'run-1-approval',
  journey: 'service-recovery',
  enrol: 'run',
  occurrence: 1,
  step: 'approval',
  to: 'support',
  title: 'Approve a remedy for Ada',
  shows: { email: 'ada@example.com' },
  outcomes: ['approve'],
  dueAt: monday + 3_600_000,
  askedAt: monday,
  status,
  ...more,
});
