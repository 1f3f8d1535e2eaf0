import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEvent } from '#core/signal';
import type { Ground } from '../../local/ground.ts';
import { deploy, type Deployed, ownJourney } from './deploy.ts';

const segments = {
  lapsed: 'name: lapsed\nwhen:\n  - profile.orders.count > 0\n  - since: profile.orders.lastAt\n    over: 3 days\n',
  unhappy: 'name: unhappy\nwhen: profile.complaint.open\n',
};

const journeys = [
  {
    name: 'we-miss-you',
    topic: 'service',
    triggers: [{ segment: 'lapsed', on: 'entered' }],
    exit: [{ on: 'Order Completed' }],
    steps: [{ send: { message: 'cart-reminder', channels: ['email'] } }, { end: 'told' }],
  },
  {
    name: 'all-well-again',
    topic: 'service',
    triggers: [{ segment: 'unhappy', on: 'left' }],
    steps: [{ send: { message: 'cart-reminder', channels: ['email'] } }, { end: 'told' }],
  },
] as const;

let deployed: Deployed;
let ground: Ground;
beforeAll(async () => {
  deployed = await deploy({ segments, journeys: journeys.map(ownJourney) });
  ({ ground } = deployed);
}, 90_000);
afterAll(() => deployed?.stop());

const http = async <T>(base: 'awsUrl' | 'httpUrl', path: string, init: RequestInit = {}): Promise<T> =>
  (await fetch(`${ground[base]}${path}`, init)).json() as Promise<T>;
const advance = (duration: string) =>
  http('awsUrl', '/_local/clock', { method: 'POST', body: JSON.stringify({ advance: duration }) });

const tell = async (...details: readonly object[]): Promise<void> => {
  for (const detail of details) {
    const entry = { EventBusName: 'segue', Source: 'shop', DetailType: 'track', Detail: JSON.stringify(detail) };
    await ground.call('events', 'PutEvents', { Entries: [entry] });
    await advance('PT5S');
  }
};
const known = (userId: string) => ({
  type: 'identify',
  userId,
  traits: { email: `${userId}@example.com`, firstName: userId },
});
const tracked = (userId: string, event: string, properties: object = {}) => ({
  type: 'track',
  userId,
  event,
  properties,
});

const sentTo = async (userId: string): Promise<readonly string[]> =>
  (await http<{ to: string; at: string }[]>('awsUrl', '/_local/outbox'))
    .filter(({ to }) => to === `${userId}@example.com`)
    .map(({ at }) => at);

type View = { name: string; size: number; members: string[]; segments: View[]; added: number; errors: object[] };
const api = async (path: string, { role = 'publisher', ...init }: RequestInit & { role?: string } = {}) => {
  const { token } = await http<{ token: string }>('httpUrl', `/_local/token?role=${role}`);
  const headers = { authorization: `Bearer ${token}` };
  return http<View>('httpUrl', `/v1/segments${path}`, { headers, ...init });
};

/** The bus must know us for what we say of segments: see `isBelieved` in `parse-event.ts`. */
const isBelieved =
  parseEvent(
    {
      source: 'segue.profile',
      'detail-type': 'track',
      detail: { type: 'track', event: 'Segment Entered', context: { customer: 'a'.repeat(26) } },
    },
    0,
  ).signal !== undefined;

describe('a segment', () => {
  test('takes a customer in when they belong, and lets them go when they do not', async () => {
    await tell(known('ada'), tracked('ada', 'Complaint Filed', { case_id: '1' }));
    expect(await api('/unhappy')).toMatchObject({ name: 'unhappy', kind: 'rule', size: 1 });
    const [ada = ''] = (await api('/unhappy/members')).members;
    expect(ada).toMatch(/^[a-z2-7]{26}$/);
    await tell(tracked('ada', 'Complaint Resolved', { case_id: '1' }));
    expect(await api('/unhappy')).toMatchObject({ size: 0 });
    expect(await api('/unhappy/members')).toEqual({ members: [] });
  });

  test.runIf(isBelieved)('lets a journey begin for whoever leaves it', async () => {
    await advance('PT10S');
    expect(await sentTo('ada')).toHaveLength(1);
  });

  test('takes a customer in in the very minute when time alone does it, and a journey begins', async () => {
    await tell(known('ben'), tracked('ben', 'Order Completed', { revenue: 20 }));
    const { now } = await http<{ now: string }>('awsUrl', '/_local/clock');
    await tell(known('kim'), tracked('kim', 'Order Completed', { revenue: 20 }));
    await advance('P2D');
    await tell(tracked('kim', 'Order Completed', { revenue: 20 }));
    expect(await api('/lapsed')).toMatchObject({ size: 0 });
    await advance('P1D');
    await advance('PT2M');
    expect(await api('/lapsed')).toMatchObject({ size: 1 });
    expect(await sentTo('kim')).toEqual([]);
    if (!isBelieved) return;
    const [at = ''] = await sentTo('ben');
    const due = Date.parse(now) + 3 * 86_400_000;
    expect(Date.parse(at)).toBeGreaterThanOrEqual(due - 5000);
    expect(Date.parse(at)).toBeLessThan(due + 120_000);
  }, 60_000);

  test('that is a list is uploaded by those who may publish, and by nobody else', async () => {
    const body = 'userId\nada\nnobody\n';
    const init = { method: 'POST', body };
    expect(await api('/press/members', { ...init, role: 'agent' })).toEqual({ message: 'Forbidden' });
    expect(await api('/press/members', init)).toMatchObject({ added: 1, errors: [{ row: 3, field: 'userId' }] });
    const { segments: all } = await api('');
    expect(all.map(({ name, size }) => [name, size])).toEqual([
      ['lapsed', 1],
      ['unhappy', 0],
      ['press', 1],
    ]);
  });
});

test('nothing runs any more for a minute that is over, and what waits does for one to come', async () => {
  const running = (await http<{ status: string; machine: string }[]>('awsUrl', '/_local/executions')).filter(
    ({ status }) => status === 'RUNNING',
  );
  // Kim bought again: somebody looks at her once more.
  expect(running.map(({ machine }) => machine)).toEqual([expect.stringContaining('segment-clock')]);
});
