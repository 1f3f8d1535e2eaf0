import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const PublishSegmentsEnv = z.object({ STATE_TABLE: name, FILL_QUEUE_URL: name });
