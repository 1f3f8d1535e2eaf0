import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const IngestSignalEnv = z.object({ LOG_TABLE: name, REFUSED_QUEUE_URL: name, KEY_SECRET_ARN: name });
