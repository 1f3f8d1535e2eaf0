import { durationMs } from '#core/journey';
import * as z from 'zod';

export const Duration = z.string().refine((text) => (durationMs(text) ?? 0) > 0, {
  error: 'write a duration as `4 hours`, `30 minutes`, `1 day` or `PT4H`',
});

/** A duration that the schema has let through. */
export const msOf = (text: string): number => durationMs(text) ?? 0;
