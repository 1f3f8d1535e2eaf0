import { randomUUID } from 'node:crypto';
import type { JsonObject, World } from '../../world.ts';
import type { Happening, What } from '../happenings.ts';
import type { Sent } from '../outbox.ts';
import { addressesIn } from './draft.ts';

/** The event-publishing record of one happening, and how EventBridge titles it. */
export type SesRecord = { readonly eventType: string; readonly detailType: string; readonly detail: JsonObject };

const MAIL_APP =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';

/**
 * The record SES publishes. `undefined` for what SES says nothing about.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export const sesRecord = (world: Pick<World, 'stack'>, sent: Sent, happening: Happening): SesRecord | undefined => {
  const kind = KINDS[happening.what];
  if (kind === undefined) return undefined;
  const [eventType, detailType, field] = kind;
  return {
    eventType,
    detailType,
    detail: { eventType, mail: mailOf(world, sent), [field]: partOf(sent, happening) },
  };
};

const KINDS: Readonly<Partial<Record<What, readonly [eventType: string, detailType: string, field: string]>>> = {
  send: ['Send', 'Email Sent', 'send'],
  delivery: ['Delivery', 'Email Delivered', 'delivery'],
  bounce: ['Bounce', 'Email Bounced', 'bounce'],
  'soft-bounce': ['Bounce', 'Email Bounced', 'bounce'],
  suppressed: ['Bounce', 'Email Bounced', 'bounce'],
  'suppressed-everywhere': ['Bounce', 'Email Bounced', 'bounce'],
  complaint: ['Complaint', 'Email Complaint Received', 'complaint'],
  reject: ['Reject', 'Email Rejected', 'reject'],
  delay: ['DeliveryDelay', 'Email Delivery Delayed', 'deliveryDelay'],
  open: ['Open', 'Email Opened', 'open'],
  click: ['Click', 'Email Clicked', 'click'],
};

const partOf = ({ message, sending }: Sent, { what, at, link }: Happening): JsonObject => {
  const timestamp = new Date(at).toISOString();
  const everyone = sending.destinations.map((emailAddress) => ({ emailAddress }));
  switch (what) {
    case 'delivery':
      return {
        timestamp,
        processingTimeMillis: Math.max(at - Date.parse(message.at), 0),
        recipients: sending.destinations,
        smtpResponse: '250 2.6.0 Message received',
        reportingMTA: 'a8-70.smtp-out.amazonses.com',
      };
    case 'bounce':
    case 'soft-bounce':
    case 'suppressed':
    case 'suppressed-everywhere':
      return {
        ...BOUNCES[what],
        bouncedRecipients: everyone.map((one) => ({ ...one, action: 'failed', ...DIAGNOSES[what] })),
        timestamp,
        feedbackId: feedbackId(),
        reportingMTA: 'dsn; a8-70.smtp-out.amazonses.com',
      };
    case 'complaint':
      return {
        complainedRecipients: everyone,
        timestamp,
        feedbackId: feedbackId(),
        userAgent: MAIL_APP,
        complaintFeedbackType: 'abuse',
        arrivalDate: timestamp,
      };
    case 'reject':
      return { reason: 'Bad content' };
    case 'delay':
      return {
        timestamp,
        delayType: 'TransientCommunicationFailure',
        expirationTime: new Date(at + 14 * 3_600_000).toISOString(),
        delayedRecipients: everyone.map((one) => ({ ...one, ...DIAGNOSES.delay })),
      };
    case 'open':
      return { ipAddress: '192.0.2.1', timestamp, userAgent: MAIL_APP };
    case 'click':
      return { ipAddress: '192.0.2.1', link: link ?? '', linkTags: null, timestamp, userAgent: MAIL_APP };
    case 'send':
    case 'reply':
    case 'opt-out':
      return {};
  }
};

const BOUNCES = {
  bounce: { bounceType: 'Permanent', bounceSubType: 'General' },
  'soft-bounce': { bounceType: 'Transient', bounceSubType: 'MailboxFull' },
  suppressed: { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' },
  'suppressed-everywhere': { bounceType: 'Permanent', bounceSubType: 'Suppressed' },
} as const;
const DIAGNOSES = {
  bounce: { status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
  'soft-bounce': { status: '5.2.2', diagnosticCode: 'smtp; 552 5.2.2 mailbox full' },
  suppressed: {
    status: '5.1.1',
    diagnosticCode:
      'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
  },
  'suppressed-everywhere': {
    status: '5.1.1',
    diagnosticCode:
      'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
  },
  delay: { status: '4.4.1', diagnosticCode: 'smtp; 421 4.4.1 Unable to connect to remote host' },
} as const;

const feedbackId = (): string => `0100${randomUUID()}-000000`;

const mailOf = ({ stack }: Pick<World, 'stack'>, { message, sending }: Sent): JsonObject => {
  const of = (name: string) =>
    sending.headers.filter((one) => one.name.toLowerCase() === name).map(({ value }) => value);
  const [from = message.from] = of('from');
  return {
    timestamp: message.at,
    source: message.from,
    sourceArn: sending.sourceArn,
    sendingAccountId: stack.account,
    messageId: message.id,
    destination: sending.destinations,
    headersTruncated: false,
    headers: sending.headers.map(({ name, value }) => ({ name, value })),
    commonHeaders: {
      from: [from],
      ...(of('date')[0] === undefined ? {} : { date: of('date')[0] ?? '' }),
      to: of('to').flatMap((line) => line.split(/,\s*/)),
      messageId: message.id,
      subject: message.subject,
    },
    tags: {
      'ses:operation': [sending.operation],
      ...(sending.configurationSet === undefined ? {} : { 'ses:configuration-set': [sending.configurationSet] }),
      'ses:source-ip': ['192.0.2.0'],
      'ses:from-domain': [addressesIn(from)[0]?.split('@')[1] ?? ''],
      'ses:caller-identity': [sending.callerId],
      ...Object.fromEntries(Object.entries(message.tags).map(([name, value]) => [name, [value]])),
    },
  };
};
