import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { operation } from '../../events/operation.ts';
import { AwsError, type Service, type World } from '../../world.ts';
import type { Happenings } from '../happenings.ts';
import type { Outbox } from '../outbox.ts';
import { loseAnswer } from '../lost-answer.ts';
import { planFeedback } from '../plan-feedback.ts';
import { type Mode, throttling } from '../provider-mode.ts';
import type { Recipients } from '../recipients.ts';
import type { OptOuts } from './opt-outs.ts';
import type { VerifiedNumbers } from './verified-numbers.ts';
import type { Origination, SmsSet, SmsSettings } from './sms-settings.ts';

const MOST_CONTEXT = 5;

const context = z
  .record(z.string().regex(/^\S{1,100}$/, 'a key has 1 to 100 characters and no space'), z.string().min(1).max(800))
  .refine((map) => Object.keys(map).length <= MOST_CONTEXT, `Map must have at most ${MOST_CONTEXT} entries`);

const sendTextMessage = z.strictObject({
  DestinationPhoneNumber: z.string().regex(/^\+?[1-9]\d{1,18}$/, 'must be a phone number in E.164 format'),
  MessageBody: z.string().min(1).max(1_600, 'Member must have length less than or equal to 1600'),
  OriginationIdentity: z.string().optional(),
  MessageType: z.enum(['TRANSACTIONAL', 'PROMOTIONAL']).default('TRANSACTIONAL'),
  Keyword: z.string().optional(),
  ConfigurationSetName: z.string().optional(),
  MaxPrice: z
    .string()
    .regex(/^\d{0,2}\.\d{1,8}$/, 'must be a price such as 0.05')
    .optional(),
  TimeToLive: z.number().int().min(5).max(259_200).optional(),
  Context: context.default({}),
  DestinationCountryParameters: z.record(z.string(), z.string()).optional(),
  DryRun: z.boolean().default(false),
  ProtectConfigurationId: z.string().optional(),
  MessageFeedbackEnabled: z.boolean().optional(),
});
type Request = z.output<typeof sendTextMessage>;

export type SmsParts = {
  readonly world: World;
  readonly settings: SmsSettings;
  readonly outbox: Outbox;
  readonly happenings: Happenings;
  readonly recipients: Recipients;
  readonly optOuts: OptOuts;
  readonly verified: VerifiedNumbers;
  readonly mode: Mode;
};

/** End User Messaging SMS. A message is on disk, with all that will befall it, before it is acknowledged. */
export const createSmsVoice = (parts: SmsParts): Service => {
  const { world, settings, outbox, happenings, recipients, optOuts, verified, mode } = parts;

  const send = operation(sendTextMessage, async (input, caller) => {
    mode.check({ throttled: 'ThrottlingException', paused: disabled });
    const origination = originationOf(settings, input);
    const set = setOf(settings, input);
    caller.require('sms-voice:SendTextMessage', origination.arn);
    const to = `+${input.DestinationPhoneNumber.replace('+', '')}`;
    if (optOuts.isOptedOut(origination.optOutList, to)) throw optedOut();
    const id = randomUUID();
    const isSandbox = mode.current().sandbox;
    if (isSandbox && !verified.mayWriteTo(to)) throw notVerified();
    const behaviour = recipients.of(to);
    if (behaviour.outcome === 'throttle') throw throttling('ThrottlingException');
    if (input.DryRun) return { MessageId: id };
    const at = world.clock.now();
    outbox.add({
      message: {
        id,
        channel: 'sms',
        to,
        from: origination.shown,
        subject: '',
        text: input.MessageBody,
        html: '',
        headers: {},
        tags: input.Context,
        at: new Date(at).toISOString(),
      },
      sending: {
        ...(set === undefined ? {} : { configurationSet: set.name }),
        destinations: [to],
        sourceArn: origination.arn,
        headers: [],
        operation: input.MessageType,
        callerId: caller.id,
      },
    });
    planFeedback(happenings, { messageId: id, at, behaviour });
    await world.journal.durable();
    await loseAnswer(behaviour, 'InternalServerException');
    return { MessageId: id };
  });

  return { name: 'sms-voice', operations: { SendTextMessage: send, ...optOuts.operations, ...verified.operations } };
};

const originationOf = (settings: SmsSettings, { OriginationIdentity }: Request): Origination => {
  const found = settings.origination(OriginationIdentity);
  if (found !== undefined) return found;
  if (OriginationIdentity === undefined)
    throw new AwsError('ConflictException', 'No origination identities found.', {
      fields: { Reason: 'NO_ORIGINATION_IDENTITIES_FOUND' },
    });
  throw notFound('origination identity', OriginationIdentity);
};

const setOf = (settings: SmsSettings, { ConfigurationSetName }: Request): SmsSet | undefined => {
  if (ConfigurationSetName === undefined) return undefined;
  const found = settings.set(ConfigurationSetName);
  if (found === undefined) throw notFound('configuration-set', ConfigurationSetName);
  return found;
};

const notFound = (ResourceType: string, ResourceId: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Resource not found: ${ResourceType} ${ResourceId}`, {
    fields: { ResourceType: ResourceType.replace(' ', '-'), ResourceId },
  });

const notVerified = (): AwsError =>
  new AwsError('ConflictException', 'Destination phone number is not verified', {
    fields: { Reason: 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED' },
  });

const disabled = (): AwsError =>
  new AwsError('AccessDeniedException', 'The account is disabled', { fields: { Reason: 'ACCOUNT_DISABLED' } });

const optedOut = (): AwsError =>
  new AwsError('ConflictException', 'Destination phone number is opted out', {
    fields: { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
  });
