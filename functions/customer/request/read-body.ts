import { findFlaw, isObject } from '#core/signal';
import * as z from 'zod/mini';
import type { Event } from './caller.ts';

const longestBody = 16_384;

/** A request's body as its schema wants it, or a sentence that names the field that is wrong. */
export const readBody = <T>(
  { body = '', isBase64Encoded }: Event,
  schema: z.ZodMiniType<T>,
  example: string,
): { readonly value: T } | string => {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(text) > longestBody) return 'The body is over 16 KB.';
  let raw: unknown;
  try {
    raw = JSON.parse(text === '' ? '{}' : text);
  } catch {
    return `The body is not JSON. Send ${example}.`;
  }
  const flaw = isObject(raw) ? findFlaw(raw) : undefined;
  if (flaw !== undefined) return `${flaw.message} (${flaw.path.replace('detail.', '')})`;
  const read = schema.safeParse(raw);
  if (read.success) return { value: read.data };
  const [issue] = read.error.issues;
  const field =
    issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : '') || 'the body';
  return `\`${field}\` is missing, unknown or of the wrong kind. Send ${example}.`;
};
