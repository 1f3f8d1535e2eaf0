import { randomUUID } from 'node:crypto';
import type { Events } from '../events/create-events.ts';
import { AwsError, type Service, type World } from '../world.ts';
import { createSes } from './email/create-ses.ts';
import { pressUnsubscribe } from './one-click.ts';
import { publishEmail } from './email/publish-email.ts';
import { sesSettings } from './email/ses-settings.ts';
import { createSuppression } from './email/suppression.ts';
import { createHappenings, type Happening, type What } from './happenings.ts';
import { createOutbox, type OutboxMessage } from './outbox.ts';
import { createProviderMode, type ProviderMode } from './provider-mode.ts';
import { createMobileTargeting } from './push/create-mobiletargeting.ts';
import { createRecipients, type Script } from './recipients.ts';
import { createOptOuts } from './sms/opt-outs.ts';
import { createSmsVoice } from './sms/create-sms-voice.ts';
import { publishSms } from './sms/publish-sms.ts';
import { smsSettings } from './sms/sms-settings.ts';
import { verifiedNumbers } from './sms/verified-numbers.ts';

/** What a person can do with a message. */
export type Act = 'open' | 'click' | 'bounce' | 'complain' | 'reply';

export interface Messaging {
  readonly ses: Service;
  readonly smsVoice: Service;
  readonly mobileTargeting: Service;
  /** Every accepted message, oldest first. */
  list(): readonly OutboxMessage[];
  clear(): Promise<void>;
  /** What the person behind an address does from now on; `*` is everybody else. */
  script(address: string, script: Script): void;
  /** Does something with a message now. Resolves when the event is on the bus; throws when nothing would hear of it. */
  act(id: string, act: Act, more?: { readonly link?: string; readonly text?: string }): Promise<void>;
  mode(): ProviderMode;
  setMode(mode: Partial<ProviderMode>): void;
  /** Takes up deliveries that were under way. Call once every service is there. */
  start(): void;
}

/** Email, SMS and push: the providers, one outbox for all of them, and the people who receive. */
export const createMessaging = (world: World, emit: Events['emit']): Messaging => {
  const outbox = createOutbox(world);
  const recipients = createRecipients(world);
  const mode = createProviderMode(world);
  const suppression = createSuppression(world);
  const optOuts = createOptOuts(world);
  const email = sesSettings(world.stack);
  const sms = smsSettings(world.stack);

  const publish = async (happening: Happening): Promise<number> => {
    const sent = outbox.find(happening.messageId);
    if (sent === undefined) return 0;
    switch (sent.message.channel) {
      case 'email': {
        if (happening.what === 'opt-out') return pressUnsubscribe(world, sent).then(() => 0);
        const link = happening.link ?? firstLink(sent.message);
        const whole = link === undefined ? happening : { ...happening, link };
        return publishEmail({ world, settings: email, suppression, emit }, sent, whole);
      }
      case 'sms':
        return publishSms({ world, settings: sms, optOuts, emit }, sent, happening);
      case 'push':
        return 0;
    }
  };
  const happenings = createHappenings(world, async (one) => void (await publish(one)));
  const shared = { world, outbox, happenings, recipients, mode };

  return {
    ses: createSes({ ...shared, settings: email, suppression }),
    smsVoice: createSmsVoice({ ...shared, settings: sms, optOuts, verified: verifiedNumbers(world) }),
    mobileTargeting: createMobileTargeting(shared),
    list: outbox.list,
    async clear() {
      outbox.clear();
      await world.journal.durable();
    },
    script: recipients.script,
    async act(id, act, more = {}) {
      const sent = outbox.find(id);
      if (sent === undefined)
        throw new AwsError('NotFound', `There is no message ${id} in the outbox.`, { status: 404 });
      const what = whatOf(act, sent.message);
      if (act === 'click' && (more.link ?? firstLink(sent.message)) === undefined)
        throw new AwsError('InvalidRequest', 'The message has no link to click.');
      const happening = { id: randomUUID(), messageId: id, what, at: world.clock.now(), ...more };
      const published = await world.clock.busy(() => publish(happening));
      await world.journal.durable();
      if (published === 0 && act !== 'reply')
        throw new AwsError('InvalidRequest', `${UNHEARD} (${act} of message ${id})`);
    },
    mode: mode.current,
    setMode: mode.set,
    start: happenings.resume,
  };
};

const UNHEARD =
  'Nothing hears of this: the message has no configuration set with an enabled EventBridge or SNS destination for it';

const whatOf = (act: Act, { channel }: OutboxMessage): What => {
  if (channel === 'email' && act === 'reply')
    throw new AwsError('InvalidRequest', 'A reply to an email goes to its sender’s mailbox, not to AWS.');
  if (channel === 'push')
    throw new AwsError('InvalidRequest', 'AWS reports nothing about a push message after it was sent.');
  if (channel === 'sms' && (act === 'open' || act === 'click'))
    throw new AwsError(
      'InvalidRequest',
      `AWS does not report that an SMS was ${act === 'open' ? 'opened' : 'clicked'}.`,
    );
  return act === 'complain' ? 'complaint' : act;
};

const firstLink = ({ html, text }: OutboxMessage): string | undefined =>
  /href="(https?:[^"]+)"/i.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? /https?:\/\/[^\s<>"]+/.exec(text)?.[0];
