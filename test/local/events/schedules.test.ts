import { describe, expect, it } from 'vitest';
import { createEvents } from '../../../local/events/create-events.ts';
import { createScheduler } from '../../../local/events/schedule/create-scheduler.ts';
import { scheduleExpression } from '../../../local/events/schedule/schedule-expression.ts';
import { arnOf, MONDAY, resource, smallWorld } from './small-world.ts';

const occurrences = (expression: string, zone = 'UTC', count = 3): readonly string[] => {
  const next = scheduleExpression(expression, zone, MONDAY);
  const found: string[] = [];
  for (let at = next(MONDAY); at !== undefined && found.length < count; at = next(at))
    found.push(new Date(at).toISOString());
  return found;
};

describe('a schedule expression', () => {
  it.each([
    ['rate(5 minutes)', 'UTC', ['2026-01-05T09:05:00.000Z', '2026-01-05T09:10:00.000Z', '2026-01-05T09:15:00.000Z']],
    [
      'cron(0 9 ? * MON-FRI *)',
      'Europe/Zurich',
      ['2026-01-06T08:00:00.000Z', '2026-01-07T08:00:00.000Z', '2026-01-08T08:00:00.000Z'],
    ],
    [
      'cron(0/20 12 1 JAN,jul ? *)',
      'UTC',
      ['2026-07-01T12:00:00.000Z', '2026-07-01T12:20:00.000Z', '2026-07-01T12:40:00.000Z'],
    ],
    ['cron(0 0 29 2 ? *)', 'UTC', ['2028-02-29T00:00:00.000Z', '2032-02-29T00:00:00.000Z', '2036-02-29T00:00:00.000Z']],
    ['cron(0 0 1 3 ? 2027)', 'UTC', ['2027-03-01T00:00:00.000Z']],
    [
      'cron(0 0 L * ? 2026)',
      'UTC',
      ['2026-01-31T00:00:00.000Z', '2026-02-28T00:00:00.000Z', '2026-03-31T00:00:00.000Z'],
    ],
    [
      'cron(0 8 15W * ? *)',
      'UTC',
      ['2026-01-15T08:00:00.000Z', '2026-02-16T08:00:00.000Z', '2026-03-16T08:00:00.000Z'],
    ],
    ['cron(0 8 LW * ? *)', 'UTC', ['2026-01-30T08:00:00.000Z', '2026-02-27T08:00:00.000Z', '2026-03-31T08:00:00.000Z']],
    [
      'cron(0 8 ? * 2#1 *)',
      'UTC',
      ['2026-02-02T08:00:00.000Z', '2026-03-02T08:00:00.000Z', '2026-04-06T08:00:00.000Z'],
    ],
    ['cron(0 8 ? * 6L *)', 'UTC', ['2026-01-30T08:00:00.000Z', '2026-02-27T08:00:00.000Z', '2026-03-27T08:00:00.000Z']],
    ['cron(0 8 ? * L *)', 'UTC', ['2026-01-10T08:00:00.000Z', '2026-01-17T08:00:00.000Z', '2026-01-24T08:00:00.000Z']],
    ['at(2026-02-01T10:00:00)', 'America/New_York', ['2026-02-01T15:00:00.000Z']],
    ['at(2025-02-01T10:00:00)', 'UTC', []],
  ])('%s in %s fires when AWS fires', (...[expression, zone, expected]) => {
    expect(occurrences(expression, zone)).toEqual(expected);
  });

  it('skips a time that the change to summer time skips, and fires once at one that comes twice', () => {
    expect(occurrences('cron(30 2 29,30 3 ? 2026)', 'Europe/Zurich')).toEqual(['2026-03-30T00:30:00.000Z']);
    expect(occurrences('cron(30 2 25 10 ? 2026)', 'Europe/Zurich')).toEqual(['2026-10-25T00:30:00.000Z']);
  });

  it.each([
    'cron(0 0 * * * *)',
    'cron(0 0 ? * ? *)',
    'cron(0 0 1 * 2 *)',
    'cron(0 0 ? * 2#1,3#1 *)',
    'cron(0 24 * * ? *)',
    'cron(60 0 * * ? *)',
    'cron(0 0 32 * ? *)',
    'cron(0 0 * 13 ? *)',
    'cron(0 0 ? * 8 *)',
    'cron(0 0 * * ? 2200)',
    'cron(0 0 L/2 * ? *)',
    'rate(0 minutes)',
    'every day',
    'cron(0 9 * *)',
  ])('%s is refused by name', (expression) => {
    expect(() => scheduleExpression(expression, 'UTC', MONDAY)).toThrow('Schedule');
  });
});

describe('a scheduled rule', () => {
  it('delivers a Scheduled Event to its targets on the clock of the world', async () => {
    const arn = arnOf('events', 'rule/hourly');
    const { world, calls } = smallWorld([
      resource('AWS::Events::Rule', arn, {
        ScheduleExpression: 'rate(1 hour)',
        Targets: [{ Id: 'f', Arn: arnOf('lambda', 'function:tidy') }],
      }),
    ]);
    createEvents(world).start();
    await world.clock.advance(2 * 3_600_000);
    expect(calls.map(({ input }) => input['Payload'])).toMatchObject([
      { 'detail-type': 'Scheduled Event', source: 'aws.events', time: '2026-01-05T10:00:00Z', resources: [arn] },
      { time: '2026-01-05T11:00:00Z' },
    ]);
  });
});

describe('a schedule of EventBridge Scheduler', () => {
  it('calls its target with its role and its input', async () => {
    const RoleArn = 'arn:aws:iam::000000000000:role/scheduler';
    const { world, calls } = smallWorld([
      resource('AWS::Scheduler::Schedule', arnOf('scheduler', 'schedule/default/daily'), {
        ScheduleExpression: 'cron(0 11 * * ? *)',
        ScheduleExpressionTimezone: 'Europe/Zurich',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: arnOf('lambda', 'function:daily'), RoleArn, Input: '{"at":"<aws.scheduler.scheduled-time>"}' },
      }),
      resource('AWS::Scheduler::Schedule', arnOf('scheduler', 'schedule/default/api'), {
        ScheduleExpression: 'rate(1 day)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: 'arn:aws:scheduler:::aws-sdk:dynamodb:putItem', RoleArn, Input: '{"TableName":"t"}' },
      }),
    ]);
    createScheduler(world).start();
    await world.clock.advance(86_400_000);
    expect(calls).toMatchObject([
      { service: 'lambda', operation: 'Invoke', caller: RoleArn, input: { Payload: { at: '2026-01-05T10:00:00Z' } } },
      { service: 'dynamodb', operation: 'PutItem', input: { TableName: 't' }, caller: RoleArn },
    ]);
  });
});
