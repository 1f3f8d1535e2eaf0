import * as z from 'zod';
import { AwsError, type Service, type World } from '../world.ts';
import { createArchives } from './bus/archives.ts';
import { createBus } from './bus/bus.ts';
import { type BusEvent, type Emitted, eventOf } from './bus/event.ts';
import { busArn, checkEntries, putEntry, putEvents } from './bus/put-events.ts';
import { createReplays } from './bus/replays.ts';
import { describeRules } from './describe-rules.ts';
import { jsonOf } from './json-text.ts';
import { lastPart, operation } from './operation.ts';
import { compilePattern } from './pattern/compile-pattern.ts';
import { type Rule, rulesOf } from './rules.ts';
import { startSchedules } from './schedule/start-schedules.ts';

export interface Events extends Service {
  /** An event of a provider (`aws.ses` …) or of the ground itself. Resolves with its id when it is durable. */
  emit(busName: string, event: Emitted): Promise<string>;
  /** Takes up unfinished deliveries and replays and starts the schedules. Call once every service is there. */
  start(): void;
}

/** EventBridge: the buses, rules, archives and scheduled rules of the template. */
export const createEvents = (world: World): Events => {
  const buses = busesOf(world);
  const rules = rulesOf(world);
  const archives = createArchives(world);
  const bus = createBus(world, rules, archives.keep);
  const replays = createReplays(world, archives, bus);
  const way = { world, buses, arrive: bus.arrive };

  const put = operation(putEvents, async ({ Entries }, caller) => {
    checkEntries(way, Entries, caller);
    const answers = await Promise.all(Entries.map((entry) => putEntry(way, entry)));
    await world.journal.durable();
    return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
  });

  const fire = async (rule: Rule, event: BusEvent): Promise<void> => {
    await bus.fire(rule, event);
    await world.journal.durable();
  };

  return {
    name: 'events',
    operations: {
      PutEvents: put,
      TestEventPattern: testEventPattern,
      ...replays.operations,
      ...describeRules(buses, rules),
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
      startSchedules(
        world,
        rules.flatMap((rule) =>
          rule.schedule === undefined || !rule.isEnabled
            ? []
            : [
                {
                  id: rule.arn,
                  expression: rule.schedule,
                  fire: (at: number) => fire(rule, scheduledEvent(world, rule, at)),
                },
              ],
        ),
      );
    },
  };
};

const busesOf = (world: World): ReadonlyMap<string, string> =>
  new Map([
    ['default', busArn(world, 'default')],
    ...world.stack.all('AWS::Events::EventBus').map(({ arn }) => [lastPart(arn), arn] as const),
  ]);

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
