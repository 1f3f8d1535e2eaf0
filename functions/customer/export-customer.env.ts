import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const ExportCustomerEnv = z.object({ STATE_TABLE: name, LOG_TABLE: name, KEY_SECRET_ARN: name });
