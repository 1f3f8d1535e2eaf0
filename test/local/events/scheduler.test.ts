import { describe, expect, it } from 'vitest';
import { createScheduler } from '../../../local/events/schedule/create-scheduler.ts';
import { windowOffset } from '../../../local/events/schedule/schedule-courier.ts';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import { AwsError, type JsonObject } from '../../../local/world.ts';
import { arnOf, ask, askAs, MONDAY, resource, smallWorld } from './small-world.ts';

const HOUR = 3_600_000;
const Target = {
  Arn: arnOf('lambda', 'function:remind'),
  RoleArn: 'arn:aws:iam::000000000000:role/scheduler',
  Input: '{"at":"<aws.scheduler.scheduled-time>"}',
};
const hourly = {
  Name: 'hourly',
  ScheduleExpression: 'rate(1 hour)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target,
} satisfies JsonObject;
const ARN = arnOf('scheduler', 'schedule/default/hourly');

const ground = (journal = memoryJournal(), resources: Parameters<typeof smallWorld>[0] = []) => {
  const small = smallWorld(resources, journal);
  const scheduler = small.add(createScheduler(small.world));
  scheduler.start();
  const times = () => small.calls.map(({ input }) => (input['Payload'] as JsonObject)['at']);
  return { ...small, scheduler, times };
};

describe('a schedule made while the ground runs', () => {
  it('calls its target, still after a crash, until it is deleted', async () => {
    const journal = memoryJournal();
    const first = ground(journal);
    expect(await ask(first.scheduler, 'CreateSchedule', hourly)).toEqual({ ScheduleArn: ARN });
    await first.world.clock.advance(HOUR);
    expect(first.times()).toEqual(['2026-01-05T10:00:00Z']);

    const second = ground(journal);
    await second.world.clock.advance(HOUR);
    expect(second.times()).toEqual(['2026-01-05T10:00:00Z']);
    await ask(second.scheduler, 'DeleteSchedule', { Name: 'hourly' });
    await second.world.clock.advance(HOUR);
    expect(second.times()).toHaveLength(1);
    await expect(ask(ground(journal).scheduler, 'GetSchedule', { Name: 'hourly' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
  });

  it('is made once for one client token, and not twice under one name', async () => {
    const { scheduler } = ground();
    const tokened = { ...hourly, ClientToken: 'one' };
    await ask(scheduler, 'CreateSchedule', tokened);
    expect(await ask(scheduler, 'CreateSchedule', tokened)).toEqual({ ScheduleArn: ARN });
    for (const ClientToken of ['two', undefined]) {
      const again = { ...hourly, ...(ClientToken !== undefined && { ClientToken }) };
      await expect(ask(scheduler, 'CreateSchedule', again)).rejects.toMatchObject({
        code: 'ConflictException',
        status: 409,
      });
    }
  });

  it('is changed as a whole, and described', async () => {
    const { scheduler, world, times } = ground();
    await ask(scheduler, 'CreateSchedule', { ...hourly, Description: 'often' });
    await world.clock.advance(HOUR);
    await ask(scheduler, 'UpdateSchedule', { ...hourly, ScheduleExpression: 'rate(5 hours)' });
    await world.clock.advance(5 * HOUR);
    expect(times()).toEqual(['2026-01-05T10:00:00Z', '2026-01-05T15:00:00Z']);
    const described = await ask(scheduler, 'GetSchedule', { Name: 'hourly' });
    expect(described).toMatchObject({
      Arn: ARN,
      GroupName: 'default',
      ScheduleExpression: 'rate(5 hours)',
      State: 'ENABLED',
      Target,
      CreationDate: MONDAY / 1_000,
      LastModificationDate: (MONDAY + HOUR) / 1_000,
    });
    expect(described).not.toHaveProperty('Description');
    await expect(ask(scheduler, 'UpdateSchedule', { ...hourly, Name: 'nope' })).rejects.toThrow('does not exist');
  });

  it('of one time fires once and deletes itself when told to', async () => {
    const journal = memoryJournal();
    const { scheduler, world, times } = ground(journal);
    const once = {
      ...hourly,
      ScheduleExpression: 'at(2026-01-05T12:00:00)',
      ScheduleExpressionTimezone: 'Europe/Zurich',
    };
    await ask(scheduler, 'CreateSchedule', once);
    await ask(scheduler, 'CreateSchedule', { ...once, Name: 'gone', ActionAfterCompletion: 'DELETE' });
    await world.clock.advance(10 * HOUR);
    expect(times()).toEqual(['2026-01-05T11:00:00Z', '2026-01-05T11:00:00Z']);
    const { Schedules } = await ask(scheduler, 'ListSchedules', {});
    expect(Schedules.map(({ Name }: { Name: string }) => Name)).toEqual(['hourly']);
    const again = ground(journal);
    await again.world.clock.advance(10 * HOUR);
    expect(again.times()).toEqual([]);
  });

  it('deletes itself after the last occurrence before its end, and its failed call is still tried again', async () => {
    const { scheduler, world, times, failing } = ground();
    const bounded = {
      ...hourly,
      StartDate: (MONDAY + 3 * HOUR) / 1_000,
      EndDate: (MONDAY + 5 * HOUR) / 1_000,
      ActionAfterCompletion: 'DELETE',
    };
    await ask(scheduler, 'CreateSchedule', bounded);
    await world.clock.advance(4.5 * HOUR);
    expect(times()).toEqual(['2026-01-05T12:00:00Z', '2026-01-05T13:00:00Z']);
    failing.set('lambda Invoke', new AwsError('ServiceException', 'down', { status: 500 }));
    await world.clock.advance(0.5 * HOUR);
    expect((await ask(scheduler, 'ListSchedules', {})).Schedules).toEqual([]);
    failing.clear();
    await world.clock.advance(HOUR);
    expect(times().slice(1)).toEqual(['2026-01-05T13:00:00Z', '2026-01-05T14:00:00Z']);
  });

  it('with a flexible window fires somewhere in it, at the same moment every time it is rehearsed', async () => {
    const flexible = { ...hourly, FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 } };
    const moments: number[] = [];
    for (const { scheduler, world, calls } of [ground(), ground()]) {
      await ask(scheduler, 'CreateSchedule', flexible);
      const offset = windowOffset(ARN, MONDAY + HOUR, 30);
      await world.clock.advance(HOUR + offset - 1);
      expect(calls).toHaveLength(0);
      await world.clock.advance(1);
      expect(calls).toHaveLength(1);
      moments.push(world.clock.now());
    }
    expect(moments[0]).toBe(moments[1]);
    const offsets = Array.from({ length: 200 }, (_, n) => windowOffset(ARN, MONDAY + n * HOUR, 30));
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...offsets)).toBeLessThan(30 * 60_000);
    expect(new Set(offsets).size).toBeGreaterThan(150);
  });

  it('tells its target how often it was tried, and its dead-letter queue why it gave up', async () => {
    const DEAD = arnOf('sqs', 'dead');
    const { scheduler, world, calls, failing } = ground();
    const given = {
      ...Target,
      Input: '{"try":"<aws.scheduler.attempt-number>","from":"<aws.scheduler.schedule-arn>"}',
      RetryPolicy: { MaximumRetryAttempts: 1 },
      DeadLetterConfig: { Arn: DEAD },
    };
    failing.set('lambda Invoke', new AwsError('ServiceException', 'down', { status: 500 }));
    await ask(scheduler, 'CreateSchedule', { ...hourly, ScheduleExpression: 'at(2026-01-05T10:00:00)', Target: given });
    await world.clock.advance(2 * HOUR);
    const [letter] = calls;
    expect(letter).toMatchObject({ service: 'sqs', operation: 'SendMessage', caller: Target.RoleArn });
    expect(JSON.parse(String(letter?.input['MessageBody']))).toMatchObject({ from: ARN });
    expect(letter?.input['MessageAttributes']).toMatchObject({
      ERROR_CODE: { StringValue: 'ERROR_FROM_TARGET' },
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RETRY_ATTEMPTS: { StringValue: '1' },
      SCHEDULED_TIME: { StringValue: '2026-01-05T10:00:00Z' },
      SCHEDULE_ARN: { StringValue: ARN },
      TARGET_ARN: { StringValue: Target.Arn },
      IS_PAYLOAD_TRUNCATED: { StringValue: 'false' },
    });
  });

  it.each([
    ['both days set', { ScheduleExpression: 'cron(0 0 1 * 2 *)' }, 'Invalid Schedule Expression cron(0 0 1 * 2 *).'],
    ['a time that is none', { ScheduleExpression: 'at(tomorrow)' }, 'Invalid Schedule Expression at(tomorrow).'],
    ['an unknown zone', { ScheduleExpressionTimezone: 'Mars/Base' }, 'Invalid Schedule Expression Timezone Mars/Base.'],
    ['a window without a length', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'MaximumWindowInMinutes'],
    ['a window over a day', { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1_441 } }, '1440'],
    ['an end before its start', { StartDate: 200, EndDate: 100 }, 'The EndDate you specify must come after'],
    ['a name with a space', { Name: 'a b' }, 'Name'],
    ['a field that is none', { Colour: 'red' }, 'Colour'],
  ])('with %s is refused', async (...[, change, message]) => {
    const { scheduler } = ground();
    const refused = ask(scheduler, 'CreateSchedule', { ...hourly, ...change });
    await expect(refused).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(refused).rejects.toThrow(message);
  });

  it('needs leave to be made, and to pass its role', async () => {
    const { scheduler, world, denied } = ground();
    const asRole = askAs(world.as('a-role'));
    denied.add(`scheduler:CreateSchedule ${ARN}`);
    await expect(asRole(scheduler, 'CreateSchedule', hourly)).rejects.toThrow('scheduler:CreateSchedule');
    denied.add(`iam:PassRole ${Target.RoleArn}`);
    await expect(asRole(scheduler, 'CreateSchedule', hourly)).rejects.toThrow('iam:PassRole');
  });
});

describe('a schedule group', () => {
  it('holds schedules and takes them with it', async () => {
    const { scheduler, world, calls } = ground();
    const inGroup = { ...hourly, GroupName: 'campaign' };
    await expect(ask(scheduler, 'CreateSchedule', inGroup)).rejects.toThrow('Schedule group campaign does not exist.');
    await ask(scheduler, 'CreateScheduleGroup', { Name: 'campaign' });
    await ask(scheduler, 'CreateSchedule', inGroup);
    await ask(scheduler, 'CreateSchedule', { ...hourly, Target: { ...Target, Input: '{}' }, State: 'DISABLED' });
    expect((await ask(scheduler, 'ListSchedules', { ScheduleGroup: 'campaign' })).Schedules).toMatchObject([
      { Arn: arnOf('scheduler', 'schedule/campaign/hourly') },
    ]);
    expect(await ask(scheduler, 'GetSchedule', { Name: 'hourly', groupName: 'campaign' })).toMatchObject({
      GroupName: 'campaign',
    });
    await ask(scheduler, 'DeleteScheduleGroup', { Name: 'campaign' });
    await world.clock.advance(2 * HOUR);
    expect(calls).toEqual([]);
    expect((await ask(scheduler, 'ListScheduleGroups', {})).ScheduleGroups).toMatchObject([{ Name: 'default' }]);
  });

  it('of the template is there, and so are its schedules, page by page', async () => {
    const { scheduler } = ground(memoryJournal(), [
      resource('AWS::Scheduler::ScheduleGroup', arnOf('scheduler', 'schedule-group/campaign'), { Name: 'campaign' }),
      resource('AWS::Scheduler::Schedule', arnOf('scheduler', 'schedule/campaign/daily'), {
        ...hourly,
        Name: 'daily',
        GroupName: 'campaign',
      }),
    ]);
    await ask(scheduler, 'CreateSchedule', hourly);
    const first = await ask(scheduler, 'ListSchedules', { MaxResults: 1 });
    const second = await ask(scheduler, 'ListSchedules', { MaxResults: 1, NextToken: first.NextToken });
    expect([...first.Schedules, ...second.Schedules].map(({ Name }) => Name)).toEqual(['daily', 'hourly']);
    expect(second).not.toHaveProperty('NextToken');
  });
});
