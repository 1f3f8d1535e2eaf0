import '../world/environment.ts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { confirmationUrl } from '../../../functions/aws/links/confirmation-link.ts';
import { preferencesToken, preferencesUrl } from '../../../functions/aws/links/preferences-link.ts';
import { surveyLinks } from '../../../functions/aws/links/survey-link.ts';
import { unsubscribeToken } from '../../../functions/aws/unsubscribe-link.ts';
import { services } from '../world/calls.ts';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { customerKey as key } from '../world/environment.ts';
import { bus, busAccepts, context, monday, putRow, rowsOf, startWorld, stopWorld } from '../world/world.ts';

vi.mock('../../../functions/feedback/web/deployed-topics.ts', () => ({
  deployedTopics: () => [
    { name: 'promotions', title: 'Offers', about: 'What <b>goes</b> with it.', isDouble: false },
    { name: 'newsletter', title: 'Newsletter', about: '', isDouble: true },
  ],
}));

beforeAll(startWorld);
afterAll(stopWorld);
beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue();
  busAccepts();
  bus.length = 0;
});

const [customer, other] = ['c'.repeat(26), 'd'.repeat(26)];
const maker = { publicUrl: 'https://api.shop.example', key, now: monday };
const tokenOf = (url: string): string => new URL(url).pathname.split('/').at(-1)!;
const form = 'application/x-www-form-urlencoded';

type Call = {
  page: 'preferences' | 'confirm-consent' | 'answer-survey';
  token: string;
  now?: number;
  body?: string;
  type?: string;
  query?: Record<string, string>;
};
const call = async ({ page, token, now = monday, body, type = form, query = {} }: Call) => {
  const { handler } = await import(`../../../functions/feedback/${page}.ts`);
  const event = {
    headers: body === undefined ? {} : { 'content-type': type },
    pathParameters: { token },
    queryStringParameters: query,
    requestContext: { http: { method: body === undefined ? 'GET' : 'POST' }, timeEpoch: now },
    body,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
  return (await handler(event, context)) as APIGatewayProxyStructuredResultV2;
};
const said = () => bus.map(({ Source, Detail }) => ({ Source, ...JSON.parse(Detail) }));
const day = 86_400_000;

const survey = surveyLinks(
  { customer, journey: 'post-purchase', enrol: 'e'.repeat(26), occurrence: '1', step: 'survey' },
  maker,
);
const confirmation = { customer, channel: 'email', topic: 'newsletter', request: 'm1', wording: 'v3' } as const;
const tokens = {
  preferences: preferencesToken({ customer, channel: 'email' }, key, monday),
  'confirm-consent': tokenOf(confirmationUrl(confirmation, maker)),
  'answer-survey': tokenOf(survey.csat_url),
} as const;
const pages = ['preferences', 'confirm-consent', 'answer-survey'] as const;

describe.each(pages)('the page %s', (page) => {
  const token = tokens[page];

  test('opens without login and changes nothing; it loads nothing, is kept by nobody, and names nobody', async () => {
    const { statusCode, headers, body, cookies } = await call({ page, token });
    expect(statusCode).toBe(200);
    expect(cookies).toBeUndefined();
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(body).not.toMatch(/<script|<img|https?:|javascript:/i);
    expect(body).toMatch(/<html lang="en">[\s\S]*width=device-width[\s\S]*<h1>/);
    expect(body).toContain('Shop');
    expect(body).not.toContain(customer);
    expect(bus).toEqual([]);
  });

  test('refuses a link that is not ours, of another purpose, or changed', async () => {
    const bad = [
      '',
      'x',
      '..',
      `${token}x`,
      token.slice(1),
      token.replace('.', ''),
      ...pages.filter((each) => each !== page).map((each) => tokens[each]),
      unsubscribeToken({ customer, channel: 'email', topic: 'promotions' }, key),
      tokenOf(preferencesUrl({ customer, channel: 'email' }, { ...maker, key: 'another key' })),
    ];
    for (const each of bad)
      for (const body of [undefined, 'do=save&score=5'])
        expect(await call({ page, token: each, ...(body === undefined ? {} : { body }) })).toMatchObject({
          statusCode: 400,
          body: expect.stringContaining('This link does not work'),
        });
    expect(bus).toEqual([]);
  });

  test('says when its time is over', async () => {
    const late = await call({ page, token, now: monday + 100 * day });
    expect(late).toMatchObject({ statusCode: 410, body: expect.stringContaining('too old') });
    expect((await call({ page, token, now: monday + 100 * day, body: 'do=save&score=5' })).statusCode).toBe(410);
    expect(bus).toEqual([]);
  });

  test('says so when it could not be saved, and offers to try again', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    services.bus.on(PutEventsCommand).rejects(new Error('down'));
    const answer = await call({ page, token, body: 'do=save&score=5&email%3Apromotions=on' });
    expect(answer).toMatchObject({ statusCode: 502, body: expect.stringContaining('<form') });
  });
});

describe('preferences', () => {
  const page = 'preferences';
  const token = tokens.preferences;
  const consents = (all: object) =>
    putRow('state', { pk: `C#${customer}`, sk: 'GATE', version: 1, consents: JSON.stringify(all) });
  const granted = (more: object = {}) => ({ granted: true, at: '2026-01-01T00:00:00.000Z', id: 'a', ...more });
  const checked = (body = '') => [...body.matchAll(/name="(\w+:\w+)" value="on" checked/g)].map((match) => match[1]);

  test('shows channel by topic how things stand', async () => {
    await consents({
      email: { promotions: granted({ expiresAt: '2027-03-05T00:00:00.000Z' }), newsletter: granted() },
      sms: { '*': granted() },
    });
    const { body = '' } = await call({ page, token });
    expect(checked(body)).toEqual(['email:promotions', 'sms:promotions', 'email:newsletter', 'sms:newsletter']);
    expect(body).toContain('until 5 March 2027');
    expect(body.match(/waits for your confirmation/g)).toHaveLength(2);
    expect(body).toContain('What &lt;b&gt;goes&lt;/b&gt; with it.');
    await consents({ email: { promotions: granted({ expiresAt: '2026-01-05T09:00:00.000Z' }) } });
    const expired = (await call({ page, token })).body;
    expect(checked(expired)).toEqual([]);
    expect(expired).toContain('has run out');
  });

  test('each box that is saved differently is one consent, with where, the words and the time', async () => {
    await consents({ email: { promotions: granted() }, sms: { '*': granted() } });
    const answer = await call({
      page,
      token,
      body: 'do=save&was:email:promotions=on&was:sms:promotions=on&sms:promotions=on&was:sms:newsletter=on&email:newsletter=on&sms:newsletter=on',
    });
    expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('Saved') });
    expect(checked(answer.body)).toEqual(['sms:promotions', 'email:newsletter', 'sms:newsletter']);
    expect(said()).toEqual([
      {
        Source: 'segue.preferences',
        type: 'track',
        event: 'Consent Changed',
        messageId: expect.stringMatching(/^preferences-[\w-]{32}$/),
        timestamp: '2026-01-05T09:00:00.000Z',
        context: { customer },
        properties: {
          channel: 'email',
          topic: 'promotions',
          granted: false,
          source: 'preference-page',
          wording: expect.any(String),
          evidence: { link_sent_by: 'email' },
        },
      },
      expect.objectContaining({
        properties: expect.objectContaining({ channel: 'email', topic: 'newsletter', granted: true, confirmed: true }),
      }),
    ]);
  });

  test('what the link was not sent to is not confirmed by it', async () => {
    await consents({});
    const { body } = await call({ page, token, body: 'do=save&sms:newsletter=on' });
    expect(said()).toMatchObject([{ properties: { channel: 'sms', topic: 'newsletter', granted: true } }]);
    expect(said()[0].properties).not.toHaveProperty('confirmed');
    expect(body).toContain('waits for your confirmation');
  });

  test('a change taken back before it is known counts: the page remembers what it showed', async () => {
    await consents({ email: { promotions: granted() } });
    await call({ page, token, body: 'do=save&was:email:promotions=on' });
    await call({ page, token, now: monday + 500, body: 'do=save&was:email:promotions=off&email:promotions=on' });
    expect(said().map(({ properties }) => properties.granted)).toEqual([false, true]);
    expect(new Set(said().map(({ messageId }) => messageId)).size).toBe(2);
  });

  test('one button stops all of it', async () => {
    await consents({ email: { promotions: granted(), newsletter: granted() }, sms: { '*': granted() } });
    const { body } = await call({ page, token, body: 'do=nothing&email:promotions=on&sms:promotions=on' });
    expect(said().map(({ properties: { channel, topic, granted: is } }) => [channel, topic, is])).toEqual([
      ['email', 'promotions', false],
      ['sms', 'promotions', false],
      ['email', 'newsletter', false],
      ['sms', 'newsletter', false],
    ]);
    expect(checked(body)).toEqual([]);
  });

  test('saved as it was, it says nothing', async () => {
    await consents({ email: { promotions: granted() } });
    const answer = await call({ page, token, body: 'do=save&was:email:promotions=on&email:promotions=on' });
    expect(answer.body).toContain('Nothing was different');
    expect(bus).toEqual([]);
  });

  test.each([
    ['no form', 'x', 'text/plain'],
    ['json', '{"do":"save"}', 'application/json'],
    ['no button of ours', 'email:promotions=on', form],
    ['a mailbox that thinks it is one-click', 'List-Unsubscribe=One-Click', form],
    ['a very long form', `do=save&x=${'y'.repeat(30_000)}`, form],
  ])('%s changes nothing', async (_, body, type) => {
    await consents({ email: { promotions: granted() } });
    expect(await call({ page, token, body, type })).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('Nothing was changed'),
    });
    expect(bus).toEqual([]);
  });

  test('fields that are no box of ours are passed over', async () => {
    await consents({});
    await call({ page, token, body: 'do=save&email:orders=on&fax:promotions=on&__proto__=on&email:__proto__=on' });
    expect(bus).toEqual([]);
  });
});

describe('a confirmation', () => {
  test('is a grant that is confirmed, with what it was asked by', async () => {
    const page = await call({ page: 'confirm-consent', token: tokens['confirm-consent'], body: '' });
    expect(page).toMatchObject({ statusCode: 200, body: expect.stringContaining('Confirmed') });
    expect(said()).toMatchObject([
      {
        Source: 'segue.preferences',
        event: 'Consent Changed',
        context: { customer },
        properties: {
          channel: 'email',
          topic: 'newsletter',
          granted: true,
          confirmed: true,
          source: 'confirmation-link',
          wording: 'v3',
          evidence: { request: 'm1' },
        },
      },
    ]);
  });
});

describe('a survey', () => {
  const page = 'answer-survey';
  const links = (who: string, step = 'survey') =>
    surveyLinks({ customer: who, journey: 'post-purchase', enrol: 'e'.repeat(26), occurrence: '1', step }, maker);

  test('has a link for each answer; it shows the answer chosen and says nothing', async () => {
    expect(survey.csat.map(({ score }) => score)).toEqual([1, 2, 3, 4, 5]);
    expect(survey.nps.map(({ score }) => score)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(survey.ces.map(({ score }) => score)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const url = new URL(survey.csat[3]!.url);
    const { body } = await call({ page, token: tokenOf(url.href), query: Object.fromEntries(url.searchParams) });
    expect(body).toMatch(/value="4" required checked/);
    expect(body!.match(/ checked/g)).toHaveLength(1);
    for (const score of ['9', '-1', 'x', '4.5', ''])
      expect((await call({ page, token: tokens[page], query: { score } })).body).not.toContain(' checked');
    expect(bus).toEqual([]);
  });

  test('its answer is a signal that carries the ids of what is asked about, but no other data of the run', async () => {
    await putRow('state', {
      pk: `C#${customer}`,
      sk: `ENROL#post-purchase#${'e'.repeat(26)}`,
      occurrence: 1,
      entry: JSON.stringify({
        event: 'Order Completed',
        properties: { order_id: 'o-17', email: 'ada@x.example', products: [] },
      }),
    });
    const token = tokenOf(links(customer, 'opinion').csat_url);
    const answer = await call({ page, token, body: 'score=4&comment=Fits+%3Cwell%3E' });
    expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('Thank you') });
    expect(answer.body).toContain('Fits &lt;well&gt;');
    expect(said()).toEqual([
      {
        Source: 'segue.preferences',
        type: 'track',
        event: 'Survey Answered',
        messageId: expect.stringMatching(/^survey-[\w-]{32}-1$/),
        timestamp: '2026-01-05T09:00:00.000Z',
        context: { customer },
        properties: {
          order_id: 'o-17',
          kind: 'csat',
          csat: 4,
          score: 4,
          comment: 'Fits <well>',
          journey: 'post-purchase',
          enrol: 'e'.repeat(26),
          occurrence: '1',
          step: 'opinion',
          survey: expect.any(String),
        },
      },
    ]);
  });

  test('changed, the last answer takes the place of the one before it, which is said again in case it was lost', async () => {
    const token = tokenOf(links(other).nps_url);
    services.bus.on(PutEventsCommand).rejects(new Error('down'));
    vi.spyOn(Math, 'random').mockReturnValue(0);
    expect((await call({ page, token, body: 'score=3' })).statusCode).toBe(502);
    busAccepts();
    await call({ page, token, now: monday + 1000, body: 'score=9' });
    await call({ page, token, now: monday + 2000, body: 'score=10' });
    expect(said().map(({ messageId, properties: { nps, replaces } }) => [messageId.slice(-2), nps, replaces])).toEqual([
      ['-1', 3, undefined],
      ['-2', 9, 3],
      ['-2', 9, 3],
      ['-3', 10, 9],
    ]);
    const [first, second, again] = said();
    expect(again).toEqual(second);
    expect(first.timestamp).toBe('2026-01-05T09:00:00.000Z');
  });

  test('the same link sent twice in one instant is one answer after the other', async () => {
    const token = tokenOf(links('f'.repeat(26)).ces_url);
    await Promise.all([call({ page, token, body: 'score=2' }), call({ page, token, body: 'score=7' })]);
    const ids = new Set(said().map(({ messageId }) => messageId));
    expect([...ids].map((id) => id.slice(-2)).toSorted()).toEqual(['-1', '-2']);
  });

  test.each(['', 'score=', 'score=0', 'score=6', 'score=five', 'comment=good', 'score=4.5', 'score=-1'])(
    'without an answer (%j) nothing is said, and what was written stays in the form',
    async (body) => {
      const answer = await call({ page, token: tokens[page], body });
      expect(answer).toMatchObject({ statusCode: 400, body: expect.stringContaining('from 1 to 5') });
      if (body.startsWith('comment')) expect(answer.body).toContain('>good</textarea>');
      expect(bus).toEqual([]);
    },
  );

  test('of an erased customer nothing is kept anew', async () => {
    const gone = 'g'.repeat(26);
    await putRow('state', { pk: `C#${gone}`, sk: 'PROFILE', erasedAt: monday });
    expect((await call({ page, token: tokenOf(links(gone).csat_url), body: 'score=5' })).statusCode).toBe(410);
    expect([...(await rowsOf(`C#${gone}`)).keys()]).toEqual(['PROFILE']);
    expect(bus).toEqual([]);
  });
});
