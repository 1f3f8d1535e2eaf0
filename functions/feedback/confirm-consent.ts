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
import { tellBus } from './web/tell-bus.ts';

const env = ConfirmConsentEnv.parse(process.env);
const bus = busWriter(env.BUS_NAME);
const brand = env.BRAND_NAME;
const topics = deployedTopics();

const CHANNELS = { email: 'emails', sms: 'text messages', push: 'notifications' } as const;
const sayWhat = ({ channel, topic }: ConfirmationLink): string => {
  const title = topics.find(({ name }) => name === topic)?.title ?? topic;
  return topic === '*' ? `${CHANNELS[channel]} from us` : `${CHANNELS[channel]} about: ${title}`;
};

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
  if (link === undefined) return badLinkPage(brand);
  if (link === 'expired')
    return oldLinkPage(brand, 'Nothing was confirmed. Please sign up again, and we send a new one.');
  if (http.method !== 'POST')
    return page({
      status: 200,
      brand,
      title: 'Please confirm',
      text: [
        `You asked for ${sayWhat(link)}. One press, and you get them.`,
        'If it was not you, close this page: nothing will come.',
      ],
      body: form('Yes, I want them'),
    });
  const said = confirmationOf(link, token, new Date(now).toISOString());
  const isTold = await tellBus(bus, [said], { customer: link.customer, room: 'confirmation' });
  if (!isTold) return tryAgainPage(brand, form('Try again'));
  return page({
    status: 200,
    brand,
    title: 'Confirmed',
    text: [`You get ${sayWhat(link)}.`],
    body: `<p class="done"><a href="../preferences/${escape(preferencesToken(link, key, now))}">Change this at any time</a></p>`,
  });
};

/**
 * `GET` and `POST /v1/confirmations/{token}`: the second step of a double opt-in. Opening it confirms nothing, since scanners
 * open every link; pressing the button becomes a `Consent Changed` with `confirmed: true`.
 */
export const handler = observed('feedback', confirm);
