import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { findFlaw, isObject } from '#core/signal';

const longestBody = 16_384;

const Change = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('claim') }),
  z.strictObject({ action: z.literal('release') }),
  z.strictObject({
    action: z.literal('answer'),
    outcome: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
    response: z.optional(z.json()),
    note: z.optional(z.string().check(z.maxLength(2000))),
  }),
]);
/** What somebody wants to do to a task. */
export type Change = z.infer<typeof Change>;

const expected =
  'Send {"action": "claim"}, {"action": "release"} or {"action": "answer", "outcome": "…", "response": …, "note": "…"}.';

/** The change a request asks for, or a sentence on what is wrong with it. */
export const readChange = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Change | string => {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(text) > longestBody) return 'The body is over 16 KB.';
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return `The body is not JSON. ${expected}`;
  }
  // A response becomes part of a signal, and what no signal may hold is told here.
  const flaw = isObject(raw) ? findFlaw(raw) : undefined;
  if (flaw !== undefined) return `${flaw.message} (${flaw.path.replace('detail.', '')})`;
  const change = Change.safeParse(raw);
  if (change.success) return change.data;
  const field = change.error.issues[0]?.path.join('.') || 'the body';
  return `\`${field}\` is missing, unknown or of the wrong kind. ${expected}`;
};
