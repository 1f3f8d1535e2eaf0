import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Channel, ConsentStatus } from '#core/profile';
import type { PageTopic } from './deployed-topics.ts';
import { escape, page } from './page.ts';
import { fill, type Voice } from './voice.ts';

/** One box of the page: a topic on a channel, and how things stand with it. */
export type Choice = {
  readonly channel: Channel;
  readonly topic: PageTopic;
  readonly status: ConsentStatus;
  /** ISO 8601. */
  readonly until?: string | undefined;
};

/**
 * The version of the words in `texts`, and their language: it goes into the ledger with every choice, so that nobody has to
 * guess what was agreed to.
 */
export const wordingOf = ({ language }: Voice): string => `preferences-2026-11-${language}`;

export const isOn = ({ status }: Pick<Choice, 'status'>): boolean => status === 'granted' || status === 'pending';

const dayOf = (iso: string, { language }: Voice): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(iso),
  );

const noteOf = ({ status, until }: Choice, voice: Voice): string => {
  const words = voice.texts.preferences;
  if (status === 'pending') return words.pending;
  if (status === 'expired') return words.expired;
  return status === 'granted' && until !== undefined ? fill(words.until, { day: dayOf(until, voice) }) : '';
};

export const fieldOf = ({ channel, topic }: Pick<Choice, 'channel' | 'topic'>): string => `${channel}:${topic.name}`;

const box = (choice: Choice, voice: Voice): string => {
  const [field, note] = [escape(fieldOf(choice)), noteOf(choice, voice)];
  const was = `<input type="hidden" name="was:${field}" value="${isOn(choice) ? 'on' : 'off'}">`;
  const small = note === '' ? '' : ` <small>${escape(note)}</small>`;
  return `${was}<label><input type="checkbox" name="${field}" value="on"${isOn(choice) ? ' checked' : ''}><span>${escape(voice.texts.preferences[choice.channel])}${small}</span></label>`;
};

const group = (topic: PageTopic, choices: readonly Choice[], voice: Voice): string =>
  `<fieldset><legend>${escape(topic.title)}</legend>${topic.about === '' ? '' : `<p class="about">${escape(topic.about)}</p>`}<div class="ways">${choices
    .filter((choice) => choice.topic.name === topic.name)
    .map((choice) => box(choice, voice))
    .join('')}</div></fieldset>`;

export type Preferences = {
  readonly voice: Voice;
  readonly topics: readonly PageTopic[];
  readonly choices: readonly Choice[];
  readonly note?: string;
  /** They texted STOP, which no page may lift: the end of their number, and ours to text START to, where that is known. */
  readonly stopped?: { readonly digits: string; readonly to?: string };
};

const NUMBER = /^\+?\d{3,15}$/;

const stoppedNote = ({ stopped, voice }: Preferences): string => {
  if (stopped === undefined) return '';
  const words = voice.texts.preferences;
  const { digits, to = '' } = stopped;
  const link = `<a href="sms:${to}?&amp;body=START">${to}</a>`;
  const start = NUMBER.test(to) ? escape(words.start).replace('{number}', link) : escape(words.startAny);
  return `<div class="note" role="note"><p>${escape(fill(words.stopped, { digits }))}</p><p><strong>${start}</strong></p></div>`;
};

const form = ({ topics, choices, voice }: Preferences): string =>
  `<form method="post">${topics
    .map((topic) => group(topic, choices, voice))
    .join(
      '',
    )}<button name="do" value="save">${escape(voice.texts.preferences.save)}</button><button class="plain" name="do" value="nothing">${escape(voice.texts.preferences.nothing)}</button></form>`;

/** What one may hear about, and how: a box each. */
export const preferencesPage = (
  shown: Preferences,
  { status = 200 }: { status?: number } = {},
): APIGatewayProxyStructuredResultV2 =>
  page({
    status,
    isWide: true,
    voice: shown.voice,
    title: shown.voice.texts.preferences.title,
    text: [shown.voice.texts.preferences.text],
    body: `${shown.note === undefined ? '' : `<p class="done" role="status">${escape(shown.note)}</p>`}${stoppedNote(shown)}${form(shown)}`,
  });
