import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const AnnounceEnv = z.object({
  STATE_TABLE: name,
  BUS_NAME: name,
  /** Where claims are put that a run has left behind. */
  CLAIMS_QUEUE_URL: name,
  /** `off`: only what journeys and agents themselves wait for. */
  ANNOUNCE: z.enum(['on', 'off']),
});
