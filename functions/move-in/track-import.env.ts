import * as z from 'zod/mini';

export const TrackImportEnv = z.object({ STATE_TABLE: z.string().check(z.minLength(1)) });
