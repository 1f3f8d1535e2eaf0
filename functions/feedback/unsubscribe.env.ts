import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const UnsubscribeEnv = z.object({
  BUS_NAME: name,
  KEY_SECRET_ARN: name,
  STATE_TABLE: name,
  BRAND_NAME: z._default(z.string(), ''),
});
