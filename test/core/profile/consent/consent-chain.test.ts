import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chainStart,
  type ChainHead,
  type ConsentLink,
  consentRecord,
  type ConsentRecord,
  linkAfter,
  sha256,
  verifyChain,
} from '#core/profile';
import type { JsonObject, Signal } from '#core/signal';

const ada = 'a'.repeat(26);

const record = (n: number): ConsentRecord => ({
  messageId: `m${n}`,
  at: `2026-01-05T09:00:0${n % 10}.000Z`,
  receivedAt: `2026-01-05T09:00:1${n % 10}.000Z`,
  said: [{ channel: 'email', topic: 'promotions', granted: n % 2 === 0 }],
  source: 'preference-page',
  wording: 'v1',
  evidence: { form: 'checkout', url: 'https://shop.example/checkout' },
});

const chainOf = (length: number, customer = ada) => {
  let head: ChainHead = { count: 0, hash: chainStart(customer) };
  const links: ConsentLink[] = [];
  for (let n = 0; n < length; n++) {
    const link = linkAfter(head, record(n));
    links.push(link);
    head = { count: link.number, hash: link.hash };
  }
  return { links, head };
};

test('the hash is SHA-256, of whatever length and letters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }),
  );
  for (const length of [0, 55, 56, 63, 64, 65, 119, 120])
    expect(sha256('a'.repeat(length))).toBe(createHash('sha256').update('a'.repeat(length)).digest('hex'));
});

describe('a chain of consents', () => {
  test('is whole as it was written', () => {
    for (const length of [0, 1, 2, 9]) {
      const { links, head } = chainOf(length);
      expect(verifyChain(ada, links, length === 0 ? undefined : head)).toEqual({ whole: true, links: length });
    }
  });

  const { links, head } = chainOf(5);
  const changed = (at: number, change: Partial<ConsentLink>): readonly ConsentLink[] =>
    links.map((link, index) => (index === at ? { ...link, ...change } : link));

  test.each<[string, Partial<ConsentLink>]>([
    ['what was said', { said: [{ channel: 'email', topic: 'promotions', granted: true }] }],
    ['a topic', { said: [{ channel: 'email', topic: '*', granted: false }] }],
    ['a confirmation', { said: [{ channel: 'email', topic: 'promotions', granted: false, confirmed: true }] }],
    [
      'an expiry',
      { said: [{ channel: 'email', topic: 'promotions', granted: false, expiresAt: '2027-01-01T00:00:00.000Z' }] },
    ],
    ['where', { source: 'till' }],
    ['when', { at: '2025-01-05T09:00:01.000Z' }],
    ['when we were told', { receivedAt: '2025-01-05T09:00:01.000Z' }],
    ['in which words', { wording: 'v2' }],
    ['the evidence', { evidence: { form: 'checkout' } }],
    ['the signal', { messageId: 'other' }],
    ['the hash', { hash: sha256('x') }],
    ['the hash of the link before', { previous: sha256('x') }],
  ])('shows where %s was changed', (_, change) => {
    expect(verifyChain(ada, changed(3, change), head)).toEqual({ whole: false, at: 4, because: 'link-changed' });
  });

  test('shows a changed link also when its hash was made anew: the next one no longer fits', () => {
    const forged = linkAfter({ count: 2, hash: links[1]!.hash }, { ...record(2), source: 'forged' });
    const after = links.map((link, index) => (index === 2 ? forged : link));
    expect(verifyChain(ada, after, head)).toMatchObject({ whole: false, at: 4 });
  });

  test('shows a link that was taken out, wherever it was', () => {
    for (let n = 0; n < links.length; n++)
      expect(verifyChain(ada, links.toSpliced(n, 1), head)).toEqual({
        whole: false,
        at: n + 1,
        because: n === 4 ? 'end-missing' : 'link-missing',
      });
  });

  test('shows a head that says another length', () => {
    expect(verifyChain(ada, links, { ...head, count: 4 })).toMatchObject({ whole: false, because: 'end-missing' });
  });

  test('shows links that changed places, whether or not their numbers did', () => {
    const swapped = [links[1]!, links[0]!, ...links.slice(2)];
    expect(verifyChain(ada, swapped, head)).toEqual({ whole: false, at: 1, because: 'out-of-order' });
    const renumbered = swapped.map((link, index) => ({ ...link, number: index + 1 }));
    expect(verifyChain(ada, renumbered, head)).toEqual({ whole: false, at: 1, because: 'link-changed' });
  });

  test('shows that it is somebody else’s', () => {
    expect(verifyChain('b'.repeat(26), links, head)).toMatchObject({ whole: false, at: 1 });
  });

  test('shows any single change of any text in it', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 4 }),
        fc.constantFrom('messageId', 'source', 'wording', 'at', 'receivedAt'),
        fc.string(),
        (n, field, text) => {
          fc.pre(links[n]![field as 'source'] !== text);
          expect(verifyChain(ada, changed(n, { [field]: text }), head).whole).toBe(false);
        },
      ),
    );
  });
});

describe('what a signal leaves in the ledger', () => {
  const now = Date.parse('2026-01-05T09:00:01Z');
  const signal = (fields: Partial<Signal>): Signal => ({
    messageId: 'm',
    type: 'track',
    event: 'Consent Changed',
    timestamp: '2026-01-05T09:00:00.000Z',
    subject: { user: 'ada' },
    properties: {},
    traits: {},
    context: {},
    ...fields,
  });
  const changed = (properties: JsonObject, context: JsonObject = {}) => signal({ properties, context });
  const identified = (consent: JsonObject, timestamp = '2026-01-05T09:00:00.000Z') =>
    signal({ type: 'identify', event: 'Identified', traits: { consent }, timestamp });

  test('channel, topic, source, words, expiry, time and evidence', () => {
    const said = changed(
      {
        channel: 'sms',
        topic: 'promotions',
        granted: true,
        source: 'checkout',
        wording: '2026-01',
        expiresAt: '2027-01-05T00:00:00Z',
        evidence: { form: 'checkout', ip_hash: 'abc', ip: '203.0.113.7', nested: { no: 1 }, long: 'x'.repeat(900) },
      },
      { page: { url: 'https://shop.example/checkout' } },
    );
    expect(consentRecord(said, now, {})).toEqual({
      messageId: 'm',
      at: '2026-01-05T09:00:00.000Z',
      receivedAt: '2026-01-05T09:00:01.000Z',
      said: [{ channel: 'sms', topic: 'promotions', granted: true, expiresAt: '2027-01-05T00:00:00.000Z' }],
      source: 'checkout',
      wording: '2026-01',
      evidence: { form: 'checkout', ip_hash: 'abc', long: 'x'.repeat(500), url: 'https://shop.example/checkout' },
    });
  });

  test('an identify that says nothing new leaves nothing, one that says something else or earlier does', () => {
    const before = { email: { '*': { granted: true, at: '2026-01-04T09:00:00.000Z', id: 'a' } } };
    expect(consentRecord(identified({ email: true }), now, before)).toBeUndefined();
    expect(consentRecord(identified({ email: false }), now, before)).toMatchObject({ source: 'identify' });
    expect(consentRecord(identified({ email: true }, '2026-01-01T09:00:00.000Z'), now, before)).toBeDefined();
    expect(consentRecord(identified({ sms: true }), now, before)).toBeDefined();
  });

  test('what says nothing of consent leaves nothing', () => {
    expect(consentRecord(signal({ event: 'Order Completed' }), now, {})).toBeUndefined();
    expect(consentRecord(changed({ channel: 'fax', granted: true }), now, {})).toBeUndefined();
  });
});
