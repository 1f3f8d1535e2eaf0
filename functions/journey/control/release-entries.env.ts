import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const ReleaseEntriesEnv = z.object({
  STATE_TABLE: name,
  /** Where it asks for its next call. */
  ENTRIES_QUEUE_URL: name,
});
