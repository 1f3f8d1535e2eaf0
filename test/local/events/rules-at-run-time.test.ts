import { describe, expect, it } from 'vitest';
import { createEvents } from '../../../local/events/create-events.ts';
import { jsonOf } from '../../../local/events/json-text.ts';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import { createQueues } from '../../../local/queues/create-queues.ts';
import type { JsonObject } from '../../../local/world.ts';
import { arnOf, ask, askAs, resource, smallWorld } from './small-world.ts';

const QUEUE = arnOf('sqs', 'signals');
const DECLARED = arnOf('events', 'rule/declared');

const ground = (journal = memoryJournal()) => {
  const small = smallWorld(
    [
      resource('AWS::SQS::Queue', QUEUE, {}),
      resource('AWS::Events::Rule', DECLARED, {
        EventPattern: { source: ['declared'] },
        Targets: [{ Id: 'queue', Arn: QUEUE }],
      }),
    ],
    journal,
  );
  const queues = small.add(createQueues(small.world));
  const events = small.add(createEvents(small.world));
  events.start();
  const put = (Source: string, EventBusName = 'default') =>
    ask(events, 'PutEvents', { Entries: [{ EventBusName, Source, DetailType: 'x', Detail: '{}' }] });
  const heard = async (): Promise<readonly string[]> => {
    await small.world.clock.quiet();
    const { Messages = [] } = await ask(queues, 'ReceiveMessage', { QueueUrl: QUEUE, MaxNumberOfMessages: 10 });
    return Messages.map(({ Body }: { Body: string }) => (jsonOf(Body) as JsonObject)['source']);
  };
  return { ...small, queues, events, put, heard };
};

const rule = { Name: 'mine', EventPattern: '{"source":["shop"]}' };
const toQueue = { Rule: 'mine', Targets: [{ Id: 'queue', Arn: QUEUE }] };

describe('a rule put while the ground runs', () => {
  it('delivers to its targets, still after a crash, until they are removed', async () => {
    const journal = memoryJournal();
    const first = ground(journal);
    expect(await ask(first.events, 'PutRule', rule)).toEqual({ RuleArn: arnOf('events', 'rule/mine') });
    expect(await ask(first.events, 'PutTargets', toQueue)).toEqual({ FailedEntryCount: 0, FailedEntries: [] });
    await first.put('shop');
    expect(await first.heard()).toEqual(['shop']);

    const second = ground(journal);
    await second.put('shop');
    expect(await second.heard()).toContain('shop');
    await ask(second.events, 'RemoveTargets', { Rule: 'mine', Ids: ['queue'] });
    await second.put('shop');
    expect(await second.heard()).toEqual([]);
  });

  it('may be switched off and on', async () => {
    const { events, put, heard } = ground();
    await ask(events, 'PutRule', rule);
    await ask(events, 'PutTargets', toQueue);
    await ask(events, 'DisableRule', { Name: 'mine' });
    await put('shop');
    expect(await heard()).toEqual([]);
    await ask(events, 'EnableRule', { Name: 'mine' });
    await put('shop');
    expect(await heard()).toEqual(['shop']);
  });

  it('keeps its targets when it is put again, and a target put again replaces the first', async () => {
    const { events, put, heard } = ground();
    await ask(events, 'PutRule', rule);
    await ask(events, 'PutTargets', toQueue);
    await ask(events, 'PutTargets', { Rule: 'mine', Targets: [{ Id: 'queue', Arn: QUEUE, InputPath: '$' }] });
    await ask(events, 'PutRule', { ...rule, EventPattern: '{"source":["cart"]}' });
    expect((await ask(events, 'ListTargetsByRule', { Rule: 'mine' })).Targets).toEqual([
      { Id: 'queue', Arn: QUEUE, InputPath: '$' },
    ]);
    await put('shop');
    await put('cart');
    expect(await heard()).toEqual(['cart']);
  });

  it('is deleted only without targets; one of the template stays deleted', async () => {
    const journal = memoryJournal();
    const { events } = ground(journal);
    const named = { Name: 'declared' };
    await expect(ask(events, 'DeleteRule', named)).rejects.toThrow("Rule can't be deleted since it has targets.");
    await ask(events, 'RemoveTargets', { Rule: 'declared', Ids: ['queue'] });
    await ask(events, 'DeleteRule', named);
    await ask(events, 'DeleteRule', named);
    await expect(ask(ground(journal).events, 'DescribeRule', named)).rejects.toThrow('does not exist');
  });

  it('fires by the clock, until it is deleted', async () => {
    const { events, world, calls } = ground();
    await ask(events, 'PutRule', { Name: 'tick', ScheduleExpression: 'rate(1 hour)' });
    await ask(events, 'PutTargets', { Rule: 'tick', Targets: [{ Id: 'f', Arn: arnOf('lambda', 'function:f') }] });
    await world.clock.advance(2 * 3_600_000);
    expect(calls).toHaveLength(2);
    await ask(events, 'DisableRule', { Name: 'tick' });
    await world.clock.advance(2 * 3_600_000);
    expect(calls).toHaveLength(2);
  });

  it('may be on a bus made while the ground runs', async () => {
    const { events, put, heard } = ground();
    await expect(ask(events, 'PutRule', { ...rule, EventBusName: 'own' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    expect(await ask(events, 'CreateEventBus', { Name: 'own' })).toEqual({
      EventBusArn: arnOf('events', 'event-bus/own'),
    });
    await ask(events, 'PutRule', { ...rule, EventBusName: 'own' });
    await ask(events, 'PutTargets', { ...toQueue, EventBusName: 'own' });
    await put('shop');
    await put('shop', 'own');
    expect(await heard()).toEqual(['shop']);
    await expect(ask(events, 'CreateEventBus', { Name: 'own' })).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
    });
  });

  it.each([
    ['nothing to fire on', { Name: 'x' }, 'ValidationException'],
    ['a pattern that is none', { Name: 'x', EventPattern: '{"a":1}' }, 'InvalidEventPatternException'],
    ['a plural of one', { Name: 'x', ScheduleExpression: 'rate(1 minutes)' }, 'ValidationException'],
    ['a schedule for one time', { Name: 'x', ScheduleExpression: 'at(2027-01-01T00:00:00)' }, 'ValidationException'],
    ['both days of a cron', { Name: 'x', ScheduleExpression: 'cron(0 0 1 * 2 *)' }, 'ValidationException'],
    ['a field that is none', { Name: 'x', EventPattern: '{}', Colour: 'red' }, 'ValidationException'],
  ])('with %s is refused', async (...[, input, code]) => {
    await expect(ask(ground().events, 'PutRule', input)).rejects.toMatchObject({ code });
  });

  it('has five targets at most, of kinds this ground knows', async () => {
    const { events } = ground();
    await ask(events, 'PutRule', rule);
    const many = Array.from({ length: 6 }, (_, n) => ({ Id: String(n), Arn: QUEUE }));
    await expect(ask(events, 'PutTargets', { Rule: 'mine', Targets: many })).rejects.toMatchObject({
      code: 'LimitExceededException',
    });
    const kinesis = [{ Id: 'k', Arn: arnOf('kinesis', 'stream/x') }];
    await expect(ask(events, 'PutTargets', { Rule: 'mine', Targets: kinesis })).rejects.toThrow('kinesis');
  });

  it('needs leave to be put, and to pass a role', async () => {
    const { events, world, denied } = ground();
    const asRole = askAs(world.as('a-role'));
    await asRole(events, 'PutRule', rule);
    denied.add('iam:PassRole arn:role');
    const Targets = [{ Id: 'q', Arn: QUEUE, RoleArn: 'arn:role' }];
    await expect(asRole(events, 'PutTargets', { Rule: 'mine', Targets })).rejects.toThrow('iam:PassRole');
    denied.add(`events:PutRule ${arnOf('events', 'rule/mine')}`);
    await expect(asRole(events, 'PutRule', rule)).rejects.toThrow('events:PutRule');
  });
});
