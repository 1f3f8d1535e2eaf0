import * as z from 'zod';

import { fitsIn, isForbidden, isObject } from './json.ts';
import type { JsonObject } from './signal.ts';
import { parseTimestamp } from './timestamp.ts';

export const CALL_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;

/** What programs send when they have no id. Believed, it would make one customer of thousands. */
const NOBODY: readonly string[] = ['', 'null', 'undefined', 'nan', 'none', 'true', 'false', '[object object]'];

/** Control characters, and what stands in for bytes that were no UTF-8: no name or id has them, and headers end at them. */
const BROKEN = /[\p{Cc}\uFFFD]/u;

/** @param max bytes of JSON between the quotes: the profile keeps many of these. */
const text = (max: number) =>
  z
    .string({ error: 'must be a string' })
    .trim()
    .min(1, { error: 'is empty' })
    .refine((value) => fitsIn(max + 2, value), { error: `is longer than ${max} bytes` })
    .refine((value) => value.isWellFormed(), { error: 'contains half a character (a lone surrogate)' })
    .refine((value) => !BROKEN.test(value), { error: 'contains a line break, a control character or broken UTF-8' });

const Identity = z
  .union([z.string(), z.int()], { error: 'must be a string or a whole number below 2^53' })
  .nullish()
  .transform((value) =>
    NOBODY.includes(
      String(value ?? '')
        .trim()
        .toLowerCase(),
    )
      ? undefined
      : String(value),
  )
  .pipe(text(256).optional());

/** An id of somebody, wherever it stands in a signal; `undefined` where it names nobody. */
export const knownId = (value: unknown): string | undefined => Identity.safeParse(value).data;

/** An empty id is as good as none. */
const MessageId = z.preprocess((value) => (value === '' || value === null ? undefined : value), text(256).optional());

const Timestamp = z
  .union([z.string(), z.number()], { error: 'is no date' })
  .nullish()
  .transform((value, context) => {
    if (value === null || value === undefined) return undefined;
    const ms = parseTimestamp(value);
    if (ms === undefined) context.addIssue({ code: 'custom', message: NO_DATE });
    return ms;
  });

const NO_DATE = 'is no date: write ISO 8601 with a zone (2026-01-05T09:00:00.000Z) or milliseconds since 1970';

const Fields = z
  .custom<JsonObject>(isObject, { error: 'must be an object' })
  .nullish()
  .transform((value) => value ?? {});

/** A Segment Spec call, whichever shape it arrived in. */
export const Call = z.object({
  type: z.enum(CALL_TYPES),
  event: text(200).refine((name) => !isForbidden(name), { error: 'must not be a name of JavaScript itself' }),
  messageId: MessageId,
  /** Milliseconds since 1970. */
  timestamp: Timestamp,
  /** When the producer sent it, by the clock `timestamp` comes from; absent where the timestamp is corrected already. */
  sentAt: Timestamp,
  userId: Identity,
  anonymousId: Identity,
  properties: Fields,
  traits: Fields,
  context: Fields,
});
export type Call = z.infer<typeof Call>;
