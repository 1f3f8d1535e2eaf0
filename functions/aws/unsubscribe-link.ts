import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Channel, isChannel } from '#core/profile';

/** What one link ends: this topic on this channel for this customer (our opaque id). */
export type Unsubscription = { readonly customer: string; readonly channel: Channel; readonly topic: string };

/** The purpose is part of what is signed: the same key makes customer ids, and neither may pass for the other. */
const signatureOf = (payload: string, key: string): string =>
  createHmac('sha256', key).update(`unsubscribe:${payload}`).digest('base64url');

/** Signed and without expiry: a link in an old email still has to work. */
export const unsubscribeToken = ({ customer, channel, topic }: Unsubscription, key: string): string => {
  const payload = Buffer.from(`v1.${customer}.${channel}.${topic}`).toString('base64url');
  return `${payload}.${signatureOf(payload, key)}`;
};

const readPayload = (payload: string): Unsubscription | undefined => {
  const [version, customer, channel, ...topic] = Buffer.from(payload, 'base64url').toString('utf8').split('.');
  if (version !== 'v1' || customer === undefined || !isChannel(channel) || topic.length === 0) return undefined;
  return { customer, channel, topic: topic.join('.') };
};

/** What a token ends, or nothing for a token that is not ours to the last character. */
export const readUnsubscribeToken = (token: string, key: string): Unsubscription | undefined => {
  const [payload, signature, ...more] = token.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  const given = Buffer.from(signature);
  const expected = Buffer.from(signatureOf(payload, key));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return readPayload(payload);
};

/** @param publicUrl where the HTTP API answers, without a slash at the end. */
export const unsubscribeUrl = (publicUrl: string, unsubscription: Unsubscription, key: string): string =>
  `${publicUrl}/v1/unsubscribe/${unsubscribeToken(unsubscription, key)}`;

/**
 * The headers that put a button into the inbox.
 * @see https://www.rfc-editor.org/rfc/rfc8058#section-3.1
 */
export const unsubscribeHeaders = (url: string): { readonly [name: string]: string } => ({
  'List-Unsubscribe': `<${url}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});
