import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { operation } from '../../events/operation.ts';
import { AwsError, type JsonObject, type Service, type World } from '../../world.ts';
import { loseAnswer } from '../lost-answer.ts';
import type { Outbox } from '../outbox.ts';
import type { Mode } from '../provider-mode.ts';
import type { Outcome, Recipients } from '../recipients.ts';

const strings = z.record(z.string(), z.string()).default({});
const notification = z.looseObject({
  Title: z.string().default(''),
  Body: z.string().default(''),
  RawContent: z.string().optional(),
});
const address = z.looseObject({
  ChannelType: z.string(),
  TitleOverride: z.string().optional(),
  BodyOverride: z.string().optional(),
  Context: strings,
});
const sendMessages = z.object({
  ApplicationId: z.string(),
  MessageRequest: z.looseObject({
    Addresses: z.record(z.string(), address).default({}),
    Context: strings,
    TraceId: z.string().optional(),
    MessageConfiguration: z.looseObject({
      APNSMessage: notification.optional(),
      GCMMessage: notification.optional(),
      DefaultPushNotificationMessage: notification.optional(),
    }),
  }),
});
type Request = z.output<typeof sendMessages>['MessageRequest'];
type Address = z.output<typeof address>;

const CHANNELS: Readonly<Record<string, 'APNSMessage' | 'GCMMessage'>> = {
  APNS: 'APNSMessage',
  APNS_SANDBOX: 'APNSMessage',
  GCM: 'GCMMessage',
};
const MOST_ADDRESSES = 100;

type PushParts = {
  readonly world: World;
  readonly outbox: Outbox;
  readonly recipients: Recipients;
  readonly mode: Mode;
};

/** Push through Pinpoint's SendMessages, the part of it that stays. It tells at once how each address fared, and never again. */
export const createMobileTargeting = (parts: PushParts): Service => {
  const { world, mode } = parts;
  const send = operation(sendMessages, async ({ ApplicationId, MessageRequest }, caller) => {
    mode.check({
      throttled: 'TooManyRequestsException',
      paused: () => new AwsError('ForbiddenException', 'The account may not send.', { status: 403 }),
    });
    const app = appArn(world, ApplicationId);
    if (app === undefined) throw new AwsError('NotFoundException', 'Resource not found', { status: 404 });
    caller.require('mobiletargeting:SendMessages', `${app}/messages`);
    const addresses = Object.entries(MessageRequest.Addresses);
    if (addresses.length === 0 || addresses.length > MOST_ADDRESSES)
      throw new AwsError('BadRequestException', `Addresses must have 1 to ${MOST_ADDRESSES} entries.`);
    const results = addresses.map(
      ([token, to]) =>
        [token, pushOne(parts, { token, to, request: MessageRequest, app, callerId: caller.id })] as const,
    );
    await world.journal.durable();
    for (const [token] of addresses) await loseAnswer(parts.recipients.of(token), 'InternalServerErrorException');
    return { MessageResponse: { ApplicationId, RequestId: randomUUID(), Result: Object.fromEntries(results) } };
  });
  return {
    name: 'mobiletargeting',
    operations: { SendMessages: send },
    routes: [{ route: 'POST /v1/apps/{ApplicationId}/messages', operation: 'SendMessages', payload: 'MessageRequest' }],
  };
};

/** The application of this id. A template that declares none lets any id through: people make those, and they outlive stacks. */
const appArn = ({ stack }: World, id: string): string | undefined => {
  const apps = stack.all('AWS::Pinpoint::App');
  if (apps.length === 0) return `arn:aws:mobiletargeting:${stack.region}:${stack.account}:apps/${id}`;
  return apps.find(({ ref }) => ref === id)?.arn;
};

type One = {
  readonly token: string;
  readonly to: Address;
  readonly request: Request;
  readonly app: string;
  readonly callerId: string;
};

const REFUSALS: Readonly<Partial<Record<Outcome, readonly [status: string, code: number, message: string]>>> = {
  bounce: ['PERMANENT_FAILURE', 410, 'The device token is inactive for the specified topic.'],
  'soft-bounce': ['TEMPORARY_FAILURE', 500, 'The push service is unavailable.'],
  suppressed: ['OPT_OUT', 200, 'The user opted out of messages.'],
  'suppressed-everywhere': ['OPT_OUT', 200, 'The user opted out of messages.'],
  reject: ['PERMANENT_FAILURE', 400, 'Invalid notification'],
  'opt-out': ['OPT_OUT', 200, 'The user opted out of messages.'],
  throttle: ['THROTTLED', 429, 'The push service takes no more for now.'],
};

const pushOne = ({ world, outbox, recipients }: PushParts, one: One): JsonObject => {
  const { token, to, request } = one;
  const channel = CHANNELS[to.ChannelType];
  if (channel === undefined)
    return {
      DeliveryStatus: 'PERMANENT_FAILURE',
      StatusCode: 400,
      StatusMessage: `${to.ChannelType} is not supported here`,
    };
  const { outcome, updatedToken } = recipients.of(token);
  const [status, code, message] = REFUSALS[outcome] ?? [];
  if (status !== undefined && code !== undefined && message !== undefined)
    return { DeliveryStatus: status, StatusCode: code, StatusMessage: message };
  const { DefaultPushNotificationMessage: fallback, ...own } = request.MessageConfiguration;
  const content = own[channel] ?? fallback ?? { Title: '', Body: '' };
  const id = randomUUID();
  outbox.add({
    message: {
      id,
      channel: 'push',
      to: token,
      from: one.app,
      subject: to.TitleOverride ?? content.Title,
      text: to.BodyOverride ?? (content.Body === '' ? (content.RawContent ?? '') : content.Body),
      html: '',
      headers: {},
      tags: { ...request.Context, ...to.Context },
      at: new Date(world.clock.now()).toISOString(),
    },
    sending: {
      destinations: [token],
      sourceArn: one.app,
      headers: [],
      operation: to.ChannelType,
      callerId: one.callerId,
    },
  });
  return {
    DeliveryStatus: 'SUCCESSFUL',
    StatusCode: 200,
    StatusMessage: `{"messageId":"${id}"}`,
    MessageId: id,
    ...(updatedToken !== undefined && channel === 'GCMMessage' ? { UpdatedToken: updatedToken } : {}),
  };
};
