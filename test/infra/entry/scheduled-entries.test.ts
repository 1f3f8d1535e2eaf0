import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtureJourneys, grantsOf, ofType, readable, scratch, synthesize } from '../synthesized.ts';

const schedules = [
  { schedule: 'cron(0 9 ? * MON *)', zone: 'Europe/Berlin', segment: 'regulars' },
  { schedule: 'at(2026-12-01T09:00:00)', segment: 'everybody' },
];
const folder = scratch();
cpSync(fixtureJourneys, folder, { recursive: true });
const file = join(folder, 'spring-sale/journey.json');
const document = JSON.parse(readFileSync(file, 'utf8'));
document.journey.triggers = schedules;
writeFileSync(file, JSON.stringify(document));
const stack = synthesize({ stage: 'local' }, { journeys: folder });

describe('a journey for which times are triggers', () => {
  const calls = ofType(stack, 'AWS::Scheduler::Schedule')
    .map(([, { Properties }]) => Properties)
    .filter(({ Target }) => readable(Target.Arn) === '<Occasions.Arn>');

  it('has a schedule for each, in its zone', () => {
    const told = calls.map(({ ScheduleExpression, ScheduleExpressionTimezone, Target }) => ({
      schedule: ScheduleExpression,
      zone: ScheduleExpressionTimezone,
      input: JSON.parse(Target.Input),
    }));
    const at = '<aws.scheduler.scheduled-time>';
    expect(told).toEqual(
      expect.arrayContaining([
        {
          schedule: 'cron(0 9 ? * MON *)',
          zone: 'Europe/Berlin',
          input: { journey: 'spring-sale', segment: 'regulars', at },
        },
        {
          schedule: 'at(2026-12-01T09:00:00)',
          zone: 'UTC',
          input: { journey: 'spring-sale', segment: 'everybody', at },
        },
      ]),
    );
    expect(told).toHaveLength(2);
  });

  it('is served by a function that reads segments and speaks in the name of journeys', () => {
    expect(grantsOf(stack, 'EnterSegment').filter((grant) => !/^(logs|xray|sqs):/.test(grant))).toEqual([
      ...['GetItem', 'PutItem', 'Query', 'UpdateItem'].map((operation) => `dynamodb:${operation} on <State.Arn>`),
      'events:PutEvents on arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/segue',
    ]);
  });

  it('asks for nothing where no journey has such a trigger', () => {
    expect(synthesize({ stage: 'local' }).template.Resources['EnterSegment']).toBeUndefined();
  });
});
