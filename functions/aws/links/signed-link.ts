import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link is good for is part of what is signed: none may pass for another, nor for a customer id made with the same key. */
export type Purpose = 'preferences' | 'confirmation' | 'survey';

/** Of 256 bits of signature 132 are kept: enough for a link of weeks, and a text message has to hold it. */
const signatureLength = 22;

const signatureOf = (purpose: Purpose, payload: string, key: string): string =>
  createHmac('sha256', key).update(`link:${purpose}:${payload}`).digest('base64url').slice(0, signatureLength);

/** No field has a line break: whoever wrote one would write the next field. */
const separator = '\n';
const oneLine = (field: string): string => field.replaceAll(/[\r\n]+/g, ' ');

const secondsOf = (ms: number): string => Math.floor(ms / 1000).toString(36);

/** A token that holds what the link is about, when it ends (epoch ms), and our signature. */
export const signed = (
  purpose: Purpose,
  { fields, until }: { readonly fields: readonly string[]; readonly until: number },
  key: string,
): string => {
  const payload = Buffer.from([secondsOf(until), ...fields.map(oneLine)].join(separator)).toString('base64url');
  return `${payload}.${signatureOf(purpose, payload, key)}`;
};

/** What a link says, that its time is over, or nothing for a token that is not ours to the last character. */
export type Opened = { readonly fields: readonly string[] } | 'expired' | undefined;

export const opened = (purpose: Purpose, token: string, { key, now }: { key: string; now: number }): Opened => {
  const [payload, signature, ...more] = token.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  const given = Buffer.from(signature);
  const expected = Buffer.from(signatureOf(purpose, payload, key));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const [until = '', ...fields] = Buffer.from(payload, 'base64url').toString('utf8').split(separator);
  return Number.parseInt(until, 36) * 1000 < now ? 'expired' : { fields };
};

/** Who makes links, and for when. */
export type LinkMaker = { readonly publicUrl: string; readonly key: string; readonly now: number };

export const dayMs = 86_400_000;
