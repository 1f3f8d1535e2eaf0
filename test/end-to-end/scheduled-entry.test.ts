import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ground } from '../../local/ground.ts';
import { deploy, type Deployed, ownJourney } from './deploy.ts';

const unhappy = 'name: unhappy\nwhen: profile.complaint.open\n';
const journey = ownJourney({
  name: 'sorry-again',
  topic: 'service',
  triggers: [{ schedule: 'cron(0 9 ? * MON *)', zone: 'Europe/Berlin', segment: 'unhappy' }],
  reentry: { after: '1 day' },
  entryRate: { most: 2, per: 'minute' },
  steps: [{ send: { message: 'cart-reminder', channels: ['email'] } }, { end: 'told' }],
});

let deployed: Deployed;
let ground: Ground;
beforeAll(async () => {
  deployed = await deploy({
    segments: { unhappy },
    journeys: [journey],
    // A Sunday.
    start: '2026-01-04T12:00:00Z',
  });
  ({ ground } = deployed);
}, 240_000);
afterAll(() => deployed?.stop());

const local = async <T>(path: string, init: RequestInit = {}): Promise<T> =>
  (await fetch(`${ground.awsUrl}/_local/${path}`, init)).json() as Promise<T>;
const advance = (duration: string) => local('clock', { method: 'POST', body: JSON.stringify({ advance: duration }) });

const tell = async (...details: readonly object[]): Promise<void> => {
  const Entries = details.map((detail) => ({
    EventBusName: 'segue',
    Source: 'shop',
    DetailType: 'track',
    Detail: JSON.stringify(detail),
  }));
  await ground.call('events', 'PutEvents', { Entries });
  await advance('PT5S');
};
const signUp = (userId: string) =>
  tell({ type: 'identify', userId, messageId: userId, traits: { email: `${userId}@example.com`, firstName: userId } });
const complaint = (userId: string, event: string) =>
  tell({ type: 'track', userId, event, messageId: `${event} ${userId}`, properties: { case_id: userId } });

/** Who got the email, and at which minute. */
const sent = async () =>
  (await local<{ to: string; at: string }[]>('outbox')).map(({ to, at }) => ({
    who: to.split('@')[0],
    minute: at.slice(0, 16),
  }));

test('on Monday at nine in Berlin whoever is in the segment enters, as many a minute as the journey lets in', async () => {
  const members = ['ada', 'ben', 'cai', 'dov', 'eve'];
  for (const member of [...members, 'fay', 'gil']) await signUp(member);
  for (const member of [...members, 'fay']) await complaint(member, 'Complaint Filed');
  // Fay is helped on Sunday, and Gil never complained.
  await complaint('fay', 'Complaint Resolved');
  await advance('PT19H50M');
  expect(await sent()).toEqual([]);

  await advance('PT10M');
  await advance('PT10M');
  const first = await sent();
  expect(first.map(({ who }) => who).toSorted()).toEqual(members);
  const perMinute = [...Map.groupBy(first, ({ minute }) => minute)].map(([minute, all]) => [minute, all.length]);
  expect(perMinute).toEqual([
    ['2026-01-05T08:00', 2],
    ['2026-01-05T08:01', 2],
    ['2026-01-05T08:02', 1],
  ]);

  // A week later those who are still in it enter again, and nobody else.
  await complaint('ada', 'Complaint Resolved');
  await advance('P7D');
  await advance('PT10M');
  const again = (await sent()).filter(({ minute }) => minute.startsWith('2026-01-12T08:0'));
  expect(again.map(({ who }) => who).toSorted()).toEqual(['ben', 'cai', 'dov', 'eve']);
}, 240_000);
