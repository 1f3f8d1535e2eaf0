import { createHash } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { consentChanged } from '#core/events';
import { CHANNELS, type Consents, consentStatus } from '#core/profile';
import type { JsonObject } from '#core/signal';
import { busWriter } from '../aws/bus-writer.ts';
import { dynamodb } from '../aws/clients.ts';
import { readGate } from '../aws/gate-store.ts';
import { idsWith } from '../aws/customer-id.ts';
import { customerKey } from '../aws/keyed-hash.ts';
import { gateKey, keyItem, plain } from '../aws/keys.ts';
import { type PreferencesLink, readPreferencesToken } from '../aws/links/preferences-link.ts';
import { observed } from '../aws/observed.ts';
import { suppressionStore } from '../aws/suppression-store.ts';
import { PreferencesEnv } from './preferences.env.ts';
import { deployedTopics } from './web/deployed-topics.ts';
import { badLinkPage, escape, oldLinkPage, tryAgainPage } from './web/page.ts';
import { type Choice, fieldOf, isOn, type Preferences, preferencesPage, wordingOf } from './web/preferences-page.ts';
import { readerOf } from './web/reader.ts';
import { readForm } from './web/read-form.ts';
import { tellBus } from './web/tell-bus.ts';
import { type Voice, voiceFor } from './web/voice.ts';

const env = PreferencesEnv.parse(process.env);
const bus = busWriter(env.BUS_NAME);
const topics = deployedTopics();
const channels = CHANNELS.filter((channel) => env.CHANNELS.split(',').includes(channel));
const brand = env.BRAND_NAME;
const suppressions = suppressionStore(env.STATE_TABLE);

const consentsOf = async (customer: string): Promise<Consents> => {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ TableName: env.STATE_TABLE, Key: keyItem(gateKey(customer)), ConsistentRead: true }),
  );
  return readGate(Item === undefined ? undefined : plain(Item)).consents;
};

const choicesIn = (consents: Consents, now: number): readonly Choice[] =>
  topics.flatMap((topic) =>
    channels.map((channel) => {
      const { name, isDouble } = topic;
      const status = consentStatus(consents, channel, name, { now, isDouble });
      return { channel, topic, status, until: (consents[channel]?.[name] ?? consents[channel]?.['*'])?.expiresAt };
    }),
  );

/** What the customer wants now, box by box. */
const wishesIn = (form: URLSearchParams, choices: readonly Choice[]): ReadonlyMap<Choice, boolean> =>
  new Map(choices.map((choice) => [choice, form.get('do') !== 'nothing' && form.get(fieldOf(choice)) === 'on']));

/** A box that was changed; or that is not as we know it, because what was said through an earlier page is not told yet. */
const isChanged = (choice: Choice, wish: boolean, form: URLSearchParams): boolean =>
  isOn(choice) !== wish || (form.get(`was:${fieldOf(choice)}`) === 'on') !== wish;

/** A STOP that stands between the customer and text messages, whatever they choose. */
const stopOf = async (phone: string | undefined, key: string): Promise<Preferences['stopped']> => {
  if (phone === undefined || !channels.includes('sms')) return undefined;
  const stop = await suppressions.stopOf(idsWith(key).addressHash('sms', phone));
  return stop && { ...stop, digits: phone.slice(-4) };
};

type Page = { readonly link: PreferencesLink; readonly at: string; readonly voice: Voice };

/**
 * Each press of the button is said once, at its own time: the log keeps one row for an id, and that row may not move in time.
 * Whoever opened a link that was sent to an address has that address: what they grant there is confirmed.
 */
const changeOf = ({ channel, topic }: Choice, granted: boolean, { link, at, voice }: Page): JsonObject => {
  const said = `${link.customer} ${at} ${channel} ${topic.name}`;
  return {
    type: 'track',
    event: consentChanged,
    messageId: `preferences-${createHash('sha256').update(said).digest('base64url').slice(0, 32)}`,
    timestamp: at,
    context: { customer: link.customer },
    properties: {
      channel,
      topic: topic.name,
      granted,
      source: 'preference-page',
      wording: wordingOf(voice),
      evidence: { link_sent_by: link.channel },
      ...(granted && channel === link.channel && { confirmed: true }),
    },
  };
};

const after = (choice: Choice, wish: boolean, link: PreferencesLink): Choice => {
  if (!wish) return { ...choice, status: 'refused' };
  const waits = choice.topic.isDouble && choice.channel !== link.channel && choice.status !== 'granted';
  return { ...choice, status: waits ? 'pending' : 'granted' };
};

/** What a page shows beside the choices. */
type Around = Pick<Preferences, 'voice' | 'topics' | 'stopped'>;

const save = async (
  event: APIGatewayProxyEventV2,
  link: PreferencesLink,
  around: Around,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { timeEpoch: now } = event.requestContext;
  const words = around.voice.texts.preferences;
  const choices = choicesIn(await consentsOf(link.customer), now);
  const form = readForm(event);
  if (form === undefined || !['save', 'nothing'].includes(form.get('do') ?? '')) {
    return preferencesPage({ ...around, choices, note: words.not }, { status: 400 });
  }
  const wishes = wishesIn(form, choices);
  const page: Page = { link, at: new Date(now).toISOString(), voice: around.voice };
  const changes = [...wishes].filter(([choice, wish]) => isChanged(choice, wish, form));
  const isTold = await tellBus(
    bus,
    changes.map(([choice, wish]) => changeOf(choice, wish, page)),
    { customer: link.customer, room: 'preferences' },
  );
  if (!isTold) return tryAgainPage(around.voice, `<form method="get"><button>${escape(words.back)}</button></form>`);
  const saved = [...wishes].map(([choice, wish]) => after(choice, wish, link));
  return preferencesPage({ ...around, choices: saved, note: changes.length === 0 ? words.same : words.saved });
};

const preferences = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const { http, timeEpoch: now } = event.requestContext;
  const key = await customerKey(env.KEY_SECRET_ARN);
  const link = readPreferencesToken(event.pathParameters?.['token'] ?? '', { key, now });
  const unknown = voiceFor(brand, event);
  if (link === undefined) return badLinkPage(unknown);
  if (link === 'expired') return oldLinkPage(unknown, unknown.texts.preferences.old);
  const { locale, phone } = await readerOf(env.STATE_TABLE, link.customer);
  const stopped = await stopOf(phone, key);
  const around = { voice: voiceFor(brand, event, locale), topics, ...(stopped && { stopped }) };
  if (http.method === 'POST') return save(event, link, around);
  return preferencesPage({ ...around, choices: choicesIn(await consentsOf(link.customer), now) });
};

/**
 * `GET` and `POST /v1/preferences/{token}`: what a customer wants to hear about and how, behind a signed link, without login.
 * Opening it changes nothing; each box that is saved differently becomes a `Consent Changed`.
 */
export const handler = observed('feedback', preferences);
