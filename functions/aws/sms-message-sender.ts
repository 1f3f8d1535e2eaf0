import { SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { OutgoingSms, SendResult } from '#core/message';
import { sms } from './clients.ts';
import { sendOnce } from './send-once.ts';

/** The shortest and longest time to live the API takes, in seconds. */
const TTL = { shortest: 5, longest: 259_200 };

const ttlOf = (seconds: number): number => Math.min(TTL.longest, Math.max(TTL.shortest, Math.floor(seconds)));

/**
 * Sends one SMS through End User Messaging. Its tags travel as `Context` and come back with every delivery event.
 * @see https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
 */
export const sendSms = (message: OutgoingSms, deadline: number): Promise<SendResult> => {
  const command = new SendTextMessageCommand({
    DestinationPhoneNumber: message.to,
    OriginationIdentity: message.origination,
    MessageBody: message.text,
    MessageType: message.kind === 'transactional' ? 'TRANSACTIONAL' : 'PROMOTIONAL',
    TimeToLive: ttlOf(message.ttlSeconds),
    Context: { ...message.tags },
    ...(message.configurationSet === undefined ? {} : { ConfigurationSetName: message.configurationSet }),
    ...(message.protectConfiguration === undefined ? {} : { ProtectConfigurationId: message.protectConfiguration }),
    ...(message.maxPrice === undefined ? {} : { MaxPrice: message.maxPrice }),
  });
  return sendOnce(deadline, async (abortSignal) => {
    const { MessageId } = await sms().send(command, { abortSignal });
    return { outcome: 'accepted', providerId: MessageId ?? '' };
  });
};
