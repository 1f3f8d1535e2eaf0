import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutgoingEmail, SendResult } from '#core/message';
import { ses } from './clients.ts';
import { sendOnce } from './send-once.ts';

/** What SES takes as the value of a message tag. */
const TAG = /^[A-Za-z0-9_-]{1,256}$/;

const bareAddress = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;

/** On one line and as written: receivers look for exactly these characters, and a signature covers them. */
const headerLine = (value: string): { readonly prepared: true; readonly foldLines: false; readonly value: string } => ({
  prepared: true,
  foldLines: false,
  value: value.replaceAll(/[^\x20-\x7e]+/g, ' ').trim(),
});

/** The email as it travels: text and HTML as alternatives, UTF-8. SES puts its own Message-ID in place of the one here. */
const mimeOf = ({ to, from, content, headers }: OutgoingEmail): Promise<Buffer> =>
  new MailComposer({
    from,
    to: { name: '', address: to },
    subject: content.subject,
    text: content.text,
    html: content.html,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerLine(value)])),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();

/**
 * Sends one email through SES `SendRawEmail`. The envelope is given apart from the headers, so that no header can add a
 * recipient.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
 */
export const sendEmail = async (email: OutgoingEmail, deadline: number): Promise<SendResult> => {
  const tags = Object.entries(email.tags).map(([Name, Value]) => ({ Name, Value }));
  const odd = tags.find(({ Name, Value }) => !TAG.test(Name) || !TAG.test(Value));
  if (odd !== undefined) return { outcome: 'rejected', reason: `invalid-tag-${odd.Name}` };
  const command = new SendRawEmailCommand({
    Source: bareAddress(email.from),
    Destinations: [email.to],
    RawMessage: { Data: await mimeOf(email) },
    Tags: tags,
    ConfigurationSetName: email.configurationSet,
  });
  const call = async (abortSignal: AbortSignal): Promise<SendResult> => {
    const { MessageId } = await ses().send(command, { abortSignal });
    return { outcome: 'accepted', providerId: MessageId ?? '' };
  };
  return sendOnce(deadline, call, email.to);
};
