import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { Announce } from '../../../infra/announce.ts';
import { bundleFunctions } from '../../../infra/parts/bundle-functions.ts';
import { segueTable } from '../../../infra/parts/segue-table.ts';
import { readStage } from '../../../infra/stage.ts';
import { compilePattern } from '../../../local/events/pattern/compile-pattern.ts';
import { run, send, task, why, written } from '../../functions/announce/records.ts';
import { fixtures, grantsOf, only, scratch, type Synthesized } from '../synthesized.ts';

const synthesize = (announce: 'on' | 'off'): Pick<Synthesized, 'template'> => {
  const app = new App({ outdir: scratch() });
  const stack = new Stack(app, 'Test');
  const stage = readStage(() => undefined);
  const state = segueTable(stack, 'State', { stage, expiresBy: 'ttl' });
  const bus = new EventBus(stack, 'Bus', { eventBusName: 'segue' });
  const claims = new Queue(stack, 'Claims', { enforceSSL: true });
  Validations.of(claims).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is the test’s own.' });
  Validations.of(claims).acknowledge({ id: 'Serverless-SQSRedrivePolicy', reason: 'It is the test’s own.' });
  const bundle = bundleFunctions(fixtures.functions, fixtures.dist);
  expect(new Announce(stack, 'News', { stage, bundle, state, bus, claims, announce })).toBeDefined();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { template: Template.fromStack(stack).toJSON() as Synthesized['template'] };
};

const stacks = { on: synthesize('on'), off: synthesize('off') };
const mapping = (mode: 'on' | 'off') => only(stacks[mode], 'AWS::Lambda::EventSourceMapping').Properties;
const patternsOf = (mode: 'on' | 'off'): string[] =>
  mapping(mode)['FilterCriteria'].Filters.map(({ Pattern }: { Pattern: string }) => Pattern);
/** Whether a write invokes the function. */
const invokes = (mode: 'on' | 'off') => {
  const matchers = patternsOf(mode).map((pattern) => compilePattern(pattern));
  return (record: DynamoDBRecord): boolean => matchers.some((matches) => matches(JSON.parse(JSON.stringify(record))));
};

const open = run();
const ended = run({ endedAt: 1, endReason: 'completed' });
const exited = run({ exitedAt: 1, exitReason: 'Order Completed' });
const reached = (goal: number, from = open) => ({ ...from, goals: { [goal]: { at: 1, event: 'x', value: null } } });
const waits = { ...open, step: 'response', token: 't', deadline: 5 };

const told = { told: true };
const news: Record<string, { record: DynamoDBRecord; off?: true }> = {
  'a run begins': { record: written(undefined, open) },
  'a run ends': { record: written(open, ended), off: true },
  'a run is left': { record: written(open, exited), off: true },
  'the customer enters again': { record: written(exited, run({ occurrence: 2 })) },
  'the first goal is reached': { record: written(open, reached(0)) },
  'the sixteenth goal is reached': { record: written(open, reached(15)) },
  'a message is sent': { record: written(send('CLAIMED'), send('SENT')) },
  'a message is withheld': { record: written(undefined, why()) },
  'a run others wait for ends': { record: written(run(told), run({ ...told, endedAt: 1 })), off: true },
  'a run others wait for is left': { record: written(run(told), run({ ...told, exitedAt: 1 })), off: true },
  'a child only counts': { record: written(undefined, run({ ...told, endedAt: 1 })), off: true },
  'a task is asked': { record: written(undefined, task('open')), off: true },
  'a task is answered': { record: written(task('claimed'), task('answered')), off: true },
};
const silence: Record<string, DynamoDBRecord> = {
  'a wait begins': written(open, waits),
  'a wait begins anew': written(waits, { ...waits, deadline: 6 }),
  'a run with a goal goes on': written(reached(3), reached(3, waits)),
  'a run others wait for goes on': written(run(told), run({ ...told, step: 'x' })),
  'a message is claimed': written(undefined, send('CLAIMED')),
  'a message failed': written(send('CLAIMED'), send('FAILED')),
  'what was sent is written again': written(send('SENT'), send('SENT', { detail: 'd' })),
  'a claim is given back': written(send('CLAIMED'), undefined),
  'a task is claimed': written(task('open'), task('claimed')),
  'a task is closed': written(task('open'), task('closed')),
  'a profile changes': written({ sk: 'PROFILE', body: 'a' }, { sk: 'PROFILE', body: 'b' }),
  'a customer is new': written(undefined, { sk: 'PROFILE', body: 'a' }),
  'a gate changes': written({ sk: 'GATE', version: 1 }, { sk: 'GATE', version: 2 }),
  'a row has run out': written(ended, undefined),
};

describe('the function is invoked', () => {
  it.each(Object.entries(news))('when %s', (_, { record, off = false }) => {
    expect([invokes('on')(record), invokes('off')(record)]).toEqual([true, off]);
  });

  it.each(Object.entries(silence))('not when %s', (_, record) => {
    expect([invokes('on')(record), invokes('off')(record)]).toEqual([false, false]);
  });

  it('by as many patterns as every account allows, none too long', () => {
    for (const mode of ['on', 'off'] as const) {
      expect(patternsOf(mode).length).toBeLessThanOrEqual(5);
      expect(Math.max(...patternsOf(mode).map(({ length }) => length))).toBeLessThan(4096);
    }
  });

  it('with the row before and the row after each write', () => {
    expect(only(stacks.on, 'AWS::DynamoDB::Table').Properties['StreamSpecification']).toEqual({
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    });
  });

  it('until it succeeds ten times later at most, and what fails then is kept', () => {
    expect(mapping('on')).toMatchObject({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      ParallelizationFactor: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FailedNews', 'Arn'] } } },
    });
  });
});

it('may say things on one bus, close tasks and ask for a look at claims, and nothing else', () => {
  expect(grantsOf(stacks.on, 'Announce').filter((grant) => !/^(logs|xray):/.test(grant))).toEqual([
    ...['DeleteItem', 'DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams', 'Query'].map(
      (operation) => `dynamodb:${operation} on <State.${/Stream|Shard|Records/.test(operation) ? 'StreamArn' : 'Arn'}>`,
    ),
    'dynamodb:UpdateItem on <State.Arn>',
    expect.stringMatching(/^events:PutEvents on <Bus\w*\.Arn>$/),
    's3:ListBucket on <FailedNews.Arn>',
    's3:PutObject on <FailedNews.Arn>/aws/lambda/*',
    expect.stringMatching(/^sqs:SendMessage on <Claims\w*\.Arn>$/),
  ]);
});
