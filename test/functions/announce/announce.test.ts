import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AskedTask } from '../../../functions/aws/task.ts';
import { taskStore } from '../../../functions/aws/task-store.ts';
import { tables } from '../world/environment.ts';
import { context, minute, monday, putRow, rowsOf, startWorld, stopWorld } from '../world/world.ts';
import { ada, run, send, task, why, written } from './records.ts';

const bus = mockClient(EventBridgeClient);
beforeAll(startWorld);
afterAll(stopWorld);
beforeEach(() => {
  bus.reset();
  bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: unknown[] }) => ({
    FailedEntryCount: 0,
    Entries: Entries.map((_, n) => ({ EventId: String(n) })),
  }));
});

/** The function of a stage that announces, or of one that does not. */
const announcing = async (mode: 'on' | 'off') => {
  vi.resetModules();
  Object.assign(process.env, { BUS_NAME: 'segue', ANNOUNCE: mode });
  const { handler } = await import('../../../functions/announce/announce.ts');
  return async (...Records: DynamoDBRecord[]) => (await handler({ Records }, context)) as DynamoDBBatchResponse;
};
const entries = (): PutEventsRequestEntry[] =>
  bus.commandCalls(PutEventsCommand).flatMap(({ args }) => args[0].input.Entries ?? []);
const said = () =>
  entries().map(({ Source, DetailType, Detail }) => ({
    source: Source,
    event: DetailType,
    detail: JSON.parse(Detail!) as Record<string, unknown>,
  }));
const about = { customer: ada, journey: 'cart-abandonment', enrol: 'run', occurrence: 1 };

describe('a stage that announces says', () => {
  const events = async (...records: DynamoDBRecord[]) => {
    await (
      await announcing('on')
    )(...records);
    return said();
  };

  test('that a run began, whether it is the first with its key or another', async () => {
    const over = run({ endedAt: monday, endReason: 'completed' });
    const [first, second, ...more] = await events(
      written(undefined, run()),
      written(over, run({ occurrence: 2, enteredAt: monday + minute })),
    );
    expect(more).toEqual([]);
    expect(first).toEqual({
      source: 'segue',
      event: 'Journey Started',
      detail: { id: 'run-1/started', at: '2026-01-05T09:00:00.000Z', ...about, version: 3 },
    });
    expect(second!.detail).toMatchObject({ id: 'run-2/started', occurrence: 2, at: '2026-01-05T09:01:00.000Z' });
  });

  test('once that it ended, and why, whatever is written to its row afterwards', async () => {
    const ended = run({ endedAt: monday + minute, endReason: 'responded' });
    const noted = { ...ended, steps: { reminder: { status: 'sent' } } };
    expect(await events(written(run(), ended), written(ended, noted))).toEqual([
      {
        source: 'segue',
        event: 'Journey Ended',
        detail: { id: 'run-1/ended', at: '2026-01-05T09:01:00.000Z', ...about, reason: 'responded' },
      },
    ]);
    bus.resetHistory();
    const exited = run({ exitedAt: monday, exitReason: 'Order Completed' });
    expect(await events(written(run(), exited))).toMatchObject([{ detail: { reason: 'Order Completed' } }]);
  });

  test('both of a run that only counts', async () => {
    const held = run({ endedAt: monday, endReason: 'holdout' });
    expect((await events(written(undefined, held))).map(({ event }) => event)).toEqual([
      'Journey Started',
      'Journey Ended',
    ]);
    bus.resetHistory();
    expect(
      (await events(written(held, run({ occurrence: 2, endedAt: monday + minute, endReason: 'holdout' })))).map(
        ({ detail }) => detail['id'],
      ),
    ).toEqual(['run-2/started', 'run-2/ended']);
  });

  test('each goal once, also after the end', async () => {
    const ended = run({ endedAt: monday, endReason: 'completed' });
    const reached = { ...ended, goals: { 0: { at: monday + minute, event: 'Order Completed', value: 80 } } };
    const both = { ...reached, goals: { ...reached.goals, 1: { at: monday, event: 'Review Written', value: null } } };
    expect(await events(written(ended, reached), written(reached, both))).toEqual([
      {
        source: 'segue',
        event: 'Goal Reached',
        detail: {
          ...about,
          id: 'run-1/goal-0',
          at: '2026-01-05T09:01:00.000Z',
          goal: 0,
          event: 'Order Completed',
          value: 80,
        },
      },
      expect.objectContaining({ detail: expect.objectContaining({ id: 'run-1/goal-1', value: null }) }),
    ]);
  });

  test('what was sent and what was withheld, by step and round', async () => {
    const claimed = send('CLAIMED');
    const unsaid = [
      written(undefined, claimed),
      written(claimed, send('FAILED')),
      written(claimed, send('UNKNOWN')),
      written(send('SENT'), send('SENT', { detail: 'delivered' })),
      written(claimed, undefined),
    ];
    expect(await events(written(claimed, send('SENT')), written(undefined, why()), ...unsaid)).toEqual([
      {
        source: 'segue',
        event: 'Message Sent',
        detail: {
          id: 'run-1/reminder@2/sent',
          at: '2026-01-05T09:00:01.000Z',
          ...about,
          step: 'reminder@2',
          message: 'cart-reminder',
          channel: 'email',
        },
      },
      {
        source: 'segue',
        event: 'Message Withheld',
        detail: {
          id: 'run-1/last-call/withheld',
          at: '2026-01-05T09:00:00.000Z',
          ...about,
          step: 'last-call',
          message: 'last-call',
          reason: 'no-consent',
        },
      },
    ]);
  });

  test('nothing personal', async () => {
    await events(
      written(undefined, run()),
      written(undefined, task('open')),
      written(undefined, why()),
      written(send('CLAIMED'), send('SENT')),
    );
    expect(JSON.stringify(entries())).not.toMatch(/ada@example.com|Ada/);
    expect(entries()).toHaveLength(4);
  });

  test('nothing of rows that are gone, of other rows, and of those that are no customer’s', async () => {
    const elsewhere = written(undefined, run());
    elsewhere.dynamodb!.Keys!['pk'] = { S: 'TASKS#support' };
    expect(
      await events(
        written(run(), undefined),
        written(undefined, { sk: 'PROFILE', body: '{}' }),
        written({ sk: 'GATE' }, { sk: 'GATE', version: 2 }),
        elsewhere,
      ),
    ).toEqual([]);
  });
});

describe.each(['on', 'off'] as const)('whether a stage announces or not (%s)', (mode) => {
  test('an end that others wait for comes back in as a signal about its customer', async () => {
    const parent = { journey: 'welcome', enrol: 'other', occurrence: 4, step: 'onboarding' };
    const told = { told: true, parent, hops: 2 };
    await (
      await announcing(mode)
    )(
      written(run(told), run({ ...told, endedAt: monday, endReason: 'completed' })),
      written(undefined, run({ endedAt: monday, endReason: 'holdout', told: true })),
    );
    const signals = said().filter(({ source }) => source !== 'segue');
    expect(signals).toEqual([
      {
        source: 'segue.journey',
        event: 'track',
        detail: {
          type: 'track',
          event: 'Journey Ended',
          messageId: 'run-1/ended',
          timestamp: '2026-01-05T09:00:00.000Z',
          context: { customer: ada, hops: 3 },
          properties: { journey: 'cart-abandonment', enrol: 'run', occurrence: 1, reason: 'completed', parent },
        },
      },
      expect.objectContaining({
        detail: expect.objectContaining({
          context: { customer: ada, hops: 1 },
          properties: expect.objectContaining({ reason: 'holdout' }),
        }),
      }),
    ]);
    expect(said().some(({ event }) => event === 'Journey Ended')).toBe(mode === 'on');
  });

  test('a task is said without what it shows, and its answer comes back in', async () => {
    const answer = { outcome: 'approve', answeredBy: 'ben', answeredAt: monday, response: { order: 18 }, note: 'n' };
    const answered = task('answered', answer);
    await (
      await announcing(mode)
    )(
      written(undefined, task('open')),
      written(task('open'), task('claimed', { claimedBy: 'ben' })),
      written(task('claimed', { claimedBy: 'ben' }), answered),
      written(answered, { ...answered, ttl: 1 }),
      written(task('open'), task('closed', { closedBecause: 'x' })),
    );
    const name = `${ada}.run-1-approval`;
    const step = { journey: 'service-recovery', enrol: 'run', occurrence: 1, step: 'approval', task: name };
    expect(said()).toEqual([
      {
        source: 'segue',
        event: 'Task Created',
        detail: {
          id: 'run-1/approval/created',
          at: '2026-01-05T09:00:00.000Z',
          customer: ada,
          ...step,
          to: 'support',
          dueAt: '2026-01-05T10:00:00.000Z',
        },
      },
      {
        source: 'segue.tasks',
        event: 'track',
        detail: {
          type: 'track',
          event: 'Task Answered',
          messageId: 'run-1/approval/answered',
          timestamp: '2026-01-05T09:00:00.000Z',
          context: { customer: ada },
          properties: { ...step, outcome: 'approve', by: 'ben', response: { order: 18 } },
        },
      },
    ]);
  });

  test('the end of a run closes its tasks, and nobody else’s', async () => {
    const tasks = taskStore(tables.state);
    for (const enrol of [`${mode}-a`, `${mode}-b`]) {
      await putRow('state', { pk: `C#${ada}`, ...run({ sk: `ENROL#cart-abandonment#${enrol}`, enrol }) });
      const { id: _, sk: __, status: ___, ...asked } = task('open', { enrol, journey: 'cart-abandonment', to: mode });
      await tasks.ask(ada, { ...asked, id: `${enrol}-1-approval` } as unknown as AskedTask);
    }
    const told = { enrol: `${mode}-a`, told: true, hasAsked: true };
    const over = run({ ...told, exitedAt: monday, exitReason: 'Order Completed' });
    const announce = await announcing(mode);
    await announce(written(run(told), over));
    await announce(written(run(told), over));
    const rows = await rowsOf(`C#${ada}`);
    expect(rows.get(`TASK#${mode}-a-1-approval`)).toMatchObject({
      status: 'closed',
      closedBecause: 'Order Completed',
    });
    expect(rows.get(`TASK#${mode}-b-1-approval`)).toMatchObject({ status: 'open' });
    expect([...(await rowsOf(`TASKS#${mode}`)).values()].map(({ id }) => id)).toEqual([`${mode}-b-1-approval`]);
  });
});

test('a stage that does not announce keeps the rest to itself', async () => {
  const claimed = send('CLAIMED');
  const ended = run({ endedAt: monday, endReason: 'completed' });
  await (
    await announcing('off')
  )(written(undefined, run()), written(run(), ended), written(claimed, send('SENT')), written(undefined, why()));
  expect(entries()).toEqual([]);
});

describe('what fails', () => {
  const started = (n: number) => written(undefined, run({ enrol: `r${n}` }));
  const many = Array.from({ length: 25 }, (_, n) => started(n));

  test('nothing: 25 events are three calls of ten at most, in order', async () => {
    await (
      await announcing('on')
    )(...many);
    expect(bus.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries!.length)).toEqual([10, 10, 5]);
    expect(said().map(({ detail }) => detail['enrol'])).toEqual(many.map((_, n) => `r${n}`));
  });

  test('single events are tried again alone', async () => {
    bus
      .on(PutEventsCommand)
      .resolvesOnce({
        FailedEntryCount: 1,
        Entries: [{ EventId: 'a' }, { ErrorCode: 'ThrottlingException' }, { EventId: 'c' }],
      })
      .resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'b' }] });
    await (
      await announcing('on')
    )(...many.slice(0, 3));
    expect(said().map(({ detail }) => detail['enrol'])).toEqual(['r0', 'r1', 'r2', 'r1']);
  });

  test('the bus for good: the batch fails, and comes again with the same ids', async () => {
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    const announce = await announcing('on');
    await expect(announce(started(1))).rejects.toThrow('not on the bus');
    expect(new Set(said().map(({ detail }) => detail['id']))).toEqual(new Set(['r1-1/started']));
  });

  test('a row that is none: what came before it is said, and Lambda begins again there', async () => {
    const broken = written(undefined, { sk: 'ENROL#x#y', journey: 7 });
    const answer = await (await announcing('on'))(started(1), broken, started(2));
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: broken.dynamodb!.SequenceNumber }]);
    expect(said().map(({ detail }) => detail['enrol'])).toEqual(['r1']);
  });
});
