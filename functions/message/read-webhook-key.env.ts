import * as z from 'zod/mini';

export const ReadWebhookKeyEnv = z.object({ KEY_SECRET_ARN: z.string().check(z.minLength(1)) });
