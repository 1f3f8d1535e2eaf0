import * as z from 'zod/mini';

/** `CHANNELS`: the configured ones, separated by commas. */
export const PublishJourneyEnv = z.object({ STATE_TABLE: z.string().check(z.minLength(1)), CHANNELS: z.string() });
