import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const FillSegmentsEnv = z.object({
  STATE_TABLE: name,
  BUS_NAME: name,
  CLOCK_MACHINE: z._default(z.string(), ''),
  REFOLD_QUEUE_URL: name,
  FILL_QUEUE_URL: name,
});
