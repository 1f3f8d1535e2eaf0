import '../world/environment.ts';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Reported } from '#core/feedback';
import { messageReports } from '../../../functions/aws/message-reports.ts';
import { run, written } from '../announce/records.ts';
import { crashing, services } from '../world/calls.ts';
import { claimsQueue, tables } from '../world/environment.ts';
import { at, context, minute, monday, putRow, rowsOf, startWorld, stopWorld } from '../world/world.ts';

const ada = 'a'.repeat(26);
const reports = messageReports(tables.state);
const asked: { readonly QueueUrl: string; readonly MessageBody: string; readonly DelaySeconds: number }[] = [];

beforeAll(async () => {
  await startWorld();
  services.sqs.on(SendMessageCommand).callsFake((input) => {
    asked.push(input);
    return { MessageId: 'm' };
  });
});
afterAll(stopWorld);
beforeEach(() => {
  at(monday);
  asked.splice(0);
});

let sends = 0;
/** A claim of a run of its own. */
const claim = async (more: object = {}): Promise<{ enrol: string; send: string }> => {
  const enrol = `run${++sends}`;
  const send = `${enrol}#1#reminder`;
  const row = {
    status: 'CLAIMED',
    owner: 'o',
    channel: 'email',
    message: 'm',
    journey: 'j',
    leaseUntil: monday + 30_000,
  };
  await putRow('state', {
    pk: `C#${ada}`,
    sk: `SEND#${send}`,
    claimedAt: new Date(monday).toISOString(),
    ...row,
    ...more,
  });
  return { enrol, send };
};
const rowOf = async (send: string) => (await rowsOf(`C#${ada}`)).get(`SEND#${send}`);
const settle = async (...bodies: readonly string[]): Promise<readonly string[]> => {
  const { handler } = await import('../../../functions/message/settle-claims.ts');
  const Records = bodies.map((body, n) => ({ body, messageId: String(n) }));
  const answer: SQSBatchResponse = await handler({ Records } as unknown as SQSEvent, context);
  return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const bodyOf = (send: string) => JSON.stringify({ customer: ada, send });
const about = (send: string, kind: Reported['report']['kind'], second = 0): Reported => {
  const [enrol = '', , step = ''] = send.split('#');
  const instant = new Date(monday + second * 1000).toISOString();
  return { send: { customer: ada, enrol, occurrence: 1, step }, provider: 'ses-1', report: { kind, at: instant } };
};

describe('a run that is over', () => {
  const over = async (enrol: string, more: object = {}) => {
    const { handler } = await import('../../../functions/announce/announce.ts');
    const before = { sk: `ENROL#j#${enrol}`, enrol, ...more };
    const after = { ...before, exitedAt: monday, exitReason: 'Order Completed' };
    await handler({ Records: [written(run(before), run(after))] }, context);
  };

  test('asks for a look at what it was sending, once the lease is over', async () => {
    const { enrol, send } = await claim();
    await over(enrol, { claiming: new Set([send]) });
    expect(asked).toEqual([{ QueueUrl: claimsQueue, MessageBody: bodyOf(send), DelaySeconds: 60 }]);
    at(monday + minute);
    expect(await settle(asked[0]!.MessageBody)).toEqual([]);
    expect(await rowOf(send)).toMatchObject({
      status: 'UNKNOWN',
      detail: 'lease-expired',
      settledAt: '2026-01-05T09:01:00.000Z',
    });
  });

  test('asks for nothing, and looks nowhere, where all was settled, whoever else is sending', async () => {
    const { enrol } = await claim({ status: 'SENT' });
    await claim();
    const { calls } = await crashing({ at: 999, when: 'after', dead: false }, () => over(enrol));
    expect(asked).toEqual([]);
    expect(calls.filter((call) => call !== 'PutEvents')).toEqual([]);
  });
});

describe('a claim that was left', () => {
  test('is not touched while whoever made it may still send, and is looked at again', async () => {
    const { send } = await claim();
    expect(await settle(bodyOf(send))).toEqual(['0']);
    expect(await rowOf(send)).toMatchObject({ status: 'CLAIMED' });
  });

  test.each([
    ['sent', 'SENT'],
    ['rejected', 'FAILED'],
  ] as const)('of which its provider said %s is %s', async (kind, status) => {
    const { send } = await claim();
    await reports.record([about(send, kind)]);
    expect(await rowOf(send)).toMatchObject({ status: 'CLAIMED' });
    at(monday + minute);
    expect(await settle(bodyOf(send))).toEqual([]);
    expect(await rowOf(send)).toMatchObject({ status, settledBy: 'report', detail: 'ses-1' });
  });

  test('that is settled, or gone, or taken over by another is let be', async () => {
    const sent = await claim({ status: 'SENT', detail: 'ses-1' });
    const young = await claim({ leaseUntil: monday + 10 * minute });
    at(monday + minute);
    expect(await settle(bodyOf(sent.send), bodyOf('never#1#was'), bodyOf(young.send))).toEqual(['2']);
    expect(await rowOf(sent.send)).toMatchObject({ status: 'SENT', detail: 'ses-1' });
  });

  test('what is no claim comes again until it is put aside', async () => {
    expect(await settle('nonsense', '{}', '{"customer":1}')).toEqual(['0', '1', '2']);
  });
});

describe('what providers report', () => {
  test('comes in any order and any number, and leaves the same behind', async () => {
    const kinds = ['sent', 'delivered', 'opened', 'bounced', 'undelivered', 'rejected'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        async (all, chance) => {
          const outcomes = [];
          for (const isShuffled of [false, true]) {
            const { send } = await claim({ status: 'UNKNOWN', detail: 'TimeoutError' });
            const said = all.map(([kind, second]) => about(send, kind, second));
            const order = isShuffled
              ? [...said, ...said]
                  .map((one) => [chance.next().value, one] as const)
                  .toSorted(([a], [b]) => a - b)
                  .map(([, one]) => one)
              : said;
            for (const one of order) await reports.record([one]);
            const row = await rowOf(send);
            outcomes.push([row!['status'], row!['settledBy'], [...row!['reports']].toSorted()]);
          }
          expect(outcomes[0]).toEqual(outcomes[1]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('several of one message at once are one write, and a row keeps only so many', async () => {
    const { send } = await claim({ status: 'SENT' });
    await reports.record([about(send, 'sent'), about(send, 'delivered')]);
    expect([...(await rowOf(send))!['reports']]).toHaveLength(2);
    for (let second = 0; second < 40; second++) await reports.record([about(send, 'opened', second)]);
    expect([...(await rowOf(send))!['reports']].length).toBeLessThanOrEqual(16);
    expect(await rowOf(send)).toMatchObject({ status: 'SENT' });
  });

  test('settles what nobody knew even where the row keeps no more', async () => {
    const full = new Set(
      Array.from({ length: 16 }, (_, n) => `2026-01-05T09:00:${String(n).padStart(2, '0')}.000Z rejected`),
    );
    const { send } = await claim({ status: 'UNKNOWN', reports: full });
    await reports.record([about(send, 'delivered')]);
    expect(await rowOf(send)).toMatchObject({ status: 'SENT' });
  });

  test('never makes a row, nor changes what a provider has answered', async () => {
    await reports.record([about('nobody#1#knows', 'sent')]);
    expect(await rowOf('nobody#1#knows')).toBeUndefined();
    const { send } = await claim({ status: 'FAILED', detail: 'MessageRejected' });
    await reports.record([about(send, 'delivered')]);
    expect(await rowOf(send)).toMatchObject({ status: 'FAILED', detail: 'MessageRejected' });
  });
});
