import { consentChanged, preferencesSource } from '#core/events';
import { createHash } from 'node:crypto';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { eventbridge } from '../aws/clients.ts';
import { customerKey } from '../aws/keyed-hash.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { readUnsubscribeToken, type Unsubscription } from '../aws/unsubscribe-link.ts';
import { preferencesToken } from '../aws/links/preferences-link.ts';
import { deployedTopics } from './web/deployed-topics.ts';
import { badLinkPage } from './web/page.ts';
import { readerOf } from './web/reader.ts';
import { askPage, badRequestPage, donePage, tryAgainPage } from './web/unsubscribe-page.ts';
import { sayWhat, voiceFor } from './web/voice.ts';
import { UnsubscribeEnv } from './unsubscribe.env.ts';

const env = UnsubscribeEnv.parse(process.env);
const topics = deployedTopics();

const ONE_CLICK_FORM = /(?:^|&)List-Unsubscribe=One-Click(?:&|\s*$)/;
/** The field wherever it stands: the boundary printed in RFC 8058 is one of those that do not match their parts. */
const ONE_CLICK_PART = /name="List-Unsubscribe"\r?\n(?:[^\r\n]+\r?\n)*\r?\nOne-Click\s*(?:\r?\n|$)/;

const isOneClick = ({ headers, body = '', isBase64Encoded }: APIGatewayProxyEventV2): boolean => {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  const type = (headers['content-type'] ?? '').toLowerCase();
  if (type.startsWith('application/x-www-form-urlencoded')) return ONE_CLICK_FORM.test(text);
  return type.startsWith('multipart/form-data') && ONE_CLICK_PART.test(text);
};

/**
 * The same within one minute, so that a mailbox's repeated request is one signal; another one later, so that a customer
 * who came back in between can leave again through the same link.
 */
const messageIdOf = (token: string, at: number): string =>
  `unsubscribe-${createHash('sha256')
    .update(`${token} ${Math.floor(at / 60_000)}`)
    .digest('base64url')
    .slice(0, 32)}`;

const withdraw = async ({ customer, channel, topic }: Unsubscription, messageId: string): Promise<boolean> => {
  const detail = {
    type: 'track',
    event: consentChanged,
    messageId,
    context: { customer },
    properties: { channel, topic, granted: false, source: 'unsubscribe-link' },
  };
  const entry = {
    EventBusName: env.BUS_NAME,
    Source: preferencesSource,
    DetailType: 'track',
    Detail: JSON.stringify(detail),
  };
  try {
    const { FailedEntryCount, Entries } = await eventbridge().send(new PutEventsCommand({ Entries: [entry] }));
    if ((FailedEntryCount ?? 0) === 0) return true;
    logger.error('Unsubscribe was not stored', { customer, reason: Entries?.[0]?.ErrorCode ?? 'unknown' });
  } catch (thrown) {
    logger.error('Unsubscribe was not stored', { customer, reason: thrown instanceof Error ? thrown.name : 'unknown' });
  }
  count('UnsubscribeFailed');
  return false;
};

const unsubscribe = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const token = event.pathParameters?.['token'] ?? '';
  const key = await customerKey(env.KEY_SECRET_ARN);
  const brand = env.BRAND_NAME;
  const what = readUnsubscribeToken(token, key);
  if (what === undefined) return badLinkPage(voiceFor(brand, event));
  const { http, timeEpoch: now } = event.requestContext;
  const isRequest = http.method === 'POST' && isOneClick(event);
  const isStored = isRequest && (await withdraw(what, messageIdOf(token, now)));
  const voice = voiceFor(brand, event, (await readerOf(env.STATE_TABLE, what.customer)).locale);
  const around = { voice, what: sayWhat(what, voice, topics), preferences: preferencesToken(what, key, now) };
  if (http.method !== 'POST') return askPage(around);
  if (!isRequest) return badRequestPage(voice);
  return isStored ? donePage(around) : tryAgainPage(voice);
};

/**
 * `GET` and `POST /v1/unsubscribe/{token}`: a page to confirm on, and the one click of RFC 8058, without login, cookie or
 * redirect; from there a link leads to the page of all choices. What the customer said becomes a signal like any other.
 * @see https://www.rfc-editor.org/rfc/rfc8058
 */
export const handler = observed('feedback', unsubscribe);
