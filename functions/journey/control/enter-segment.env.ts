import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const EnterSegmentEnv = z.object({
  STATE_TABLE: name,
  BUS_NAME: name,
  /** The queue schedules speak to, and where it asks to go on. */
  OCCASIONS_QUEUE_URL: name,
});
