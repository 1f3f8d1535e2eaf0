import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const UploadMembersEnv = z.object({ STATE_TABLE: name, BUS_NAME: name, KEY_SECRET_ARN: name });
