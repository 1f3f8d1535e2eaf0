import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const ImportCustomersEnv = z.object({
  LOG_TABLE: name,
  STATE_TABLE: name,
  REFOLD_QUEUE_URL: name,
  KEY_SECRET_ARN: name,
  BUS_NAME: name,
  /** The state machine that waits for the minutes at which segments are looked at again; empty: nobody waits. */
  CLOCK_MACHINE: z._default(z.string(), ''),
});
