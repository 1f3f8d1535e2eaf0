import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '#core/signal';
import { parseEvent } from '#core/signal';
import { memberRows } from '../../../functions/aws/member-rows.ts';
import { crashing, services } from '../world/calls.ts';
import { fold, somebody } from '../world/customer.ts';
import { tables } from '../world/environment.ts';
import {
  at,
  bus,
  busAccepts,
  context,
  hour,
  journeyOf,
  monday,
  publish,
  queueAccepts,
  startWorld,
  stopWorld,
} from '../world/world.ts';
import { control } from './desk.ts';

const weekly = {
  name: 'weekly',
  triggers: [{ schedule: 'cron(0 9 ? * MON *)', segment: 'regulars' }],
  reentry: { after: '1 day' },
  steps: [{ wait: '1 hour' }],
} as const;

const join = async (segment: string, customers: readonly string[]): Promise<void> => {
  for (const [order, customer] of customers.entries())
    await memberRows(tables.state).change(segment, customer, { isIn: true, order: order + 1, at: monday });
};
const many = Array.from({ length: 620 }, (_, i) => `customer${String(i).padStart(18, 'a')}`);

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  await publish(journeyOf(weekly));
  await publish(journeyOf({ ...weekly, name: 'large', triggers: [{ ...weekly.triggers[0], segment: 'everybody' }] }));
  await join('everybody', many);
});
afterAll(stopWorld);
beforeEach(() => {
  at(monday);
  bus.length = 0;
});

/** The queue brings what a schedule said. */
const isCalled = async (occasion: object): Promise<void> => {
  const { handler } = await import('../../../functions/journey/control/enter-segment.ts');
  await handler({ Records: [{ body: JSON.stringify(occasion) }] } as unknown as SQSEvent, context);
};
type Said = { readonly messageId: string; readonly context: JsonObject };
const said = (): readonly Said[] => bus.map(({ Detail }) => JSON.parse(Detail));

describe('a schedule', () => {
  test('lets each member of its segment enter, once for each time', async () => {
    const [member, other] = [somebody(), somebody()];
    await join('regulars', [member.id]);
    for (const time of ['2026-01-05T09:00:00Z', '2026-01-12T09:00:00Z']) {
      bus.length = 0;
      at(Date.parse(time));
      await isCalled({ journey: 'weekly', segment: 'regulars', at: time });
      await isCalled({ journey: 'weekly', segment: 'regulars', at: time });
      const [entry, ...more] = bus;
      expect(more).toEqual([]);
      const { Source: source, Detail } = entry!;
      const parsed = parseEvent({ source, 'detail-type': 'track', time, detail: JSON.parse(Detail) }, Date.now());
      expect(parsed.signal).toMatchObject({ event: 'Journey Scheduled', subject: { customer: member.id } });
      await fold(await member.stored(parsed.signal!, Date.now()));
      await member.until(Date.parse(time) + 2 * hour);
    }
    expect(await member.runs()).toMatchObject([{ journey: 'weekly', occurrence: 2, endReason: 'completed' }]);
    expect(await other.runs()).toEqual([]);
  });

  test('of a journey that is paused lets nobody enter, then or later', async () => {
    await join('regulars', [somebody().id]);
    await control('weekly', 'pause');
    const occasion = { journey: 'weekly', segment: 'regulars', at: '2026-01-19T09:00:00Z' };
    await isCalled(occasion);
    await control('weekly', 'resume');
    await isCalled(occasion);
    expect(said()).toEqual([]);
  });

  test('goes through a large segment page by page, whatever call dies on the way', async () => {
    const names = (): ReadonlySet<string> => new Set(said().map(({ context: { customer } }) => String(customer)));
    for (const died of [1, 3, 30, 68]) {
      bus.length = 0;
      const occurrence = { journey: 'large', segment: 'everybody', at: new Date(monday + died * hour).toISOString() };
      const { error } = await crashing({ at: died, when: 'before', dead: true }, () => isCalled(occurrence));
      expect(error).toBeDefined();
      const before = bus.length;
      await isCalled(occurrence);
      expect(names()).toEqual(new Set(many));
      // What a crash repeats is a page at most, and the same signals.
      expect(bus.length - many.length).toBeLessThanOrEqual(Math.min(before, 500));
      expect(new Set(said().map(({ messageId }) => messageId)).size).toBe(many.length);
    }
  });

  test('whose time is over before its segment is through asks to go on, and does', async () => {
    const occasion = { journey: 'large', segment: 'everybody', at: '2026-02-02T09:00:00Z' };
    const asked: string[] = [];
    services.sqs.on(SendMessageCommand).callsFake(({ MessageBody }: { MessageBody: string }) => {
      asked.push(MessageBody);
      return { MessageId: 'on' };
    });
    services.bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: typeof bus }) => {
      bus.push(...Entries);
      at(Date.now() + 1000);
      return { FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: String(i) })) };
    });
    await isCalled(occasion);
    expect(bus).toHaveLength(500);
    expect(asked).toEqual([JSON.stringify(occasion)]);
    await isCalled(JSON.parse(asked[0]!));
    expect(asked).toHaveLength(1);
    expect(new Set(said().map(({ messageId }) => messageId)).size).toBe(many.length);
    expect(bus).toHaveLength(many.length);
    busAccepts();
    queueAccepts();
  });
});
