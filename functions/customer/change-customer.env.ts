import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const ChangeCustomerEnv = z.object({ STATE_TABLE: name, KEY_SECRET_ARN: name });
