import { consentChanged, journeySource } from '#core/events';
import type { OutgoingMessage, OutgoingPush, SendResult } from '#core/message';
import type { JsonObject } from '#core/signal';
import type { BusEvent, BusWriter } from '../aws/bus-writer.ts';
import { logger } from '../aws/observed.ts';

/** Whose message it was. `id` is the message's own, `at` epoch milliseconds. */
export type Told = { readonly customer: string; readonly id: string; readonly at: number; readonly hops: number };

const OPTED_OUT = /OPTED_OUT$/;

type Said = {
  readonly type: 'track' | 'identify';
  readonly event?: string;
  readonly properties?: JsonObject;
  readonly context?: JsonObject;
};

const gone = ({ token, platform }: OutgoingPush, reason: string): Said => ({
  type: 'track',
  event: 'Application Uninstalled',
  properties: { reason },
  context: { device: { token, type: platform } },
});

const learnedOfPush = (message: OutgoingPush, result: SendResult): readonly Said[] => {
  if (result.outcome === 'rejected') return result.isGone === true ? [gone(message, result.reason)] : [];
  if (result.outcome !== 'accepted' || result.updatedToken === undefined) return [];
  const renewed = { token: result.updatedToken, type: message.platform };
  return [gone(message, 'token-renewed'), { type: 'identify', context: { device: renewed } }];
};

const learned = (message: OutgoingMessage, result: SendResult): readonly Said[] => {
  if (message.channel === 'push') return learnedOfPush(message, result);
  if (message.channel === 'sms' && result.outcome === 'rejected' && OPTED_OUT.test(result.reason))
    return [
      {
        type: 'track',
        event: consentChanged,
        properties: { channel: 'sms', topic: '*', granted: false, source: 'opt-out list of the provider' },
      },
    ];
  return [];
};

/** What a provider's answer tells of its customer, as signals: a device that is no more, a number that wants no messages. */
export const toldBy = (message: OutgoingMessage, result: SendResult, told: Told): readonly BusEvent[] => {
  const { customer, id, at, hops } = told;
  return learned(message, result).map(({ type, event, properties, context }) => ({
    source: journeySource,
    detailType: type,
    detail: {
      type,
      ...(event === undefined ? {} : { event }),
      messageId: `${id}/${type === 'identify' ? 'renewed' : 'refused'}`,
      timestamp: new Date(at).toISOString(),
      context: { ...context, customer, hops: hops + 1 },
      ...(properties === undefined ? {} : { properties }),
    },
  }));
};

/** Says it. Where that fails the next message is answered alike, and says it again: no message waits for it. */
export const tellBack = async (said: readonly BusEvent[], bus: BusWriter): Promise<void> => {
  if (said.length === 0) return;
  try {
    await bus(said);
  } catch (error) {
    logger.warn('answer not told', { reason: error instanceof Error ? error.name : 'unknown' });
  }
};
