import {
  CreateArchiveCommand,
  EventBridgeClient,
  ListReplaysCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, expect, test } from 'vitest';
import { createEvents } from '../../../local/events/create-events.ts';
import { createScheduler } from '../../../local/events/schedule/create-scheduler.ts';
import { openFront, type Front } from '../../../local/front/open-front.ts';
import { makeRouter } from '../../../local/front/router.ts';
import { arnOf, outside, smallWorld } from './small-world.ts';

const open: Front[] = [];
afterEach(async () => {
  for (const front of open.splice(0)) await front.close();
});

const ground = async () => {
  const small = smallWorld([]);
  const [events, scheduler] = [createEvents(small.world), createScheduler(small.world)];
  events.start();
  scheduler.start();
  const front = await openFront({
    port: 0,
    router: makeRouter([events, scheduler]),
    clock: small.world.clock,
    callerOf: () => outside,
    note: () => undefined,
  });
  open.push(front);
  return { ...small, url: front.url };
};

test('the SDK of EventBridge puts a rule, its target and an event', async () => {
  const { url, calls, world } = await ground();
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new EventBridgeClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 });
  await client.send(new PutRuleCommand({ Name: 'mine', EventPattern: '{"source":["shop"]}' }));
  const Targets = [{ Id: 'f', Arn: arnOf('lambda', 'function:f') }];
  expect(await client.send(new PutTargetsCommand({ Rule: 'mine', Targets }))).toMatchObject({ FailedEntryCount: 0 });
  await client.send(new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'x', Detail: '{}' }] }));
  await world.clock.quiet();
  expect(calls).toMatchObject([{ service: 'lambda', operation: 'Invoke' }]);
  expect(await client.send(new ListReplaysCommand({}))).toMatchObject({ Replays: [] });
  const archive = new CreateArchiveCommand({ ArchiveName: 'a', EventSourceArn: arnOf('events', 'event-bus/nope') });
  await expect(client.send(archive)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  client.destroy();
});

test('a client of Scheduler makes, changes, reads, lists and deletes a schedule', async () => {
  const { url, calls, world } = await ground();
  const authorization =
    'AWS4-HMAC-SHA256 Credential=any/20260105/us-east-1/scheduler/aws4_request, SignedHeaders=host, Signature=0';
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return [answer.status, await answer.json()] as const;
  };
  const schedule = {
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    EndDate: world.clock.now() / 1_000 + 9_000,
    Target: { Arn: arnOf('lambda', 'function:f'), RoleArn: 'arn:aws:iam::000000000000:role/r' },
  };
  const arn = arnOf('scheduler', 'schedule/default/mine');
  expect(await ask('POST', 'schedules/mine', schedule)).toEqual([200, { ScheduleArn: arn }]);
  expect(await ask('POST', 'schedules/mine', schedule)).toMatchObject([409, { __type: 'ConflictException' }]);
  expect(await ask('PUT', 'schedules/mine', { ...schedule, Description: 'hourly' })).toEqual([
    200,
    { ScheduleArn: arn },
  ]);
  expect(await ask('GET', 'schedules/mine?groupName=default')).toMatchObject([
    200,
    { Name: 'mine', Description: 'hourly', EndDate: schedule.EndDate },
  ]);
  await world.clock.advance(9 * 3_600_000);
  expect(calls).toHaveLength(2);
  expect(await ask('GET', 'schedules?NamePrefix=m&MaxResults=5')).toMatchObject([200, { Schedules: [{ Arn: arn }] }]);
  expect(await ask('DELETE', 'schedules/mine?clientToken=x')).toEqual([200, {}]);
  expect(await ask('GET', 'schedules/mine')).toMatchObject([404, { __type: 'ResourceNotFoundException' }]);
  expect(await ask('POST', 'schedules/bad', { ...schedule, ScheduleExpression: 'cron(0 0 1 * 2 *)' })).toMatchObject([
    400,
    { __type: 'ValidationException', message: 'Invalid Schedule Expression cron(0 0 1 * 2 *).' },
  ]);
});
