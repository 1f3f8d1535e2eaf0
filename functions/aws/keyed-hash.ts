import { createHmac } from 'node:crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { secrets } from './clients.ts';

/** 26 characters of base32 are 130 bits: no two customers meet, and nobody without the key can find out whom a hash is of. */
const length = 26;
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** @see https://www.rfc-editor.org/rfc/rfc4648#section-6 without padding, in lower case */
const base32 = (bytes: Uint8Array): string => {
  let [digits, bits, held] = ['', 0, 0];
  for (const byte of bytes) {
    held = ((held & 31) << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) digits += alphabet.charAt((held >>> (bits - 5)) & 31);
  }
  return digits.slice(0, length);
};

/** A hash with the stack's own key: opaque ids that may stand in logs, execution names and inputs. */
export type KeyedHash = (text: string) => string;

const keys = new Map<string, Promise<string>>();

const readKey = async (secretArn: string): Promise<string> => {
  const { SecretString } = await secrets().send(new GetSecretValueCommand({ SecretId: secretArn }));
  if (SecretString === undefined || SecretString === '') throw new Error('The customer key is empty.');
  return SecretString;
};

/** The stack's key, read once per function instance. */
export const customerKey = (secretArn: string): Promise<string> => {
  const key = keys.get(secretArn) ?? readKey(secretArn);
  keys.set(secretArn, key);
  key.catch(() => keys.delete(secretArn));
  return key;
};

export const hashWith =
  (key: string): KeyedHash =>
  (text) =>
    base32(createHmac('sha256', key).update(text).digest());

export const keyedHash = async (secretArn: string): Promise<KeyedHash> => hashWith(await customerKey(secretArn));
