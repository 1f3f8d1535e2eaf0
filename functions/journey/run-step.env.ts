import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

/** An empty sender, origination or application means that the channel is not configured in this stage. */
export const RunStepEnv = z.object({
  STATE_TABLE: name,
  KEY_SECRET_ARN: name,
  STAGE: name,
  /** Where runs say what they say. */
  BUS_NAME: name,
  SENDING: z.enum(['off', 'allow-list', 'live']),
  /** Addresses that may be reached while `SENDING` is `allow-list`, separated by commas. */
  ALLOW_LIST: z.string(),
  EMAIL_FROM: z.string(),
  CONFIGURATION_SET: z.string(),
  SMS_ORIGINATION: z.string(),
  /** Of End User Messaging; empty: none. */
  SMS_CONFIGURATION_SET: z._default(z.string(), ''),
  SMS_PROTECT_CONFIGURATION: z._default(z.string(), ''),
  /** US dollars a part, `0.10`; empty: no limit. */
  SMS_MAX_PRICE: z._default(z.string(), ''),
  PUSH_APPLICATION: z.string(),
  /** Where the HTTP API answers, without a slash at the end. */
  PUBLIC_URL: name,
  BRAND_NAME: name,
  BRAND_URL: z.string(),
  BRAND_ADDRESS: z.string(),
});
