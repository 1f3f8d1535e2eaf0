import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Channel, ConsentStatus } from '#core/profile';
import type { PageTopic } from './deployed-topics.ts';
import { escape, page } from './page.ts';

/** One box of the page: a topic on a channel, and how things stand with it. */
export type Choice = {
  readonly channel: Channel;
  readonly topic: PageTopic;
  readonly status: ConsentStatus;
  /** ISO 8601. */
  readonly until?: string | undefined;
};

/** The version of the words below: it goes into the ledger with every choice, so that nobody has to guess what was agreed to. */
export const WORDING = 'preferences-2026-01';

const CHANNELS = { email: 'Email', sms: 'Text message', push: 'Notification' } as const;

export const isOn = ({ status }: Pick<Choice, 'status'>): boolean => status === 'granted' || status === 'pending';

const dayOf = (iso: string): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(iso),
  );

const noteOf = ({ status, until }: Choice): string => {
  if (status === 'pending') return 'waits for your confirmation';
  if (status === 'expired') return 'has run out';
  return status === 'granted' && until !== undefined ? `until ${dayOf(until)}` : '';
};

export const fieldOf = ({ channel, topic }: Pick<Choice, 'channel' | 'topic'>): string => `${channel}:${topic.name}`;

const box = (choice: Choice): string => {
  const [field, note] = [escape(fieldOf(choice)), noteOf(choice)];
  const was = `<input type="hidden" name="was:${field}" value="${isOn(choice) ? 'on' : 'off'}">`;
  const small = note === '' ? '' : ` <small>(${escape(note)})</small>`;
  return `${was}<label><input type="checkbox" name="${field}" value="on"${isOn(choice) ? ' checked' : ''}><span>${CHANNELS[choice.channel]}${small}</span></label>`;
};

const group = (topic: PageTopic, choices: readonly Choice[]): string =>
  `<fieldset><legend>${escape(topic.title)}</legend>${topic.about === '' ? '' : `<p class="about">${escape(topic.about)}</p>`}<div class="ways">${choices
    .filter((choice) => choice.topic.name === topic.name)
    .map(box)
    .join('')}</div></fieldset>`;

export type Preferences = {
  readonly brand: string;
  readonly topics: readonly PageTopic[];
  readonly choices: readonly Choice[];
  readonly note?: string;
};

const form = ({ topics, choices }: Preferences): string =>
  `<form method="post">${topics
    .map((topic) => group(topic, choices))
    .join(
      '',
    )}<button name="do" value="save">Save</button><button class="plain" name="do" value="nothing">Stop all of this</button></form>`;

/** What one may hear about, and how: a box each. */
export const preferencesPage = (
  shown: Preferences,
  { status = 200 }: { status?: number } = {},
): APIGatewayProxyStructuredResultV2 =>
  page({
    status,
    isWide: true,
    brand: shown.brand,
    title: 'What do you want to hear about?',
    text: ['Messages about your orders and answers to your questions reach you in any case.'],
    body: `${shown.note === undefined ? '' : `<p class="done" role="status">${escape(shown.note)}</p>`}${form(shown)}`,
  });
