import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ground } from '../../local/ground.ts';
import { deploy, type Deployed, ownJourney } from './deploy.ts';

const mail = (id: string) => ({ id, send: { message: 'cart-reminder', channels: ['email'] } });

/** Journeys of the test's own, so that those people write may change. */
const journeys = [
  {
    name: 'reminds',
    topic: 'service',
    triggers: [{ signal: 'Came' }],
    steps: [{ wait: '4 hours' }, mail('first'), { wait: '1 day' }, mail('second')],
  },
  {
    name: 'asks',
    topic: 'service',
    triggers: [{ signal: 'Complained' }],
    steps: [{ id: 'look', task: { to: 'support', title: 'Look at it.', outcomes: ['fine'], due: '5 days' } }],
  },
  {
    name: 'slow',
    topic: 'service',
    triggers: [{ signal: 'Queued' }],
    entryRate: { most: 2, per: 'minute' },
    steps: [mail('welcome')],
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

const tell = async (event: string, userId: string): Promise<void> => {
  const details = [
    { type: 'identify', userId, traits: { email: `${userId}@example.com`, firstName: userId } },
    { type: 'track', event, userId },
  ];
  for (const detail of details) {
    const entry = { EventBusName: 'segue', Source: 'shop', DetailType: 'track', Detail: JSON.stringify(detail) };
    await ground.call('events', 'PutEvents', { Entries: [entry] });
    await advance('PT1S');
  }
};

const asked = async (journey: string, action?: string, body?: object) => {
  const { token } = await http<{ token: string }>('httpUrl', '/_local/token?role=publisher');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const path = `${ground.httpUrl}/v1/journeys/${journey}${action === undefined ? '' : `/${action}`}`;
  const answer = await fetch(path, { headers, ...(action === undefined ? {} : post(body ?? {})) });
  // Functions go on for a second with what they have read.
  if (action !== undefined && answer.ok) await new Promise((resolve) => setTimeout(resolve, 1100));
  return { code: answer.status, ...((await answer.json()) as object) };
};

/** When each message reached somebody. */
const mails = async (userId: string): Promise<readonly string[]> => {
  const all = await http<{ to: string; at: string }[]>('awsUrl', '/_local/outbox');
  return all.filter(({ to }) => to === `${userId}@example.com`).map(({ at }) => at.slice(5, 16));
};
const rows = async (prefix: string): Promise<readonly Record<string, { S?: string }>[]> => {
  const TableName = ground.stack.find('State')!.ref;
  const { Items } = (await ground.call('dynamodb', 'Scan', { TableName, ConsistentRead: true })) as {
    Items: Record<string, { S?: string }>[];
  };
  return Items.filter(({ sk }) => sk?.S?.startsWith(prefix));
};

describe('a journey of the stack', () => {
  test('is paused and resumed over HTTP: its wait takes as much longer', async () => {
    await tell('Came', 'ada');
    await advance('PT1H');
    expect(await asked('reminds', 'pause')).toMatchObject({ code: 200, status: 'paused', version: 1 });
    await tell('Came', 'ben');
    expect(await asked('reminds', 'runs', { customer: 'ben' })).toMatchObject({ code: 409, title: 'paused' });
    await advance('PT5H');
    expect(await asked('reminds')).toMatchObject({ status: 'paused', held: 1 });
    expect(await mails('ada')).toEqual([]);
    expect(await asked('reminds', 'resume', { perMinute: 10 })).toMatchObject({ code: 200, status: 'live' });
    await advance('PT3H2M');
    expect(await mails('ada')).toEqual(['01-05T18:00']);
    expect(await asked('reminds')).toMatchObject({ held: 0 });
    expect(await mails('ben')).toEqual([]);
  });

  test('lets so many enter in a minute as it says', async () => {
    for (const user of ['kim', 'lee', 'mia']) await tell('Queued', user);
    const sent = async () => (await Promise.all(['kim', 'lee', 'mia'].map(mails))).flat().length;
    await advance('PT5S');
    expect(await sent()).toBe(2);
    await advance('PT1M');
    expect(await sent()).toBe(3);
    expect(await asked('slow')).toMatchObject({ pending: 0 });
  });

  test('is stopped over HTTP: its runs are over for this reason, and nobody has to do their tasks', async () => {
    await tell('Complained', 'eve');
    const open = async () => (await rows('TASK#')).filter(({ status }) => status?.S === 'open').length;
    expect(await open()).toBe(1);
    expect(await asked('asks', 'stop')).toMatchObject({ code: 200, status: 'stopped', stop: { isOver: false } });
    await advance('PT3M');
    expect(await asked('asks')).toMatchObject({ status: 'stopped', stop: { isOver: true, stopped: 1 } });
    expect(await rows('ENROL#asks')).toMatchObject([{ endReason: { S: 'stopped' } }]);
    expect(await open()).toBe(0);
    await tell('Complained', 'eva');
    expect(await rows('ENROL#asks')).toHaveLength(1);
  });

  test('is no business of those without a token', async () => {
    expect((await fetch(`${ground.httpUrl}/v1/journeys/asks/stop`, post({}))).status).toBe(401);
  });
});
