import { createHash } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { consentChanged } from '#core/events';
import { CHANNELS, type Consents, consentStatus } from '#core/profile';
import type { JsonObject } from '#core/signal';
import { busWriter } from '../aws/bus-writer.ts';
import { dynamodb } from '../aws/clients.ts';
import { readGate } from '../aws/gate-store.ts';
import { customerKey } from '../aws/keyed-hash.ts';
import { gateKey, keyItem, plain } from '../aws/keys.ts';
import { type PreferencesLink, readPreferencesToken } from '../aws/links/preferences-link.ts';
import { observed } from '../aws/observed.ts';
import { PreferencesEnv } from './preferences.env.ts';
import { deployedTopics } from './web/deployed-topics.ts';
import { badLinkPage, oldLinkPage, tryAgainPage } from './web/page.ts';
import { type Choice, fieldOf, isOn, preferencesPage, WORDING } from './web/preferences-page.ts';
import { readForm } from './web/read-form.ts';
import { tellBus } from './web/tell-bus.ts';

const env = PreferencesEnv.parse(process.env);
const bus = busWriter(env.BUS_NAME);
const topics = deployedTopics();
const channels = CHANNELS.filter((channel) => env.CHANNELS.split(',').includes(channel));
const brand = env.BRAND_NAME;

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

type Page = { readonly link: PreferencesLink; readonly at: string };

/**
 * Each press of the button is said once, at its own time: the log keeps one row for an id, and that row may not move in time.
 * Whoever opened a link that was sent to an address has that address: what they grant there is confirmed.
 */
const changeOf = ({ channel, topic }: Choice, granted: boolean, { link, at }: Page): JsonObject => {
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
      wording: WORDING,
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

const save = async (
  event: APIGatewayProxyEventV2,
  link: PreferencesLink,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { timeEpoch: now } = event.requestContext;
  const choices = choicesIn(await consentsOf(link.customer), now);
  const form = readForm(event);
  if (form === undefined || !['save', 'nothing'].includes(form.get('do') ?? '')) {
    const note = 'Nothing was changed: that was no form of ours. Please choose, and save.';
    return preferencesPage({ brand, topics, choices, note }, { status: 400 });
  }
  const wishes = wishesIn(form, choices);
  const page: Page = { link, at: new Date(now).toISOString() };
  const changes = [...wishes].filter(([choice, wish]) => isChanged(choice, wish, form));
  const isTold = await tellBus(
    bus,
    changes.map(([choice, wish]) => changeOf(choice, wish, page)),
    { customer: link.customer, room: 'preferences' },
  );
  if (!isTold) return tryAgainPage(brand, '<form method="get"><button>Back to your choices</button></form>');
  const saved = [...wishes].map(([choice, wish]) => after(choice, wish, link));
  const note = changes.length === 0 ? 'Nothing was different. All is as you see it.' : 'Saved. All is as you see it.';
  return preferencesPage({ brand, topics, choices: saved, note });
};

const preferences = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const { http, timeEpoch: now } = event.requestContext;
  const key = await customerKey(env.KEY_SECRET_ARN);
  const link = readPreferencesToken(event.pathParameters?.['token'] ?? '', { key, now });
  if (link === undefined) return badLinkPage(brand);
  if (link === 'expired')
    return oldLinkPage(
      brand,
      'Please use the link of a newer message. The unsubscribe link of any message still works.',
    );
  if (http.method === 'POST') return save(event, link);
  return preferencesPage({ brand, topics, choices: choicesIn(await consentsOf(link.customer), now) });
};

/**
 * `GET` and `POST /v1/preferences/{token}`: what a customer wants to hear about and how, behind a signed link, without login.
 * Opening it changes nothing; each box that is saved differently becomes a `Consent Changed`.
 */
export const handler = observed('feedback', preferences);
