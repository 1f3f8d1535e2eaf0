import type { MessageSender, OutgoingMessage, SendResult } from '#core/message';
import { guarded } from './channel-guard.ts';
import { sendPush } from './push-message-sender.ts';
import { sendEmail } from './ses-message-sender.ts';
import { sendSms } from './sms-message-sender.ts';

/** SES for email, End User Messaging for SMS, Pinpoint for push; each called once. */
export const providers: MessageSender = {
  async send(message: OutgoingMessage, deadline: number): Promise<SendResult> {
    switch (message.channel) {
      case 'email':
        return sendEmail(message, deadline);
      case 'sms':
        return sendSms(message, deadline);
      case 'push':
        return sendPush(message, deadline);
    }
  },
};

/** The providers, spared the calls that they would refuse. */
export const awsMessageSender: MessageSender = guarded(providers);
