import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const WalkBulkEnv = z.object({ STATE_TABLE: name, WALKS_QUEUE_URL: name, MEMBERS_QUEUE_URL: name });
