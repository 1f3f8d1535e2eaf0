import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCustomer } from '#core/signal';
import { idsWith } from '../../../functions/aws/customer-id.ts';

const { idOf, addressHash } = idsWith('a key');

test('a customer id is the first 130 bits of the HMAC, in base32', () => {
  const digest = createHmac('sha256', 'a key').update('user:u1').digest();
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = Array.from(
    { length: 26 },
    (_, n) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(bits.slice(n * 5, n * 5 + 5), 2)],
  );
  expect(idOf({ user: 'u1' })).toBe(digits.join(''));
});

test('the same user has the same id, the user comes before the visitor, and another key makes another id', () => {
  expect(idOf({ user: 'u1', anonymous: 'a1' })).toBe(idOf({ user: 'u1' }));
  expect(idOf({ anonymous: 'u1' })).not.toBe(idOf({ user: 'u1' }));
  expect(idsWith('another').idOf({ user: 'u1' })).not.toBe(idOf({ user: 'u1' }));
  expect(idOf({ customer: 'abcdefghijklmnopqrstuvwxyz', user: 'u1' })).toBe('abcdefghijklmnopqrstuvwxyz');
});

test('every id has the form by which we know our own', () => {
  fc.assert(
    fc.property(fc.string(), (user) => {
      expect(isCustomer(idOf({ user }))).toBe(true);
    }),
  );
});

test('an email address is the same however its letters were typed, and is not a phone or a user', () => {
  expect(addressHash('email', 'Ada@Shop.example')).toBe(addressHash('email', 'ada@shop.example'));
  expect(addressHash('email', 'x')).not.toBe(addressHash('sms', 'x'));
  expect(addressHash('email', 'x')).not.toBe(idOf({ user: 'x' }));
});

test('a subject without an id is a mistake', () => {
  expect(() => idOf({})).toThrow('no customer');
});
