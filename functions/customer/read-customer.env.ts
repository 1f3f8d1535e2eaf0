import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const ReadCustomerEnv = z.object({
  STATE_TABLE: name,
  LOG_TABLE: name,
  KEY_SECRET_ARN: name,
  /** The channels this stage has, separated by commas. */
  CHANNELS: z.string(),
  /** The topics whose consent counts once it is confirmed, separated by commas. */
  CONFIRM: z.string(),
  SENDING: z.enum(['off', 'allow-list', 'live']),
});
