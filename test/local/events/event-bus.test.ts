import { describe, expect, it } from 'vitest';
import { createEvents } from '../../../local/events/create-events.ts';
import { jsonOf } from '../../../local/events/json-text.ts';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import { createQueues } from '../../../local/queues/create-queues.ts';
import { AwsError, type JsonObject } from '../../../local/world.ts';
import { arnOf, ask, askAs, MONDAY, resource, smallWorld } from './small-world.ts';

const QUEUE = arnOf('sqs', 'signals');
const DEAD = arnOf('sqs', 'dead');
const RULE = arnOf('events', 'rule/shop/orders');
const FUNCTION = arnOf('lambda', 'function:greet');

const toQueue = { Id: 'queue', Arn: QUEUE, DeadLetterConfig: { Arn: DEAD } };
const toFunction = {
  Id: 'function',
  Arn: FUNCTION,
  RetryPolicy: { MaximumRetryAttempts: 2 },
  DeadLetterConfig: { Arn: DEAD },
};

const ground = (targets: readonly JsonObject[] = [toQueue], more = { journal: memoryJournal() }) => {
  const small = smallWorld(
    [
      resource('AWS::Events::EventBus', arnOf('events', 'event-bus/shop'), { Name: 'shop' }),
      resource('AWS::Events::Rule', RULE, {
        EventBusName: 'shop',
        EventPattern: { source: ['shop'] },
        State: 'ENABLED',
        Targets: targets,
      }),
      resource('AWS::Events::Rule', arnOf('events', 'rule/ses'), {
        EventPattern: { source: ['aws.ses', 'shop'] },
        Targets: [toQueue],
      }),
      resource('AWS::Events::Archive', arnOf('events', 'archive/all'), {
        SourceArn: arnOf('events', 'event-bus/shop'),
        RetentionDays: 30,
      }),
      resource('AWS::SQS::Queue', QUEUE, {}),
      resource('AWS::SQS::Queue', DEAD, {}),
    ],
    more.journal,
  );
  const queues = small.add(createQueues(small.world));
  const events = small.add(createEvents(small.world));
  events.start();
  const put = (...entries: JsonObject[]) => ask(events, 'PutEvents', { Entries: entries });
  const read = async (queue: string) =>
    (
      (
        await ask(queues, 'ReceiveMessage', {
          QueueUrl: queue,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
        })
      ).Messages ?? []
    ).map((message: { Body: string }) => ({ ...message, body: jsonOf(message.Body) }));
  return { ...small, queues, events, put, read };
};

const order = { EventBusName: 'shop', Source: 'shop', DetailType: 'Order Placed', Detail: '{"id":7}' };

describe('an event put on a bus', () => {
  it('is in the queue of the rule it fits when it is acknowledged', async () => {
    const { put, read } = ground();
    const answer = await put({ ...order, Resources: ['arn:x'] });
    const [message] = await read(QUEUE);
    expect(message.body).toEqual({
      version: '0',
      id: answer.Entries[0].EventId,
      'detail-type': 'Order Placed',
      source: 'shop',
      account: '000000000000',
      time: '2026-01-05T09:00:00Z',
      region: 'us-east-1',
      resources: ['arn:x'],
      detail: { id: 7 },
    });
  });

  it('goes nowhere when no rule fits or the bus is another', async () => {
    const { put, read } = ground();
    expect(
      await put({ ...order, Source: 'cart' }, { ...order, Source: 'cart', EventBusName: 'default' }),
    ).toMatchObject({
      FailedEntryCount: 0,
    });
    expect(await read(QUEUE)).toEqual([]);
  });

  it('is delivered in the name of the rule, so that queue policies count', async () => {
    const { put, required } = ground();
    await put(order);
    expect(required).toContain(`events.amazonaws.com sqs:SendMessage ${QUEUE} for ${RULE}`);
  });

  it('keeps its own time when the producer gives one', async () => {
    const { put, read } = ground();
    await put({ ...order, Time: 1_700_000_000 });
    expect((await read(QUEUE))[0].body.time).toBe('2023-11-14T22:13:20Z');
  });

  it.each([
    ['no source', { ...order, Source: '' }, 'InvalidArgument'],
    ['no detail type', { Source: 'shop', Detail: '{}' }, 'InvalidArgument'],
    ['a detail that is no JSON', { ...order, Detail: '{' }, 'MalformedDetail'],
    ['a detail that is a list', { ...order, Detail: '[]' }, 'MalformedDetail'],
    ['a source of AWS', { ...order, Source: 'aws.ses' }, 'NotAuthorizedForSourceException'],
    ['an unknown bus', { ...order, EventBusName: 'nope' }, 'ResourceNotFoundException'],
  ])('is refused alone for %s', async (...[, bad, code]) => {
    const answer = await ground().put(order, bad);
    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: code }],
    });
  });

  it('is refused with its whole request when there are eleven, or all together are over 1 MB', async () => {
    const { put } = ground();
    await expect(put(...Array.from({ length: 11 }, () => order))).rejects.toMatchObject({
      code: 'ValidationException',
    });
    const half = { ...order, Detail: JSON.stringify({ text: 'é'.repeat(262_144) }) };
    expect(await put(half)).toMatchObject({ FailedEntryCount: 0 });
    await expect(put(half, half, order)).rejects.toThrow('Total size of the entries in the request is over the limit.');
  });

  it('needs events:PutEvents on the bus', async () => {
    const { events, denied, world } = ground();
    denied.add(`events:PutEvents ${arnOf('events', 'event-bus/shop')}`);
    await expect(askAs(world.as('a-role'))(events, 'PutEvents', { Entries: [order] })).rejects.toThrow(
      'events:PutEvents',
    );
  });
});

describe('a delivery that fails', () => {
  it('goes to the dead-letter queue at once when the rule may not use the queue', async () => {
    const { put, read, denied } = ground();
    denied.add(`sqs:SendMessage ${QUEUE}`);
    await put(order);
    const [dead] = await read(DEAD);
    expect(dead.body.detail).toEqual({ id: 7 });
    expect(dead.MessageAttributes).toMatchObject({
      RULE_ARN: { StringValue: RULE },
      TARGET_ARN: { StringValue: QUEUE },
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
    });
  });

  it('is there as it happened, whatever its target would have received', async () => {
    const { put, read, denied } = ground([{ ...toQueue, InputPath: '$.detail.id' }]);
    denied.add(`sqs:SendMessage ${QUEUE}`);
    await put(order);
    expect((await read(DEAD))[0].body).toMatchObject({
      source: 'shop',
      'detail-type': 'Order Placed',
      detail: { id: 7 },
    });
  });

  it('is tried again with growing pauses, then goes to the dead-letter queue', async () => {
    const { put, read, failing, world } = ground([toFunction]);
    failing.set('lambda Invoke', new AwsError('ServiceException', 'down', { status: 500 }));
    await put(order);
    await world.clock.advance(2_999);
    expect(await read(DEAD)).toEqual([]);
    await world.clock.advance(60_000);
    const [dead] = await read(DEAD);
    expect(dead.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'ERROR_FROM_TARGET' },
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RETRY_ATTEMPTS: { StringValue: '2' },
    });
  });

  it('is taken up again after a crash', async () => {
    const journal = memoryJournal();
    const before = ground([toFunction], { journal });
    before.failing.set('lambda Invoke', new AwsError('ServiceException', 'down', { status: 500 }));
    await before.put(order);
    await before.world.clock.quiet();
    const after = ground([toFunction], { journal });
    await after.world.clock.advance(10_000);
    expect(after.calls).toMatchObject([{ service: 'lambda', operation: 'Invoke', input: { FunctionName: FUNCTION } }]);
    expect([...journal.all('delivery')]).toEqual([]);
  });
});

describe('a target', () => {
  const textFor = async (input: JsonObject): Promise<string> => {
    const { put, read } = ground([{ ...toQueue, ...input }]);
    await put({ ...order, Detail: '{"id":7,"name":"Ann \\"A\\"","lines":[{"sku":"x"}]}' });
    return (await read(QUEUE))[0].Body;
  };

  it.each([
    [{ Input: '{"fixed":true}' }, '{"fixed":true}'],
    [{ InputPath: '$.detail.lines[0]' }, '{"sku":"x"}'],
    [
      {
        InputTransformer: {
          InputPathsMap: { id: '$.detail.id', name: '$.detail.name', lines: '$.detail.lines', gone: '$.detail.gone' },
          InputTemplate:
            '{"id":<id>,"name":<name>,"say":"Hi <name><gone>","lines":<lines>,"rule":"<aws.events.rule-name>"}',
        },
      },
      '{"id":7,"name":"Ann \\"A\\"","say":"Hi Ann \\"A\\"","lines":[{"sku":"x"}],"rule":"orders"}',
    ],
    [
      { InputTransformer: { InputPathsMap: { name: '$.detail.name' }, InputTemplate: '<name> ordered' } },
      'Ann "A" ordered',
    ],
  ])('receives what its input asks for (%j)', async (...[input, text]) => {
    expect(await textFor(input)).toBe(text);
  });

  it('may be a function, a state machine or a topic', async () => {
    const role = 'arn:aws:iam::000000000000:role/start';
    const { put, calls, world } = ground([
      { Id: 'f', Arn: FUNCTION },
      { Id: 's', Arn: arnOf('states', 'stateMachine:greet'), RoleArn: role },
      { Id: 't', Arn: arnOf('sns', 'news') },
    ]);
    await put(order);
    await world.clock.quiet();
    expect(calls).toMatchObject([
      {
        service: 'lambda',
        input: { InvocationType: 'Event', Payload: { detail: { id: 7 } } },
        caller: 'events.amazonaws.com',
      },
      { service: 'states', operation: 'StartExecution', caller: role },
      { service: 'sns', operation: 'Publish' },
    ]);
  });

  it('may be another bus, which forwards no further', async () => {
    const { put, read, notes } = ground([
      { Id: 'b', Arn: arnOf('events', 'event-bus/default'), RoleArn: 'a-role' },
      { Id: 's', Arn: arnOf('events', 'event-bus/shop'), RoleArn: 'a-role' },
    ]);
    await put(order);
    expect((await read(QUEUE))[0].body).toMatchObject({ source: 'shop', detail: { id: 7 } });
    expect(notes).toHaveLength(2);
  });

  it('of a kind this ground does not know is refused at start', () => {
    expect(() => ground([{ Id: 'x', Arn: arnOf('kinesis', 'stream/x') }])).toThrow('kinesis');
  });
});

describe('an archive', () => {
  it('plays the events of a time again to the rules named', async () => {
    const { events, put, read, world } = ground();
    await put(order);
    await world.clock.advance(3_600_000);
    await put({ ...order, Detail: '{"id":8}' });
    await read(QUEUE);
    const name = { ReplayName: 'again' };
    await ask(events, 'StartReplay', {
      ...name,
      EventSourceArn: arnOf('events', 'archive/all'),
      EventStartTime: MONDAY / 1_000,
      EventEndTime: MONDAY / 1_000 + 60,
      Destination: { Arn: arnOf('events', 'event-bus/shop'), FilterArns: [RULE] },
    });
    await world.clock.quiet();
    const again = await read(QUEUE);
    expect(again.map((message: { body: JsonObject }) => message.body)).toMatchObject([
      { detail: { id: 7 }, 'replay-name': 'again' },
    ]);
    expect(await ask(events, 'DescribeReplay', name)).toMatchObject({ State: 'COMPLETED' });
  });

  it('can be made and asked about while the ground runs', async () => {
    const journal = memoryJournal();
    const { events, put } = ground([toQueue], { journal });
    const archive = { ArchiveName: 'late', EventSourceArn: arnOf('events', 'event-bus/shop') };
    const made = await ask(events, 'CreateArchive', {
      ...archive,
      EventPattern: '{"detail":{"id":[7]}}',
      RetentionDays: 3,
    });
    expect(made).toMatchObject({ ArchiveArn: arnOf('events', 'archive/late'), State: 'ENABLED' });
    await put(order, { ...order, Detail: '{"id":8}' });
    expect(await ask(events, 'DescribeArchive', { ArchiveName: 'late' })).toMatchObject({
      EventCount: 1,
      RetentionDays: 3,
    });
    await expect(ask(events, 'CreateArchive', archive)).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
    });
    await expect(
      ask(events, 'CreateArchive', { ...archive, ArchiveName: 'x', EventPattern: '{' }),
    ).rejects.toMatchObject({
      code: 'InvalidEventPatternException',
    });
    const again = ground([toQueue], { journal });
    expect((await ask(again.events, 'ListArchives', {})).Archives).toMatchObject([
      { ArchiveName: 'all' },
      { ArchiveName: 'late' },
    ]);
    await ask(events, 'DeleteArchive', { ArchiveName: 'late' });
    await expect(ask(events, 'DescribeArchive', { ArchiveName: 'late' })).rejects.toThrow('does not exist');
  });

  it('stops playing when told to, and lists what it played', async () => {
    const { events, put, read, world } = ground();
    await put(order, order);
    await read(QUEUE);
    const replay = (ReplayName: string) =>
      ask(events, 'StartReplay', {
        ReplayName,
        EventSourceArn: arnOf('events', 'archive/all'),
        EventStartTime: MONDAY / 1_000,
        EventEndTime: MONDAY / 1_000 + 60,
        Destination: { Arn: arnOf('events', 'event-bus/shop'), FilterArns: [RULE] },
      });
    await replay('one');
    await ask(events, 'CancelReplay', { ReplayName: 'one' });
    await world.clock.quiet();
    await replay('two');
    await world.clock.quiet();
    expect((await ask(events, 'ListReplays', {})).Replays).toMatchObject([
      { ReplayName: 'one', State: 'CANCELLED' },
      { ReplayName: 'two', State: 'COMPLETED' },
    ]);
    const names = (await read(QUEUE)).map(({ body }: { body: JsonObject }) => body['replay-name']);
    expect(names.filter((name: string) => name === 'two')).toHaveLength(2);
    expect(names.filter((name: string) => name === 'one').length).toBeLessThan(2);
    await expect(ask(events, 'CancelReplay', { ReplayName: 'two' })).rejects.toMatchObject({
      code: 'IllegalStatusException',
    });
  });

  it('forgets events after its retention', async () => {
    const { events, put, read, world } = ground();
    await put(order);
    await read(QUEUE);
    await world.clock.advance(31 * 86_400_000);
    await ask(events, 'StartReplay', {
      ReplayName: 'late',
      EventSourceArn: arnOf('events', 'archive/all'),
      EventStartTime: MONDAY / 1_000,
      EventEndTime: MONDAY / 1_000 + 60,
      Destination: { Arn: arnOf('events', 'event-bus/shop') },
    });
    await world.clock.quiet();
    expect(await read(QUEUE)).toEqual([]);
  });
});

describe('an archive that is opened again', () => {
  it('holds the young events and drops the old ones for good', async () => {
    const { events, put, world } = ground();
    await put(order);
    await put(order);
    await world.clock.advance(20 * 86_400_000);
    await put(order);
    await world.clock.advance(15 * 86_400_000);
    await put(order);
    const kept = () => [...world.journal.all('archive')].length;
    expect(kept()).toBe(4);
    events.start();
    expect(kept()).toBe(2);
  });
});

describe('asking about rules and buses', () => {
  it('answers what the template declares', async () => {
    const { events } = ground();
    expect((await ask(events, 'ListRules', { EventBusName: 'shop' })).Rules).toMatchObject([
      { Name: 'orders', State: 'ENABLED' },
    ]);
    expect((await ask(events, 'ListEventBuses', {})).EventBuses.map((bus: JsonObject) => bus['Name'])).toEqual([
      'default',
      'shop',
    ]);
    expect((await ask(events, 'ListTargetsByRule', { Rule: 'orders', EventBusName: 'shop' })).Targets).toHaveLength(1);
    await expect(ask(events, 'DescribeRule', { Name: 'nope' })).rejects.toThrow('does not exist');
  });

  it('tests a pattern against an event', async () => {
    const { events } = ground();
    const test = { EventPattern: '{"source":["shop"]}', Event: '{"source":"shop"}' };
    expect(await ask(events, 'TestEventPattern', test)).toEqual({ Result: true });
  });
});
