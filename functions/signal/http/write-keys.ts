import { createHash, timingSafeEqual } from 'node:crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { secrets } from '../../aws/clients.ts';

/** A key that was replaced works this much longer, in milliseconds. */
const REMEMBERED = 5 * 60_000;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The keys producers may write with: a secret with one key, or several with spaces between them while one replaces another.
 * @returns a function that says whether a key is one of them, in the same time for every wrong key
 */
export const writeKeys = (secretArn: string) => {
  let known: { readonly until: number; readonly keys: Promise<readonly Buffer[]> } | undefined;
  const read = async (): Promise<readonly Buffer[]> => {
    const { SecretString = '' } = await secrets().send(new GetSecretValueCommand({ SecretId: secretArn }));
    const keys = SecretString.split(/\s+/).filter((key) => key !== '');
    if (keys.length === 0) throw new Error('The secret with the write keys is empty.');
    return keys.map(digest);
  };
  const keysAt = (now: number): Promise<readonly Buffer[]> => {
    if (known !== undefined && now < known.until) return known.keys;
    const keys = read();
    known = { until: now + REMEMBERED, keys };
    keys.catch(() => (known = undefined));
    return keys;
  };
  return async (key: string, now: number): Promise<boolean> => {
    const given = digest(key);
    return (await keysAt(now)).filter((known) => timingSafeEqual(known, given)).length > 0;
  };
};
