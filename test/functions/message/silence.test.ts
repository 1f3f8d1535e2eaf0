import { SendMessagesCommand } from '@aws-sdk/client-pinpoint';
import { SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Signal } from '#core/signal';
import { services, unwatched, watched } from '../world/calls.ts';
import { carryAllOn, fold, type Somebody, shopper } from '../world/customer.ts';
import {
  at,
  bus,
  busAccepts,
  hour,
  journeyOf,
  minute,
  monday,
  outbox,
  providersAccept,
  publish,
  startWorld,
  stopWorld,
} from '../world/world.ts';

const send = (channel: 'email' | 'sms' | 'push', message = 'cart-reminder') => ({
  id: 'it',
  send: { message, channels: [channel] },
});
const messages = {
  note: {
    email: { channel: 'email', subject: 'Hi', html: '<p>Hi</p>', text: 'Hi' },
    sms: { channel: 'sms', text: 'Hi' },
    push: { channel: 'push', title: 'Hi', body: 'Hi' },
  },
} as const;
const channels = ['email', 'sms', 'push'] as const;
/** One message on one channel, and an hour later the end. */
const promotion = (channel: (typeof channels)[number]) => ({
  ...journeyOf({
    name: `promo-${channel}`,
    triggers: [{ signal: `Promote ${channel}` }],
    reentry: { after: '1 day' },
    steps: [send(channel, 'note'), { wait: '30 days' }],
  }),
  messages,
  needs: [],
});
const receipt = (channel: (typeof channels)[number]) => ({
  ...journeyOf({
    name: `receipt-${channel}`,
    topic: 'receipts',
    triggers: [{ signal: `Receive ${channel}` }],
    steps: [send(channel, 'note'), { wait: '30 days' }],
  }),
  topics: { receipts: 'transactional' } as const,
  messages,
  needs: [],
});

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  for (const channel of channels) {
    await publish(promotion(channel));
    await publish(receipt(channel));
  }
});
afterAll(stopWorld);
let day = 0;
let morning = monday;
beforeEach(() => at((morning = monday + ++day * 40 * 24 * hour)));
afterEach(() => {
  providersAccept();
  busAccepts();
});

const failure = (name: string, status?: number, more: object = {}): Error =>
  Object.assign(new Error('cannot reach person@customer.example'), {
    name,
    $metadata: status === undefined ? {} : { httpStatusCode: status },
    ...more,
  });

/** Somebody who gets a promotion, or a receipt, right now. */
const sends = async (event: `${'Promote' | 'Receive'} ${(typeof channels)[number]}`, traits: object = {}) => {
  const who = await shopper({ devices: [{ token: 'phone-1', type: 'ios' }], ...traits });
  // What is told of a device comes after the device.
  at(Date.now() + 1);
  await fold(await who.track(event));
  await carryAllOn(who.id);
  return who;
};
const rowOf = async (who: Somebody) => (await who.sends())[0];
const stepOf = async (who: Somebody) => (await who.runs())[0]!['steps'].it;

/** What its provider says of the message later. */
const reports = async (who: Somebody, event: string, more: object = {}): Promise<void> => {
  const [row] = await who.runs();
  const signal: Signal = {
    messageId: `provider-1:${event}:${new Date(Date.now()).toISOString()}`,
    type: 'track',
    event,
    timestamp: new Date(Date.now()).toISOString(),
    subject: { customer: who.id },
    properties: { enrol: row!['enrol'], occurrence: String(row!['occurrence']), step: 'it', ...more },
    traits: {},
    context: {},
  };
  await fold(await who.stored(signal, Date.now()));
};

/** The provider takes the message, and its answer is lost. */
const takesAndIsSilent = (): void => {
  services.ses.on(SendRawEmailCommand).callsFake((input) => {
    outbox.push({ channel: 'email', input, at: Date.now() });
    throw failure('ServiceUnavailable', 503);
  });
};

describe('a promotion whose provider does not answer', () => {
  test.each(['TimeoutError', 'ServiceUnavailable'])('is not sent again, and the run goes on (%s)', async (name) => {
    services.ses.on(SendRawEmailCommand).rejects(failure(name, name === 'TimeoutError' ? undefined : 503));
    const who = await sends('Promote email');
    expect(await rowOf(who)).toMatchObject({ status: 'UNKNOWN', detail: name });
    expect(await stepOf(who)).toMatchObject({ status: 'unknown' });
    providersAccept();
    await who.until(morning + 31 * 24 * hour);
    expect(who.got()).toEqual([]);
    expect((await who.runs())[0]).toMatchObject({ endReason: 'completed' });
  });

  test('was sent, once the provider reports of it', async () => {
    takesAndIsSilent();
    const who = await sends('Promote email');
    expect(await rowOf(who)).toMatchObject({ status: 'UNKNOWN' });
    await reports(who, 'Email Delivered');
    expect(await rowOf(who)).toMatchObject({ status: 'SENT', settledBy: 'report', detail: 'provider-1' });
    await who.until(morning + 31 * 24 * hour);
    expect(who.got()).toEqual(['email']);
  });

  test('was not sent, once the provider reports that it refused it; and was, if it says so after all', async () => {
    takesAndIsSilent();
    const who = await sends('Promote email');
    await reports(who, 'Email Rejected');
    expect(await rowOf(who)).toMatchObject({ status: 'FAILED', settledBy: 'report' });
    await reports(who, 'Email Sent');
    expect(await rowOf(who)).toMatchObject({ status: 'SENT' });
  });

  test('is known to be sent when the report comes before the call is given up', async () => {
    let who: Somebody | undefined;
    services.ses.on(SendRawEmailCommand).callsFake(async () => {
      const [run] = await who!.runs();
      expect(run!['steps'].it).toBeUndefined();
      await reports(who!, 'Email Sent');
      throw failure('TimeoutError');
    });
    who = await shopper();
    await fold(await who.track('Promote email'));
    await carryAllOn(who.id);
    expect(await rowOf(who)).toMatchObject({ status: 'SENT', detail: 'provider-1' });
    expect(await stepOf(who)).toMatchObject({ status: 'sent' });
  });

  test('is known to be sent when the report comes between the last look and the word that nobody knows', async () => {
    takesAndIsSilent();
    const who = await shopper();
    await fold(await who.track('Promote email'));
    const after = async (operation: string): Promise<void> => {
      if (operation === 'GetItem') await unwatched(() => reports(who, 'Email Sent'));
    };
    await watched({ after }, () => carryAllOn(who.id));
    expect(await rowOf(who)).toMatchObject({ status: 'CLAIMED' });
    await who.until(morning + hour);
    expect(await rowOf(who)).toMatchObject({ status: 'SENT', detail: 'provider-1' });
    expect(await stepOf(who)).toMatchObject({ status: 'sent' });
    expect(who.got()).toEqual(['email']);
  });
});

describe('a receipt whose provider does not answer', () => {
  test('is sent again, with the same tags, until it is answered', async () => {
    services.ses.on(SendRawEmailCommand).rejects(failure('TimeoutError'));
    const who = await sends('Receive email');
    expect(await rowOf(who)).toMatchObject({ status: 'CLAIMED' });
    expect(await stepOf(who)).toMatchObject({ status: 'held' });
    await who.until(morning + 2 * minute);
    expect(await rowOf(who)).toMatchObject({ status: 'CLAIMED', attempts: 2 });
    providersAccept();
    await who.until(morning + hour);
    expect(who.got()).toEqual(['email']);
    expect(await rowOf(who)).toMatchObject({ status: 'SENT', attempts: 3 });
    const tags = services.ses
      .commandCalls(SendRawEmailCommand)
      .slice(-3)
      .map(({ args }) => args[0].input.Tags);
    expect(tags[0]).toEqual(tags[1]);
    expect(tags[1]).toEqual(tags[2]);
    expect(await stepOf(who)).toMatchObject({ status: 'sent' });
  });

  test('is not sent again when it is reported meanwhile', async () => {
    takesAndIsSilent();
    const who = await sends('Receive email');
    await reports(who, 'Email Sent');
    providersAccept();
    await who.until(morning + hour);
    expect(who.got()).toEqual(['email']);
    expect(await rowOf(who)).toMatchObject({ status: 'SENT', detail: 'provider-1' });
    expect(await stepOf(who)).toMatchObject({ status: 'sent' });
  });

  test('is given up in the end, and the run goes on', async () => {
    services.ses.on(SendRawEmailCommand).rejects(failure('InternalFailure', 500));
    const who = await sends('Receive email');
    const calls = services.ses.commandCalls(SendRawEmailCommand).length;
    await who.until(morning + 31 * 24 * hour);
    expect(services.ses.commandCalls(SendRawEmailCommand).length - calls).toBe(7);
    expect(await rowOf(who)).toMatchObject({ status: 'UNKNOWN', attempts: 8 });
    expect((await who.runs())[0]).toMatchObject({ endReason: 'completed' });
  });

  test.each([
    ['refuses it the second time', failure('MessageRejected', 400)],
    ['is throttled the second time', failure('Throttling', 400)],
  ])('may have left, whatever it %s', async (_, second) => {
    takesAndIsSilent();
    const who = await sends('Receive email');
    services.ses.on(SendRawEmailCommand).rejects(second);
    await who.until(morning + 31 * 24 * hour);
    expect(who.got()).toEqual(['email']);
    expect(await rowOf(who)).toMatchObject({ status: 'UNKNOWN' });
    expect(await stepOf(who)).toMatchObject({ status: 'unknown' });
  });

  test('is sent twice rather than never: the first has left, and nothing said so', async () => {
    takesAndIsSilent();
    const who = await sends('Receive email');
    providersAccept();
    await who.until(morning + hour);
    expect(who.got()).toEqual(['email', 'email']);
    expect(await rowOf(who)).toMatchObject({ status: 'SENT', attempts: 2 });
  });
});

describe.each(['Promote email', 'Receive email'] as const)('%s', (event) => {
  test('whose provider throttles for an hour comes late, and once', async () => {
    services.ses.on(SendRawEmailCommand).rejects(failure('Throttling', 400));
    const who = await sends(event);
    await who.until(morning + hour);
    expect(await who.sends()).toEqual([]);
    providersAccept();
    await who.until(morning + 3 * hour);
    expect(who.got()).toEqual(['email']);
    expect(await rowOf(who)).toMatchObject({ status: 'SENT' });
  });

  test('whose account is paused waits, and comes once when it is not', async () => {
    services.ses.on(SendRawEmailCommand).rejects(failure('AccountSendingPausedException', 400));
    const who = await sends(event);
    expect(await who.sends()).toEqual([]);
    expect(await stepOf(who)).toMatchObject({ status: 'held' });
    const calls = services.ses.commandCalls(SendRawEmailCommand).length;
    const other = await sends(event);
    expect(services.ses.commandCalls(SendRawEmailCommand)).toHaveLength(calls);
    await who.until(morning + hour);
    providersAccept();
    for (const each of [who, other]) {
      await each.until(morning + 4 * hour);
      expect(each.got()).toEqual(['email']);
    }
  });
});

describe('what a refusal tells', () => {
  const said = () => bus.splice(0).map(({ Source, Detail }) => ({ source: Source, ...JSON.parse(Detail) }));

  test('a number that opted out at the provider wants no more text messages', async () => {
    said();
    services.sms
      .on(SendTextMessageCommand)
      .rejects(failure('ConflictException', 409, { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }));
    const who = await sends('Promote sms');
    expect(await rowOf(who)).toMatchObject({ status: 'FAILED' });
    expect(said()).toMatchObject([
      {
        source: 'segue.journey',
        event: 'Consent Changed',
        context: { customer: who.id, hops: 1 },
        properties: { channel: 'sms', topic: '*', granted: false },
      },
    ]);
  });

  test('a device that is no more is taken out of the profile', async () => {
    said();
    services.pinpoint.on(SendMessagesCommand).resolves({
      MessageResponse: {
        ApplicationId: 'a',
        Result: { 'phone-1': { DeliveryStatus: 'PERMANENT_FAILURE', StatusCode: 410 } },
      },
    });
    const who = await sends('Promote push');
    expect((await who.sends())[0]).toMatchObject({ status: 'FAILED' });
    const [{ source: _, ...detail }] = said() as [Record<string, unknown> & { source: string }];
    expect(detail).toMatchObject({
      event: 'Application Uninstalled',
      context: { customer: who.id, device: { token: 'phone-1' } },
    });
    expect(JSON.parse((await who.profile())!.body)).toBeDefined();
    await fold(await who.say({ ...detail, userId: who.user }));
    providersAccept();
    await fold(await who.track('Receive push'));
    await carryAllOn(who.id);
    expect((await who.whys()).map(({ reason }) => reason)).toEqual(['no-address']);
  });

  test('a token that is another by now takes the place of the one before', async () => {
    said();
    const [DeliveryStatus, StatusCode, UpdatedToken] = ['SUCCESSFUL' as const, 200, 'phone-2'];
    services.pinpoint.on(SendMessagesCommand).resolves({
      MessageResponse: { ApplicationId: 'a', Result: { 'phone-1': { DeliveryStatus, StatusCode, UpdatedToken } } },
    });
    const who = await sends('Promote push');
    expect((await who.sends())[0]).toMatchObject({ status: 'SENT' });
    const details = said() as readonly (Record<string, unknown> & { source: string })[];
    expect(details).toHaveLength(2);
    for (const { source: _, ...detail } of details) await fold(await who.say({ ...detail, userId: who.user }));
    providersAccept();
    await fold(await who.track('Receive push'));
    await carryAllOn(who.id);
    const { input } = outbox.at(-1)!;
    expect(JSON.stringify(input)).toContain('"phone-2":{"ChannelType":"APNS"');
    expect(JSON.stringify(input)).not.toContain('phone-1');
  });

  test('nothing holds up the message when it cannot be said', async () => {
    const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
    services.bus.on(PutEventsCommand).rejects(failure('InternalException', 500));
    services.sms
      .on(SendTextMessageCommand)
      .rejects(failure('ConflictException', 409, { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }));
    const who = await sends('Promote sms');
    expect(await rowOf(who)).toMatchObject({ status: 'FAILED' });
  });
});

describe('a push notification of which nobody knows whether it left', () => {
  const silent = async (event: 'Promote push' | 'Receive push' = 'Promote push') => {
    services.pinpoint.on(SendMessagesCommand).callsFake((input) => {
      outbox.push({ channel: 'push', input, at: Date.now() });
      throw failure('InternalServerErrorException', 500);
    });
    const who = await sends(event);
    const { MessageRequest } = outbox.at(-1)!.input as {
      MessageRequest: { Addresses: Record<string, { Context: Record<string, string> }> };
    };
    return { who, id: Object.values(MessageRequest.Addresses)[0]!.Context['message_id']! };
  };
  /** What the app says, in the way in of all signals. */
  const appSays = async (who: Somebody, event: string, id: string, context: object = {}): Promise<void> => {
    const { bodyReader } = await import('../../../functions/signal/read-body.ts');
    const detail = { userId: who.user, messageId: `${event}-${id}`, event, properties: { message_id: id }, context };
    const envelope = { id: 'e', source: 'app', 'detail-type': 'track', detail: { type: 'track', ...detail } };
    const [parsed] = await bodyReader({})(JSON.stringify(envelope), Date.now());
    await fold(await who.stored(parsed!.signal!, Date.now()));
  };

  test.each([
    ['Push Notification Received', 'SENT'],
    ['Push Notification Tapped', 'SENT'],
    ['Push Notification Bounced', 'FAILED'],
  ])('is settled by its app: %s', async (event, status) => {
    const { who, id } = await silent();
    expect(await rowOf(who)).toMatchObject({ status: 'UNKNOWN' });
    await appSays(who, event, id);
    expect(await rowOf(who)).toMatchObject({ status, settledBy: 'report' });
  });

  test('is not settled by what is said of another, or of none', async () => {
    const { who, id } = await silent();
    await appSays(who, 'Push Notification Received', `${id}x`);
    await appSays(who, 'Push Notification Received', 'nonsense');
    await appSays(who, 'Application Opened', id);
    expect(await rowOf(who)).toMatchObject({ status: 'UNKNOWN' });
  });

  test('a tap counts as engagement, and the run knows of it', async () => {
    const { who, id } = await silent();
    await appSays(who, 'Push Notification Received', id);
    await appSays(who, 'Push Notification Tapped', id);
    const { viewProfile } = await import('#core/profile');
    const { engagement } = viewProfile(JSON.parse((await who.profile())!.body), Date.now());
    expect(engagement.push).toMatchObject({ delivered: 1, opened: 1 });
    expect([...(await rowOf(who))!['reports']].map((each: string) => each.split(' ')[1])).toEqual(
      expect.arrayContaining(['delivered', 'opened']),
    );
  });

  test('a device that bounced gets nothing any more', async () => {
    const { who, id } = await silent();
    at(Date.now() + minute);
    await appSays(who, 'Push Notification Bounced', id, { device: { token: 'phone-1', type: 'ios' } });
    providersAccept();
    await fold(await who.track('Receive push'));
    await carryAllOn(who.id);
    expect((await who.whys()).map(({ reason }) => reason)).toEqual(['no-address']);
  });
});

describe('the first promotion at a number', () => {
  const texts = (who: Somebody) =>
    outbox
      .filter(({ channel, input }) => channel === 'sms' && JSON.stringify(input).includes(who.id))
      .map(({ input }) => input['MessageBody']);

  test('says who writes and how to end it, those after it do not; a receipt says neither', async () => {
    const who = await sends('Receive sms');
    await fold(await who.track('Promote sms'));
    await carryAllOn(who.id);
    await who.until(morning + 31 * 24 * hour);
    await fold(await who.track('Promote sms'));
    await carryAllOn(who.id);
    expect(texts(who)).toEqual(['Hi', 'Shop: Hi Reply STOP to opt out', 'Hi']);
  });

  test('at another number is the first again', async () => {
    const who = await sends('Promote sms');
    await who.until(morning + 31 * 24 * hour);
    await fold(await who.identify({ phone: '+447700900999' }));
    await fold(await who.track('Promote sms'));
    await carryAllOn(who.id);
    expect(texts(who)).toEqual(['Shop: Hi Reply STOP to opt out', 'Shop: Hi Reply STOP to opt out']);
  });

  test('that was refused was no first', async () => {
    services.sms.on(SendTextMessageCommand).rejects(failure('ValidationException', 400));
    const who = await sends('Promote sms');
    providersAccept();
    await who.until(morning + 31 * 24 * hour);
    await fold(await who.track('Promote sms'));
    await carryAllOn(who.id);
    expect(texts(who)).toEqual(['Shop: Hi Reply STOP to opt out']);
  });
});
