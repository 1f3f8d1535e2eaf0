import * as z from 'zod';
import { AwsError, type Service, type World } from '../world.ts';
import { archiveOperations } from './bus/archive-operations.ts';
import { createArchives } from './bus/archives.ts';
import { createBus } from './bus/bus.ts';
import { createBuses } from './bus/buses.ts';
import { type BusEvent, type Emitted, eventOf } from './bus/event.ts';
import { checkEntries, putEntry, putEvents } from './bus/put-events.ts';
import { createReplays } from './bus/replays.ts';
import { jsonOf } from './json-text.ts';
import { operation } from './operation.ts';
import { compilePattern } from './pattern/compile-pattern.ts';
import { changeRules } from './rules/change-rules.ts';
import { describeRules } from './rules/describe-rules.ts';
import type { Rule } from './rules/rule.ts';
import { createRuleBook } from './rules/rule-book.ts';
import { forgetSchedule, startSchedule } from './schedule/start-schedules.ts';

export interface Events extends Service {
  /** An event of a provider (`aws.ses` …) or of the ground itself. Resolves with its id when it is durable. */
  emit(busName: string, event: Emitted): Promise<string>;
  /** Takes up unfinished deliveries and replays and starts the schedules. Call once every service is there. */
  start(): void;
}

/** EventBridge: the buses, rules, archives and scheduled rules of the template and those made at run time. */
export const createEvents = (world: World): Events => {
  const buses = createBuses(world);
  const book = createRuleBook(world);
  const archives = createArchives(world);
  const bus = createBus(world, book, archives.keep);
  const replays = createReplays(world, archives, bus);
  const way = { world, buses, arrive: bus.arrive };
  const timed = scheduledRules(world, async (rule, at) => {
    await bus.fire(rule, scheduledEvent(world, rule, at));
    await world.journal.durable();
  });

  const put = operation(putEvents, async ({ Entries }, caller) => {
    checkEntries(way, Entries, caller);
    const answers = await Promise.all(Entries.map((entry) => putEntry(way, entry)));
    await world.journal.durable();
    return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
  });

  return {
    name: 'events',
    operations: {
      PutEvents: put,
      TestEventPattern: testEventPattern,
      ...buses.operations,
      ...describeRules(book),
      ...changeRules({ world, buses, book, changed: (arn) => timed.changed(arn, book.byArn(arn)) }),
      ...archiveOperations(world, archives, buses),
      ...replays.operations,
    },
    emit: (busName, emitted) =>
      world.clock.busy(async () => {
        const event = eventOf(world, emitted);
        await bus.arrive({ bus: busName, event });
        await world.journal.durable();
        return event.id;
      }),
    start() {
      archives.prune();
      bus.resume();
      replays.resume();
      for (const rule of book.all()) timed.start(rule);
    },
  };
};

/** Rules that fire by the clock, each until it changes. */
const scheduledRules = (world: World, fire: (rule: Rule, at: number) => Promise<void>) => {
  const running = new Map<string, () => void>();
  const start = (rule: Rule): void => {
    if (rule.schedule === undefined || !rule.isEnabled) return;
    const schedule = { id: rule.arn, expression: rule.schedule, fire: (at: number) => fire(rule, at) };
    running.set(rule.arn, startSchedule(world, schedule));
  };
  return {
    start,
    changed(arn: string, rule: Rule | undefined): void {
      running.get(arn)?.();
      running.delete(arn);
      forgetSchedule(world, arn);
      if (rule !== undefined) start(rule);
    },
  };
};

const scheduledEvent = (world: World, { arn }: Rule, at: number): BusEvent =>
  eventOf(world, { source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [arn], detail: {}, at });

const testEventPattern = operation(
  z.strictObject({ EventPattern: z.string(), Event: z.string() }),
  async ({ EventPattern, Event }) => {
    const event = jsonOf(Event);
    if (event === undefined) throw new AwsError('ValidationException', 'Parameter Event is not valid.');
    return { Result: compilePattern(EventPattern)(event) };
  },
);
