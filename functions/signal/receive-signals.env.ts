import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const ReceiveSignalsEnv = z.object({ BUS_NAME: name, REFUSED_QUEUE_URL: name, WRITE_KEY_SECRET_ARN: name });
