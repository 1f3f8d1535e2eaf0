import { zoneOf } from '#core/profile';
import * as z from 'zod/mini';

/** Where a page ended, as callers hand it back: they have no use for what is in it. */
export const cursorOf = (id: string): string => Buffer.from(id).toString('base64url');

const Cursor = z.pipe(
  z.string().check(z.regex(/^[\w-]{1,600}$/)),
  z.transform((cursor) => Buffer.from(cursor, 'base64url').toString('utf8')),
);
const Zone = z._default(z.string().check(z.refine((zone) => zoneOf(zone) !== undefined)), 'UTC');

const One = z.strictObject({ zone: Zone });
const Many = z.strictObject({
  customer: z.string().check(z.minLength(1), z.maxLength(400)),
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(100)), 25),
  after: z.optional(Cursor),
  zone: Zone,
});

const WRONG: Readonly<Record<string, string>> = {
  customer:
    'Say whose messages: `customer` is their userId, anonymousId or our own id, as in /v1/messages?customer=ada.',
  limit: '`limit` is a whole number from 1 to 100.',
  after: '`after` is what an earlier answer gave as `next`.',
  zone: '`zone` is an IANA time zone, such as Europe/Berlin.',
};

const read = <T>(schema: z.ZodMiniType<T>, query: object, takes: string): T | string => {
  const found = schema.safeParse(query);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  if (issue?.code === 'unrecognized_keys') return `There is no parameter \`${issue.keys[0]}\`: take ${takes}.`;
  return WRONG[String(issue?.path[0] ?? '')] ?? 'The query cannot be read.';
};

/** What is asked of one message, or a sentence on what is wrong with the query. */
export const readOne = (query: object) => read(One, query, '`zone`');
/** Whose messages are asked for, and which page. */
export const readMany = (query: object) => read(Many, query, '`customer`, `limit`, `after` and `zone`');
