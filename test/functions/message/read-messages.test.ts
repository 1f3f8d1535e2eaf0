import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { messageIdOf } from '#core/message';
import { fold, shoes, shopper, type Somebody } from '../world/customer.ts';
import { customerKey } from '../world/environment.ts';
import { at, cartAbandonment, hour, monday, publish, putRow, startWorld, stopWorld } from '../world/world.ts';
import { ask } from './desk.ts';

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  await publish(cartAbandonment);
});
afterAll(stopWorld);

/** Somebody who got the reminder, and not the last call: it is not wanted any more. */
const reminded = async (): Promise<Somebody> => {
  at(monday);
  const who = await shopper();
  await fold(await who.track('Product Added', shoes));
  await who.until(monday + 5 * hour);
  await fold(await who.track('Consent Changed', { channel: 'sms', topic: 'promotions', granted: false }));
  await fold(await who.track('Consent Changed', { channel: 'push', topic: 'promotions', granted: false }));
  await fold(await who.track('Consent Changed', { channel: 'email', topic: 'promotions', granted: false }));
  await who.until(monday + 30 * hour);
  return who;
};
const list = async (query: Record<string, string>) => (await ask('read-messages', { query })).body;
type Listed = { id: string; status: string; message: string; words: string[] }[];

test('an agent reads why each message was sent or not, the newest first', async () => {
  const who = await reminded();
  for (const customer of [who.id, who.user]) {
    const { messages } = (await list({ customer })) as { messages: Listed };
    expect(messages.map(({ message, status }) => [message, status])).toEqual([
      ['last-call', 'withheld'],
      ['cart-reminder', 'sent'],
    ]);
    expect(messages[0]!.words[0]).toContain('not agreed to this topic');
  }
});

test('one message says what was looked at, under which consents, what it was made of and what became of it', async () => {
  const who = await reminded();
  const [run] = await who.runs();
  const name = { customer: who.id, enrol: String(run!['enrol']), occurrence: 1 };
  const sent = await ask('read-messages', {
    id: messageIdOf({ ...name, step: 'reminder' }),
    query: { zone: 'Europe/Berlin' },
  });
  expect(sent.status).toBe(200);
  expect(sent.body).toMatchObject({
    id: messageIdOf({ ...name, step: 'reminder' }),
    status: 'sent',
    journey: 'cart-abandonment',
    version: 1,
    channel: 'email',
    topic: 'promotions',
    consentVersion: 1,
    providerId: expect.stringMatching(/^email-/),
    template: { source: expect.stringMatching(/./), reads: expect.arrayContaining(['profile.firstName']) },
    history: [
      { at: '2026-01-05T13:00:00.000Z', is: 'claimed' },
      { at: '2026-01-05T13:00:00.000Z', is: 'sent' },
    ],
  });
  const checks = sent.body['checks'] as { check: string; result: string }[];
  expect(checks.length).toBeGreaterThan(3);
  expect(checks.every(({ result }) => result === 'yes')).toBe(true);
  expect((sent.body['words'] as string[])[0]).toBe('`cart-reminder` was sent on Mon 5 Jan 2026, 14:00 by email.');

  const withheld = await ask('read-messages', { id: messageIdOf({ ...name, step: 'send-last-call' }) });
  expect(withheld.body).toMatchObject({ status: 'withheld', reason: 'no-consent', history: [{ is: 'withheld' }] });
  expect((withheld.body['checks'] as { result: string }[]).at(-1)).toMatchObject({ result: 'no' });
});

test('the list goes on from page to page, whatever is sent in between', async () => {
  const who = await shopper();
  const enrol = 'e'.repeat(26);
  const row = (n: number) => ({
    pk: `C#${who.id}`,
    sk: `SEND#${enrol}#1#s${n}`,
    status: 'SENT',
    journey: 'j',
    message: `m${n}`,
    channel: 'email',
    claimedAt: new Date(monday + Math.floor(n / 3) * hour).toISOString(),
  });
  for (let n = 0; n < 10; n++) await putRow('state', row(n));
  const all = ((await list({ customer: who.id })) as { messages: Listed }).messages.map(({ message }) => message);
  expect(all).toHaveLength(10);
  expect(all[0]).toBe('m9');
  const seen: string[] = [];
  let after: Record<string, string> = {};
  for (let page = 0; page < 10; page++) {
    const { messages, next } = (await list({ customer: who.id, limit: '4', ...after })) as {
      messages: Listed;
      next?: string;
    };
    seen.push(...messages.map(({ message }) => message));
    await putRow('state', { ...row(20 + page), claimedAt: new Date(monday + 99 * hour).toISOString() });
    if (next === undefined) break;
    after = { after: next };
  }
  expect(seen).toEqual(all);
});

test.each([
  [{}, 'Say whose messages'],
  [{ customer: '' }, 'Say whose messages'],
  [{ customer: 'ada', limit: '0' }, '`limit` is a whole number from 1 to 100.'],
  [{ customer: 'ada', limit: 'many' }, '`limit` is a whole number from 1 to 100.'],
  [{ customer: 'ada', after: '{}' }, '`after` is what an earlier answer gave as `next`.'],
  [{ customer: 'ada', zone: 'Berlin' }, '`zone` is an IANA time zone'],
  [{ customer: 'ada', since: 'monday' }, 'There is no parameter `since`'],
])('a query that cannot be read is told what is wrong with it: %o', async (query, detail) => {
  const answer = await ask('read-messages', { query: query as Record<string, string> });
  expect(answer).toMatchObject({
    status: 400,
    body: { title: 'bad-request', detail: expect.stringContaining(detail) },
  });
});

test('nobody of this name, and no message of this id, is said so', async () => {
  expect(await ask('read-messages', { query: { customer: 'nobody' } })).toMatchObject({ status: 404 });
  for (const id of [
    'x',
    '../../etc',
    `${'a'.repeat(26)}-${'b'.repeat(26)}-1-reminder`,
    `${'a'.repeat(26)}-${'b'.repeat(26)}-1-a#b`,
  ])
    expect(await ask('read-messages', { id })).toMatchObject({ status: 404, body: { title: 'unknown-message' } });
  expect(await ask('read-messages', { id: 'x', query: { customer: 'ada' } })).toMatchObject({ status: 400 });
});

test('a message outlives the version of its journey', async () => {
  const who = await shopper();
  const enrol = 'f'.repeat(26);
  const sk = `SEND#${enrol}#1#gone`;
  await putRow('state', {
    pk: `C#${who.id}`,
    sk,
    status: 'SENT',
    journey: 'gone',
    version: 9,
    message: 'm',
    channel: 'email',
    claimedAt: '2026-01-05T13:00:00.000Z',
  });
  const answer = await ask('read-messages', {
    id: messageIdOf({ customer: who.id, enrol, occurrence: 1, step: 'gone' }),
  });
  expect(answer).toMatchObject({ status: 200, body: { status: 'sent' } });
  expect(answer.body['template']).toBeUndefined();
});

test('an operator reads what webhooks are signed with, and it is not the key of the customers', async () => {
  const { status, body } = await ask('read-webhook-key');
  expect(status).toBe(200);
  expect(body).toMatchObject({ key: expect.stringMatching(/^[a-z2-7]{26}$/), header: 'segue-signature' });
  expect(JSON.stringify(body)).not.toContain(customerKey);
  expect(createHmac('sha256', customerKey).update('webhooks').digest('hex')).not.toContain(body['key']);
  expect(await ask('read-webhook-key', { claims: {} })).toMatchObject({ status: 403 });
});
