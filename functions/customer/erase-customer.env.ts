import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const EraseCustomerEnv = z.object({ STATE_TABLE: name, KEY_SECRET_ARN: name, ERASURE_QUEUE_URL: name });
