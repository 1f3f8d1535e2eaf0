import { mappingReader, type Parsed } from '#core/signal';
import type { Mapping } from './read-mapping.ts';

/**
 * What a mapping makes of an event, as ingest-signal would have it.
 * @param event an EventBridge event
 * @param now milliseconds since 1970
 */
export const previewMapping = async (
  { name, signal }: Mapping,
  event: unknown,
  now: number,
): Promise<readonly Parsed[]> => {
  const read = await mappingReader({ [name]: signal })({ mapping: name, event }, now);
  return read ?? [{ refusal: { reason: 'unknown-shape', path: '$', message: 'The sample is no EventBridge event.' } }];
};
