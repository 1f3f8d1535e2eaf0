import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../../local/ground.ts';
import { deploy, type Deployed, ownJourney } from './deploy.ts';

/** Journeys of the test's own, so that those people write may change. */
const journeys = [
  {
    name: 'remedy',
    topic: 'service',
    triggers: [{ signal: 'Complaint Received', key: 'properties.order_id' }],
    exit: [{ on: 'Complaint Withdrawn', same: ['order_id'] }],
    steps: [
      {
        id: 'approval',
        task: {
          to: 'support',
          title: 'Approve a replacement.',
          shows: { order: { from: 'entry.properties.order_id' }, name: { from: 'profile.firstName' } },
          outcomes: ['approve', 'decline'],
          due: '2 days',
        },
        then: {
          approve: [{ id: 'yes', send: { message: 'cart-reminder', channels: ['email'] } }],
          decline: [{ end: 'declined' }],
          timeout: [{ end: 'nobody-answered' }],
        },
      },
      { end: 'told' },
    ],
  },
  {
    name: 'asks-remedy',
    topic: 'service',
    triggers: [{ signal: 'Survey Answered', key: 'properties.order_id' }],
    exit: [{ on: 'Survey Withdrawn', same: ['order_id'] }],
    steps: [
      {
        id: 'child',
        start: {
          journey: 'child',
          properties: { order_id: { from: 'entry.properties.order_id' } },
          wait: true,
          within: '10 days',
        },
        then: { ended: [{ id: 'after', send: { message: 'cart-reminder', channels: ['email'] } }] },
      },
      { end: 'heard-of-its-child' },
    ],
  },
  {
    name: 'child',
    topic: 'service',
    triggers: [{ journey: 'asks-remedy', key: 'properties.order_id' }],
    steps: [
      { id: 'check', task: { to: 'quality', title: 'Look at it.', outcomes: ['fine'], due: '5 days' } },
      { end: 'looked-at' },
    ],
  },
] as const;

let deployed: Deployed;
let ground: Ground;
beforeAll(async () => {
  deployed = await deploy({ journeys: journeys.map(ownJourney) });
  ({ ground } = deployed);
}, 90_000);
afterAll(() => deployed?.stop());

const http = async <T>(base: 'awsUrl' | 'httpUrl', path: string, init: RequestInit = {}): Promise<T> =>
  (await fetch(`${ground[base]}${path}`, init)).json() as Promise<T>;
const post = (body: object): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });
const advance = (duration: string) => http('awsUrl', '/_local/clock', post({ advance: duration }));

const tell = async (event: string, userId: string, order: string): Promise<void> => {
  const details = [
    { type: 'identify', userId, traits: { email: `${userId}@example.com`, firstName: userId } },
    { type: 'track', event, userId, properties: { order_id: order } },
  ];
  for (const detail of details) {
    const entry = { EventBusName: 'segue', Source: 'shop', DetailType: 'track', Detail: JSON.stringify(detail) };
    await ground.call('events', 'PutEvents', { Entries: [entry] });
    await advance('PT5S');
  }
};

type Listed = { tasks: { task: string; status: string; title: string; shows: object; claimedBy?: string }[] };
const asRole = async (role: string) => {
  const { token } = await http<{ token: string }>('httpUrl', `/_local/token?role=${role}`);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    list: (to: string) => http<Listed>('httpUrl', `/v1/tasks?to=${to}`, { headers }),
    change: async (task: string, body: object) => {
      const path = `${ground.httpUrl}/v1/tasks/${encodeURIComponent(task)}`;
      const answer = await fetch(path, { ...post(body), headers });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
  };
};

const stateOf = (): string => ground.stack.find('State')!.ref;
const run = async (journey: string, customer: string): Promise<Record<string, { S?: string; N?: string }>> => {
  const { Items } = (await ground.call('dynamodb', 'Scan', { TableName: stateOf(), ConsistentRead: true })) as {
    Items: Record<string, { S?: string; N?: string }>[];
  };
  return Items.find(
    ({ sk, entry, key }) => sk?.S?.startsWith(`ENROL#${journey}#`) && (key?.S === customer || entry?.S === customer),
  )!;
};
const sentTo = async (userId: string) =>
  (await http<{ to: string }[]>('awsUrl', '/_local/outbox')).filter(({ to }) => to === `${userId}@example.com`).length;
const executions = async () => http<{ status: string; machine: string }[]>('awsUrl', '/_local/executions');

describe('a task of a journey', () => {
  test('is listed for its queue, claimed and answered, and the journey goes on as the answer says', async () => {
    await tell('Complaint Received', 'ada', 'o-1');
    const agent = await asRole('agent');
    const [task, ...more] = (await agent.list('support')).tasks;
    expect(more).toEqual([]);
    expect(task).toMatchObject({
      status: 'open',
      title: 'Approve a replacement.',
      shows: { order: 'o-1', name: 'ada' },
      dueAt: expect.stringMatching(/^2026-01-07T/),
    });
    expect(await agent.change(task!.task, { action: 'claim' })).toMatchObject({
      status: 200,
      body: { claimedBy: 'local-agent' },
    });
    expect(await sentTo('ada')).toBe(0);
    expect(await agent.change(task!.task, { action: 'answer', outcome: 'approve' })).toMatchObject({ status: 200 });
    await advance('PT10S');
    expect(await sentTo('ada')).toBe(1);
    expect(await run('remedy', 'o-1')).toMatchObject({ endReason: { S: 'told' } });
    expect((await agent.list('support')).tasks).toEqual([]);
  });

  test('is closed when its customer leaves, and an answer then comes too late', async () => {
    await tell('Complaint Received', 'ben', 'o-2');
    const agent = await asRole('agent');
    const [task] = (await agent.list('support')).tasks;
    await tell('Complaint Withdrawn', 'ben', 'o-2');
    await advance('PT10S');
    expect((await agent.list('support')).tasks).toEqual([]);
    expect(await agent.change(task!.task, { action: 'answer', outcome: 'approve' })).toMatchObject({
      status: 409,
      body: { title: 'closed', detail: expect.stringContaining('Complaint Withdrawn') },
    });
    expect(await sentTo('ben')).toBe(0);
  });

  test('is closed when nobody answered in time', async () => {
    await tell('Complaint Received', 'eve', 'o-3');
    const agent = await asRole('agent');
    expect((await agent.list('support')).tasks).toHaveLength(1);
    await advance('P2DT1M');
    expect(await run('remedy', 'o-3')).toMatchObject({ endReason: { S: 'nobody-answered' } });
    // The token of two days ago is no good any more.
    expect((await (await asRole('agent')).list('support')).tasks).toEqual([]);
  });

  test('is no business of those who may only publish', async () => {
    const publisher = await asRole('publisher');
    expect(await publisher.list('support')).toEqual({ message: 'Forbidden' });
  });
});

describe('a journey that another began', () => {
  test('tells it that it is over: the other goes on', async () => {
    await tell('Survey Answered', 'kim', 's-1');
    await advance('PT10S');
    const agent = await asRole('agent');
    const [task] = (await agent.list('quality')).tasks;
    await agent.change(task!.task, { action: 'answer', outcome: 'fine' });
    await advance('PT20S');
    expect(await run('child', 's-1')).toMatchObject({ endReason: { S: 'looked-at' } });
    expect(await run('asks-remedy', 's-1')).toMatchObject({ endReason: { S: 'heard-of-its-child' } });
    expect(await sentTo('kim')).toBe(1);
  });

  test('ends with it, and its tasks are closed', async () => {
    await tell('Survey Answered', 'lee', 's-2');
    await advance('PT10S');
    const agent = await asRole('agent');
    expect((await agent.list('quality')).tasks).toHaveLength(1);
    await tell('Survey Withdrawn', 'lee', 's-2');
    await advance('PT20S');
    expect(await run('child', 's-2')).toMatchObject({ exitReason: { S: 'parent-ended' } });
    expect((await agent.list('quality')).tasks).toEqual([]);
    expect((await executions()).filter(({ status }) => status === 'RUNNING')).toEqual([]);
  });
});

test('what Segue says on the bus is refused by nobody: none of it is a signal that is none', async () => {
  const { Attributes } = (await ground.call('sqs', 'GetQueueAttributes', {
    QueueUrl: ground.stack.find('RefusedSignals')!.ref,
    AttributeNames: ['ApproximateNumberOfMessages'],
  })) as { Attributes: Record<string, string> };
  expect(Attributes['ApproximateNumberOfMessages']).toBe('0');
});
