import { consentChanged, emailLinkClicked, smsReceived } from '#core/events';
import { stepKey } from '#core/journey';
import type { JsonObject } from '#core/signal';
import type { Rates } from '../behaviour/behaviour.ts';
import { msOf } from '../behaviour/duration-field.ts';
import { chanceOf, delay, happens } from './chance.ts';
import type { Prompt } from './counter.ts';
import type { Coming } from './customer.ts';
import type { Setting } from '../run/setting.ts';

type Answer = {
  /** The signal, where some journey looks at it. */
  readonly coming?: Coming;
  /** What reactions may follow it. */
  readonly answer?: { readonly is: 'delivered' | 'opened' | 'clicked' | 'replied'; readonly at: number };
  readonly suppresses?: string;
};

type OnChannel = Prompt & { readonly channel: 'email' | 'sms' | 'push' };

const told = {
  email: { delivered: 'Email Delivered', opened: 'Email Opened', clicked: emailLinkClicked },
  sms: { delivered: 'SMS Delivered', replied: smsReceived },
  push: {},
} as const;

const eventOf = (channel: OnChannel['channel'], is: string): string | undefined =>
  Object.entries(told[channel]).find(([name]) => name === is)?.[1];

/** An address that is not written to again is no address any more. */
const lostAddress = { email: { email: null }, sms: { phone: null }, push: {} } as const;

/** What comes back of a message that was sent. @param who the words that chance is drawn from. */
export const feedbackOf = (
  setting: Setting,
  who: string,
  { after: step, run, now, channel }: OnChannel,
): readonly Answer[] => {
  const { messages } = setting.behaviour;
  const rates: Rates = { ...messages[channel], ...messages.steps[step] };
  const chance = chanceOf(`${who}/${run.enrol}/${run.occurrence}/${now}/${step}/feedback`);
  const median = msOf(rates.delay ?? '1 hour');
  const key = stepKey(setting.live.plan, step, run.steps);
  const tags: JsonObject = { journey: run.journey, enrol: run.enrol, occurrence: run.occurrence, step: key, channel };
  const soon = now + 2000;

  const answered = (is: NonNullable<Answer['answer']>['is'], at: number): Answer => {
    const event = eventOf(channel, is);
    const isRead = event !== undefined && (is === 'clicked' || is === 'replied' || setting.isRead(event, is));
    const properties = { ...tags, human: true };
    return { answer: { is, at }, ...(isRead ? { coming: { at, event, properties } } : {}) };
  };
  const withdrawn = (at: number): Answer => ({
    coming: { at, event: consentChanged, properties: { channel, granted: false, source: 'simulated' } },
  });
  const lost = (at: number): Answer => ({
    suppresses: channel,
    coming: { at, event: 'Identified', type: 'identify', traits: lostAddress[channel] },
  });

  const isFailed = happens(chance, rates.failed ?? 0);
  if (isFailed) return [lost(soon)];
  const opensAt = now + delay(chance, median);
  const isOpened = happens(chance, rates.opened ?? 0);
  const isClicked = happens(chance, rates.clicked ?? 0);
  const isReplied = happens(chance, rates.replied ?? 0);
  const isWithdrawn = happens(chance, rates.unsubscribed ?? 0);
  const isComplained = happens(chance, rates.complained ?? 0);
  return [
    answered('delivered', soon),
    ...(isOpened || isClicked ? [answered('opened', opensAt)] : []),
    ...(isClicked ? [answered('clicked', opensAt + 5000)] : []),
    ...(isReplied ? [answered('replied', opensAt + 5000)] : []),
    ...(isWithdrawn ? [withdrawn(opensAt + 20_000)] : []),
    ...(isComplained ? [lost(opensAt + 30_000)] : []),
  ];
};
