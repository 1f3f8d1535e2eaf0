import { SendMessagesCommand, type MessageResult } from '@aws-sdk/client-pinpoint';
import type { OutgoingPush, SendResult } from '#core/message';
import { pinpoint } from './clients.ts';
import { sendOnce } from './send-once.ts';

const CHANNEL = { ios: 'APNS', android: 'GCM' } as const;

/** `Context` comes to the app in the notification's data, under `pinpoint`: it gives the id back in what it says of it. */
const requestOf = ({ id, token, platform, title, body, link, tags }: OutgoingPush) => {
  const notification = {
    Title: title,
    Body: body,
    ...(link === undefined ? { Action: 'OPEN_APP' as const } : { Action: 'URL' as const, Url: link }),
  };
  return {
    Addresses: { [token]: { ChannelType: CHANNEL[platform], Context: { ...tags, message_id: id } } },
    MessageConfiguration: platform === 'ios' ? { APNSMessage: notification } : { GCMMessage: notification },
  };
};

/** The app is not on the device any more. Other permanent failures are about the message or the application. */
const isGone = ({ StatusCode, StatusMessage = '' }: MessageResult): boolean =>
  StatusCode === 410 ||
  /unregistered|not ?registered|bad ?device ?token|invalid ?registration|expired token/i.test(StatusMessage);

/** FCM has given the device another token, and says so with the answer, once. */
const renewed = ({ UpdatedToken = '' }: MessageResult, token: string): { readonly updatedToken?: string } =>
  UpdatedToken === '' || UpdatedToken === token ? {} : { updatedToken: UpdatedToken };

/** Pinpoint answers 200 and says per address what happened. Without an answer for ours, nothing is known. */
const resultOf = (result: MessageResult | undefined, token: string): SendResult => {
  switch (result?.DeliveryStatus) {
    case 'SUCCESSFUL':
    case 'DUPLICATE':
      return { outcome: 'accepted', providerId: result.MessageId ?? '', ...renewed(result, token) };
    case 'THROTTLED':
    case 'TEMPORARY_FAILURE':
      return { outcome: 'throttled', retryAfterSeconds: 60, isAlone: true };
    case 'PERMANENT_FAILURE':
      return { outcome: 'rejected', reason: result.DeliveryStatus, ...(isGone(result) ? { isGone: true } : {}) };
    case 'OPT_OUT':
      return { outcome: 'rejected', reason: result.DeliveryStatus };
    case 'UNKNOWN_FAILURE':
      return { outcome: 'unknown', reason: result.DeliveryStatus };
    case undefined:
      return { outcome: 'unknown', reason: 'no-answer' };
  }
};

/**
 * Sends one push notification to one device token through Pinpoint `SendMessages`.
 * @see https://docs.aws.amazon.com/pinpoint/latest/apireference/apps-application-id-messages.html
 */
export const sendPush = (message: OutgoingPush, deadline: number): Promise<SendResult> => {
  const command = new SendMessagesCommand({
    ApplicationId: message.application,
    MessageRequest: requestOf(message),
  });
  return sendOnce(deadline, async (abortSignal) => {
    const { MessageResponse } = await pinpoint().send(command, { abortSignal });
    return resultOf(MessageResponse?.Result?.[message.token], message.token);
  });
};
