import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  readUnsubscribeToken,
  unsubscribeHeaders,
  unsubscribeToken,
  unsubscribeUrl,
} from '../../../functions/aws/unsubscribe-link.ts';

const what = { customer: 'abcdefghijklmnopqrstuvwxyz'.slice(0, 26), channel: 'email', topic: 'promotions' } as const;
const key = 'k'.repeat(32);

test('a link says whom and what it unsubscribes, topics with dots included', () => {
  expect(readUnsubscribeToken(unsubscribeToken(what, key), key)).toEqual(what);
  const dotted = { ...what, topic: 'news.weekly' };
  expect(readUnsubscribeToken(unsubscribeToken(dotted, key), key)).toEqual(dotted);
});

test('no address, no name and nothing a mail client would break stands in it', () => {
  expect(unsubscribeToken(what, key)).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/);
});

test('a link changed in any place, or signed with another key, is not ours', () => {
  const token = unsubscribeToken(what, key);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'ABCxyz019-_.= é'), (place, letter) => {
      const changed = token.slice(0, place) + letter + token.slice(place + 1);
      fc.pre(changed !== token);
      expect(readUnsubscribeToken(changed, key)).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fc.string(), (other) => {
      expect(readUnsubscribeToken(other, key)).toBeUndefined();
    }),
  );
  expect(readUnsubscribeToken(token, `${key}x`)).toBeUndefined();
  expect(readUnsubscribeToken(`${token}.x`, key)).toBeUndefined();
});

test('the headers are those of RFC 8058: one https address, and the post field', () => {
  const url = unsubscribeUrl('https://api.shop.example', what, key);
  expect(unsubscribeHeaders(url)).toEqual({
    'List-Unsubscribe': expect.stringMatching(/^<https:\/\/api\.shop\.example\/v1\/unsubscribe\/[\w.-]+>$/),
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  });
});
