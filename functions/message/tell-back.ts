import { consentChanged, journeySource } from '#core/events';
import type { OutgoingMessage, SendResult } from '#core/message';
import type { JsonObject } from '#core/signal';
import type { BusEvent, BusWriter } from '../aws/bus-writer.ts';
import { logger } from '../aws/observed.ts';

/** Whose message it was. `id` is the message's own, `at` epoch milliseconds. */
export type Told = { readonly customer: string; readonly id: string; readonly at: number; readonly hops: number };

const OPTED_OUT = /OPTED_OUT$/;

type Said = { readonly event: string; readonly properties: JsonObject; readonly context?: JsonObject };

const learned = (message: OutgoingMessage, result: SendResult): Said | undefined => {
  if (result.outcome !== 'rejected') return undefined;
  if (message.channel === 'push' && result.isGone === true) {
    const device = { token: message.token, type: message.platform };
    return { event: 'Application Uninstalled', properties: { reason: result.reason }, context: { device } };
  }
  if (message.channel === 'sms' && OPTED_OUT.test(result.reason))
    return {
      event: consentChanged,
      properties: { channel: 'sms', topic: '*', granted: false, source: 'opt-out list of the provider' },
    };
  return undefined;
};

/** What a refusal tells of its customer, as a signal: a device that is no more, a number that wants no messages. */
export const toldBy = (message: OutgoingMessage, result: SendResult, told: Told): BusEvent | undefined => {
  const said = learned(message, result);
  if (said === undefined) return undefined;
  const { customer, id, at, hops } = told;
  const { event, properties, context } = said;
  const detail = {
    type: 'track',
    event,
    messageId: `${id}/refused`,
    timestamp: new Date(at).toISOString(),
    context: { ...context, customer, hops: hops + 1 },
    properties,
  };
  return { source: journeySource, detailType: 'track', detail };
};

/** Says it. Where that fails the next message is refused alike, and says it again: no message waits for it. */
export const tellBack = async (said: BusEvent | undefined, bus: BusWriter): Promise<void> => {
  if (said === undefined) return;
  try {
    await bus([said]);
  } catch (error) {
    logger.warn('refusal not told', { reason: error instanceof Error ? error.name : 'unknown' });
  }
};
