import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const RefoldProfileEnv = z.object({
  LOG_TABLE: name,
  STATE_TABLE: name,
  REFOLD_QUEUE_URL: name,
  KEY_SECRET_ARN: name,
});
