import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { consentChanged } from '#core/events';
import type { JsonObject } from '#core/signal';
import { busWriter } from '../aws/bus-writer.ts';
import { customerKey } from '../aws/keyed-hash.ts';
import { type ConfirmationLink, readConfirmationToken } from '../aws/links/confirmation-link.ts';
import { preferencesToken } from '../aws/links/preferences-link.ts';
import { observed } from '../aws/observed.ts';
import { ConfirmConsentEnv } from './confirm-consent.env.ts';
import { deployedTopics } from './web/deployed-topics.ts';
import { badLinkPage, escape, oldLinkPage, page, tryAgainPage } from './web/page.ts';
import { readerOf } from './web/reader.ts';
import { tellBus } from './web/tell-bus.ts';
import { fill, sayWhat, voiceFor } from './web/voice.ts';

const env = ConfirmConsentEnv.parse(process.env);
const bus = busWriter(env.BUS_NAME);
const brand = env.BRAND_NAME;
const topics = deployedTopics();

const form = (button: string): string => `<form method="post"><button>${escape(button)}</button></form>`;

/** Each press is said once, at its own time: the log keeps one row for an id, and that row may not move in time. */
const confirmationOf = (link: ConfirmationLink, token: string, at: string): JsonObject => ({
  type: 'track',
  event: consentChanged,
  messageId: `confirmation-${createHash('sha256').update(`${token} ${at}`).digest('base64url').slice(0, 32)}`,
  timestamp: at,
  context: { customer: link.customer },
  properties: {
    channel: link.channel,
    topic: link.topic,
    granted: true,
    confirmed: true,
    source: 'confirmation-link',
    ...(link.wording !== '' && { wording: link.wording }),
    evidence: { request: link.request },
  },
});

const confirm = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const { http, timeEpoch: now } = event.requestContext;
  const token = event.pathParameters?.['token'] ?? '';
  const key = await customerKey(env.KEY_SECRET_ARN);
  const link = readConfirmationToken(token, { key, now });
  if (link === undefined) return badLinkPage(voiceFor(brand, event));
  const known = link === 'expired' ? undefined : await readerOf(env.STATE_TABLE, link.customer);
  const voice = voiceFor(brand, event, known?.locale);
  const words = voice.texts.confirm;
  if (link === 'expired') return oldLinkPage(voice, words.old);
  const what = sayWhat(link, voice, topics);
  if (http.method !== 'POST') {
    const text = [fill(words.text, { what }), words.notYou];
    return page({ status: 200, voice, title: words.title, text, body: form(words.button) });
  }
  const said = confirmationOf(link, token, new Date(now).toISOString());
  const isTold = await tellBus(bus, [said], { customer: link.customer, room: 'confirmation' });
  if (!isTold) return tryAgainPage(voice, form(voice.texts.again.button));
  return page({
    status: 200,
    voice,
    title: words.done,
    text: [fill(words.doneText, { what })],
    body: `<p class="done"><a href="../preferences/${escape(preferencesToken(link, key, now))}">${escape(words.change)}</a></p>`,
  });
};

/**
 * `GET` and `POST /v1/confirmations/{token}`: the second step of a double opt-in. Opening it confirms nothing, since scanners
 * open every link; pressing the button becomes a `Consent Changed` with `confirmed: true`.
 */
export const handler = observed('feedback', confirm);
