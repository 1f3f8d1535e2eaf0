import { preferencesSource } from '#core/events';
import type { JsonObject } from '#core/signal';
import type { busWriter } from '../../aws/bus-writer.ts';
import { count, logger } from '../../aws/observed.ts';

type Told = { readonly customer: string; readonly room: string };

/** Puts what a customer said through a link on the bus, as signals. @returns whether all of it is there. */
export const tellBus = async (
  bus: ReturnType<typeof busWriter>,
  details: readonly JsonObject[],
  { customer, room }: Told,
): Promise<boolean> => {
  try {
    await bus(details.map((detail) => ({ source: preferencesSource, detailType: 'track', detail })));
    return true;
  } catch (thrown) {
    logger.error('What a customer said was not stored', {
      customer,
      page: room,
      reason: thrown instanceof Error ? thrown.name : 'unknown',
    });
    count('AnswerLost', room);
    return false;
  }
};
