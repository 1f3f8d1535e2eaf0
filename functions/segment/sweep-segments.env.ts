import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const SweepSegmentsEnv = z.object({
  STATE_TABLE: name,
  BUS_NAME: name,
  CLOCK_MACHINE: name,
  REFOLD_QUEUE_URL: name,
});
