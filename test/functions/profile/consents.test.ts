import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseEvent } from '#core/signal';
import { consentStatus } from '#core/profile';
import { consentChain } from '../../../functions/aws/consent-chain.ts';
import { idsWith } from '../../../functions/aws/customer-id.ts';
import { readGate } from '../../../functions/aws/gate-store.ts';
import { hashWith } from '../../../functions/aws/keyed-hash.ts';
import { suppressionStore } from '../../../functions/aws/suppression-store.ts';
import { fold, refold, shopper, somebody, type Somebody } from '../world/customer.ts';
import { customerKey, tables } from '../world/environment.ts';
import { at, bus, deleteRows, hour, monday, outbox, putRow, rowsOf, startWorld, stopWorld } from '../world/world.ts';

beforeAll(startWorld);
afterAll(stopWorld);
beforeEach(() => void at(monday));
afterEach(() => {
  bus.length = 0;
  outbox.length = 0;
});

const chain = consentChain(tables.state, hashWith(customerKey));
const { addressHash } = idsWith(customerKey);
const suppressed = async (channel: 'email' | 'sms', address: string) =>
  (await rowsOf(`ADDR#${addressHash(channel, address)}`)).get('SUPPRESSED');
const changed = (who: Somebody, properties: object, time = Date.now()) =>
  who.track('Consent Changed', { channel: 'email', topic: 'promotions', source: 'till', ...properties }, { time });

describe('the ledger of consents', () => {
  test('has a row for each answer, in the order we heard of them, and is whole', async () => {
    const who = somebody();
    await fold(await who.identify({ consent: { email: true, sms: false } }));
    at(monday + hour);
    await fold(await changed(who, { granted: true, wording: 'v7' }), await who.track('Order Completed'));
    await fold(await changed(who, { granted: false }));
    const { links, check, isSealed } = await chain.read(who.id);
    expect(check).toEqual({ whole: true, links: 3 });
    expect(isSealed).toBe(true);
    expect(links.map(({ number, source, said }) => [number, source, said.map(({ granted }) => granted)])).toEqual([
      [1, 'identify', [true, false]],
      [2, 'till', [true]],
      [3, 'till', [false]],
    ]);
    expect(links[1]).toMatchObject({ wording: 'v7', messageId: expect.any(String), at: '2026-01-05T10:00:00.000Z' });
  });

  test('late, repeated and folded anew it has every answer once, and is whole', async () => {
    const who = somebody();
    const first = await changed(who, { granted: true }, monday);
    const second = await changed(who, { granted: false }, monday + 1);
    const third = await changed(who, { granted: true }, monday + 2);
    await fold(third);
    await fold(first, second);
    await fold(first, second, third);
    await fold(third, third);
    await refold(JSON.stringify({ customer: who.id, messageIds: [first.signal.messageId, third.signal.messageId] }));
    const { links, check } = await chain.read(who.id);
    expect(check).toEqual({ whole: true, links: 3 });
    expect(new Set(links.map(({ messageId }) => messageId)).size).toBe(3);
  });

  test('two who write at once leave one chain', async () => {
    const who = somebody();
    const record = (n: number) => ({
      messageId: `m${n}`,
      at: '2026-01-05T09:00:00.000Z',
      receivedAt: '2026-01-05T09:00:00.000Z',
      said: [{ channel: 'email' as const, topic: '*', granted: true }],
      source: 'till',
      evidence: {},
    });
    await Promise.all([0, 1, 2, 3].map((n) => chain.append(who.id, [record(n), record(n + 1), record(n + 2)])));
    const { links, check } = await chain.read(who.id);
    expect(check).toEqual({ whole: true, links: 6 });
    expect(links.map(({ messageId }) => messageId).toSorted()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
  });

  test('somebody who writes the table shows: a changed row, a lost one, a cut end, a forged head', async () => {
    const who = somebody();
    for (const granted of [true, false, true]) await fold(await changed(who, { granted }));
    const rows = await rowsOf(`C#${who.id}`);
    const link = (n: number) => rows.get(`CONSENT#0000000${n}`)!;
    const head = rows.get('CONSENTS')!;
    const found = async () => {
      const { check, isSealed } = await chain.read(who.id);
      return { ...check, isSealed };
    };
    await putRow('state', { ...link(2), record: String(link(2)['record']).replace('false', 'true') });
    expect(await found()).toMatchObject({ whole: false, at: 2, because: 'link-changed' });
    await putRow('state', link(2));
    await deleteRows('state', [{ pk: `C#${who.id}`, sk: 'CONSENT#00000001' }]);
    expect(await found()).toMatchObject({ whole: false, at: 1, because: 'link-missing' });
    await putRow('state', link(1));
    await deleteRows('state', [{ pk: `C#${who.id}`, sk: 'CONSENT#00000003' }]);
    expect(await found()).toMatchObject({ whole: false, at: 3, because: 'end-missing' });
    await putRow('state', { ...head, links: 2, hash: link(2)['hash'] });
    expect(await found()).toMatchObject({ whole: true, isSealed: false });
    await deleteRows('state', [{ pk: `C#${who.id}`, sk: 'CONSENTS' }]);
    expect(await found()).toMatchObject({ whole: false, because: 'end-missing' });
    // What is said afterwards is kept all the same, and heals nothing.
    await fold(await changed(who, { granted: false }));
    expect(await found()).toMatchObject({ whole: false });
    expect((await chain.read(who.id)).links.length).toBeGreaterThan(2);
  });

  test('a customer without consents has an empty chain that is whole', async () => {
    expect(await chain.read(somebody().id)).toEqual({ links: [], check: { whole: true, links: 0 } });
  });
});

describe('an address nobody writes to any more', () => {
  const report = async (who: Somebody, event: string, properties: object) => {
    const envelope = {
      source: 'segue.journey',
      'detail-type': 'track',
      detail: { type: 'track', event, messageId: `${event}-${who.id}`, context: { customer: who.id }, properties },
    };
    const { signal } = parseEvent(envelope, Date.now());
    await fold(await who.stored(signal!, Date.now()));
  };

  test.each([
    ['Email Bounced', { address: 'gone@customer.example', bounceType: 'Permanent' }, 'email', 'bounced'],
    ['SMS Failed', { address: '+447700900321', permanent: 'unreachable' }, 'sms', 'unreachable'],
    ['SMS Failed', { address: '+447700900322', permanent: 'opted-out' }, 'sms', 'opted-out'],
  ] as const)('%s %j suppresses it, whoever has it', async (event, properties, channel, reason) => {
    await report(await shopper(), event, properties);
    expect(await suppressed(channel, properties.address)).toMatchObject({ reason });
  });

  test('one that is only full, off or blocked once stays', async () => {
    await report(await shopper(), 'Email Bounced', { address: 'full@customer.example', bounceType: 'Transient' });
    await report(await shopper(), 'SMS Failed', { address: '+447700900323', status: 'TEXT_UNREACHABLE' });
    expect(await suppressed('email', 'full@customer.example')).toBeUndefined();
    expect(await suppressed('sms', '+447700900323')).toBeUndefined();
  });

  test('a START lifts what a STOP said before it, in whatever order they come, and nothing else', async () => {
    const store = suppressionStore(tables.state);
    const [early, late] = ['2026-01-05T09:00:00.000Z', '2026-01-05T10:00:00.000Z'];
    const after = async (hash: string) => (await rowsOf(`ADDR#${hash}`)).get('SUPPRESSED')?.['reason'];
    await store.put('one', 'opted-out', early);
    await store.lift('one', late);
    await store.lift('two', late);
    await store.put('two', 'opted-out', early);
    await store.lift('three', early);
    await store.put('three', 'opted-out', late);
    await store.put('four', 'bounced', early);
    await store.put('four', 'opted-out', early);
    await store.lift('four', late);
    await store.put('five', 'opted-out', early);
    await store.put('five', 'opted-out', late);
    await store.put('five', 'opted-out', early);
    await store.lift('five', early);
    expect(await Promise.all(['one', 'two', 'three', 'four', 'five'].map(after))).toEqual([
      undefined,
      undefined,
      'opted-out',
      'bounced',
      'opted-out',
    ]);
  });
});

describe('an answer by text message', () => {
  const told = () => bus.map(({ Source, Detail }) => ({ Source, ...JSON.parse(Detail) }));

  test('STOP suppresses the number, and is said of whoever texted and of everybody who has it', async () => {
    const phone = '+447700900777';
    const [ada, ben] = [await shopper({ phone }), await shopper({ phone })];
    const who = somebody();
    await fold(await who.track('SMS Received', { text: 'Please stop texting me', from: phone, channel: 'sms' }));
    expect(await suppressed('sms', phone)).toMatchObject({ reason: 'opted-out' });
    const said = told();
    expect(said.map(({ context }) => context.customer).toSorted()).toEqual([ada.id, ben.id, who.id].toSorted());
    expect(said[0]).toMatchObject({
      Source: 'segue.preferences',
      event: 'Consent Changed',
      properties: {
        channel: 'sms',
        topic: '*',
        granted: false,
        source: 'inbound-sms',
        evidence: { text_hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), answer: expect.any(String) },
      },
    });
    expect(JSON.stringify(said)).not.toContain('texting');
  });

  test('the same answer again says nothing new: its ids are the same', async () => {
    const who = somebody();
    const row = await who.track('SMS Received', { text: 'STOP', from: '+447700900778', channel: 'sms' });
    await fold(row);
    const first = told();
    await fold(row);
    expect(new Set(told().map(({ messageId }) => messageId))).toEqual(new Set(first.map(({ messageId }) => messageId)));
  });

  const sms = { channel: 'sms', from: '+447700900779', to: '+447700900001' } as const;
  const text = (who: Somebody, words: string) => who.track('SMS Received', { text: words, ...sms });
  /** What was said on the bus becomes signals, as in the stack. */
  const heard = async (who: Somebody) => {
    const said = told();
    bus.length = 0;
    for (const { properties, timestamp } of said)
      await fold(await who.track('Consent Changed', properties, { time: Date.parse(timestamp) }));
    return said.map(({ properties: { topic, granted, confirmed, expiresAt } }) => ({
      topic,
      granted,
      ...(confirmed && { confirmed }),
      ...(expiresAt && { expiresAt }),
    }));
  };
  const statusOf = async (who: Somebody, topic: string) => {
    const { consents } = readGate((await rowsOf(`C#${who.id}`)).get('GATE'));
    return consentStatus(consents, 'sms', topic, { now: Date.now() });
  };

  test('START takes it back: what was granted before is granted again, with the answer as evidence', async () => {
    const who = somebody();
    await fold(await changed(who, { channel: 'sms', topic: 'promotions', granted: true, confirmed: true }));
    await fold(await changed(who, { channel: 'sms', topic: 'newsletter', granted: false }));
    await fold(await changed(who, { channel: 'sms', topic: 'tips', granted: true, expiresAt: '2026-01-05T09:30:00Z' }));
    at(monday + hour);
    await fold(await text(who, 'Stop'));
    expect(await suppressed('sms', sms.from)).toMatchObject({ reason: 'opted-out', to: sms.to });
    expect(await heard(who)).toEqual([{ topic: '*', granted: false }]);
    expect(await statusOf(who, 'promotions')).toBe('refused');
    at(monday + 2 * hour);
    await fold(await text(who, 'START'));
    expect(await suppressed('sms', sms.from)).toBeUndefined();
    expect(await heard(who)).toEqual([{ topic: 'promotions', granted: true, confirmed: true }]);
    expect(await Promise.all(['promotions', 'newsletter', 'tips', 'other'].map((each) => statusOf(who, each)))).toEqual(
      ['granted', 'refused', 'refused', 'refused'],
    );
    const { links, check } = await chain.read(who.id);
    expect(check.whole).toBe(true);
    expect(links.at(-1)).toMatchObject({
      source: 'inbound-sms',
      evidence: { answer: expect.any(String), text_hash: expect.stringMatching(/^sha256:/) },
    });
  });

  test('START gives no consent that was never given, or was refused elsewhere since', async () => {
    const [never, since] = [somebody(), somebody()];
    await fold(await text(never, 'STOP'));
    await heard(never);
    at(monday + hour);
    await fold(await text(never, 'START'));
    expect(await heard(never)).toEqual([]);
    expect(await statusOf(never, 'promotions')).toBe('refused');
    await fold(await since.identify({ consent: { sms: true } }));
    await fold(await changed(since, { channel: 'sms', topic: '*', granted: false, source: 'preference-page' }));
    at(monday + 2 * hour);
    await fold(await text(since, 'START'));
    expect(await heard(since)).toEqual([]);
  });

  test('a channel that was granted as a whole is so again, and STOP and START may follow each other', async () => {
    const who = somebody();
    await fold(await who.identify({ consent: { sms: true } }));
    for (let round = 1; round <= 2; round++) {
      at(monday + 2 * round * hour);
      await fold(await text(who, 'please stop'));
      await heard(who);
      expect(await statusOf(who, 'promotions')).toBe('refused');
      at(monday + (2 * round + 1) * hour);
      await fold(await text(who, 'UNSTOP'));
      expect(await heard(who)).toEqual([{ topic: '*', granted: true }]);
      expect(await statusOf(who, 'promotions')).toBe('granted');
    }
  });

  test('HELP, thanks and a question change nothing', async () => {
    const who = somebody();
    for (const text of ['HELP', 'Thanks!', 'when does the bus stop?', "don't stop, I love it"])
      await fold(await who.track('SMS Received', { text, from: '+447700900780', channel: 'sms' }));
    expect(told()).toEqual([]);
    expect(await suppressed('sms', '+447700900780')).toBeUndefined();
  });

  test('an email that says so ends email, without its address being suppressed', async () => {
    const who = await shopper();
    const from = `${who.user}@customer.example`;
    await fold(await who.track('Email Replied', { text: 'Take me off your list please', from }));
    expect(told()).toMatchObject([
      { context: { customer: who.id }, properties: { channel: 'email', source: 'email-reply' } },
    ]);
    expect(await suppressed('email', from)).toBeUndefined();
  });
});
