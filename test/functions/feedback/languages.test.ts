import '../world/environment.ts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { idsWith } from '../../../functions/aws/customer-id.ts';
import { confirmationUrl } from '../../../functions/aws/links/confirmation-link.ts';
import { preferencesToken } from '../../../functions/aws/links/preferences-link.ts';
import { surveyLinks } from '../../../functions/aws/links/survey-link.ts';
import { suppressionStore } from '../../../functions/aws/suppression-store.ts';
import { unsubscribeToken } from '../../../functions/aws/unsubscribe-link.ts';
import { type Language, texts } from '../../../functions/feedback/web/texts/index.ts';
import { languageFor } from '../../../functions/feedback/web/voice.ts';
import { fold, somebody } from '../world/customer.ts';
import { customerKey as key, tables } from '../world/environment.ts';
import { bus, busAccepts, context, deleteRows, monday, putRow, startWorld, stopWorld } from '../world/world.ts';

vi.mock('../../../functions/feedback/web/deployed-topics.ts', () => ({
  deployedTopics: () => [{ name: 'promotions', title: 'Angebote', about: '', isDouble: true }],
}));

beforeAll(startWorld);
afterAll(stopWorld);
beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue();
  busAccepts();
  bus.length = 0;
});

const languages = Object.keys(texts) as Language[];
const leaves = (value: object, at = ''): readonly (readonly [string, string])[] =>
  Object.entries(value).flatMap(([name, each]) =>
    typeof each === 'string' ? [[`${at}${name}`, each] as const] : leaves(each, `${at}${name}.`),
  );
const blanksIn = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe.each(languages)('what the pages say in %s', (language) => {
  const english = leaves(texts.en);
  const own = new Map(leaves(texts[language]));

  test('has every text, with the same blanks', () => {
    expect([...own.keys()]).toEqual(english.map(([name]) => name));
    expect([...own].filter(([, text]) => text.trim() === '')).toEqual([]);
    const blanks = (all: Iterable<readonly [string, string]>) => [...all].map(([name, text]) => [name, blanksIn(text)]);
    expect(blanks(own)).toEqual(blanks(english));
  });

  test('is no English', () => {
    if (language === 'en') return;
    const alike = english.filter(([name, text]) => own.get(name) === text).map(([name]) => name);
    // `Email` and its like are the same word in several languages.
    expect(alike.filter((name) => !/preferences\.(?:email|sms|push)/.test(name))).toEqual([]);
  });
});

test.each<readonly [unknown, string | undefined, Language]>([
  ['de-AT', 'fr', 'de'],
  ['pt_BR', undefined, 'pt'],
  ['sv', 'fr-CH, de;q=0.9', 'fr'],
  [['xx', 'nl'], 'en', 'nl'],
  [undefined, 'da, it;q=0.3, es;q=0.7', 'es'],
  [undefined, 'de;q=0, en', 'en'],
  [undefined, undefined, 'en'],
  [7, 'constructor, __proto__, *;q=0.1', 'en'],
  [{ locale: 'de' }, ','.repeat(10_000), 'en'],
])('a customer of %j with a browser of %j reads %s', (locale, header, language) => {
  expect(languageFor(locale, header)).toBe(language);
});

const tokenOf = (url: string): string => new URL(url).pathname.split('/').at(-1)!;
type Call = { page: string; token: string; accept?: string; body?: string };
const call = async ({ page, token, accept, body }: Call): Promise<APIGatewayProxyStructuredResultV2> => {
  const { handler } = await import(`../../../functions/feedback/${page}.ts`);
  const event = {
    headers: {
      ...(accept !== undefined && { 'accept-language': accept }),
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    pathParameters: { token },
    requestContext: { http: { method: body === undefined ? 'GET' : 'POST' }, timeEpoch: monday },
    body,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
  return handler(event, context);
};
const maker = { publicUrl: 'https://api.shop.example', key, now: monday };
const tokensOf = (customer: string) => ({
  unsubscribe: unsubscribeToken({ customer, channel: 'email', topic: 'promotions' }, key),
  preferences: preferencesToken({ customer, channel: 'email' }, key, monday),
  'confirm-consent': tokenOf(
    confirmationUrl({ customer, channel: 'email', topic: 'promotions', request: 'm', wording: '' }, maker),
  ),
  'answer-survey': tokenOf(
    surveyLinks({ customer, journey: 'j', enrol: 'e'.repeat(26), occurrence: '1', step: 's' }, maker).csat_url,
  ),
});

describe.each(['unsubscribe', 'preferences', 'confirm-consent', 'answer-survey'] as const)('the page %s', (page) => {
  test('is in the customer’s language, says so, and else in the browser’s', async () => {
    const who = somebody();
    await fold(await who.identify({ locale: 'de_CH' }));
    const german = await call({ page, token: tokensOf(who.id)[page], accept: 'fr' });
    expect(german).toMatchObject({ statusCode: 200, headers: { 'content-language': 'de' } });
    expect(german.body).toMatch(/<html lang="de">/);
    expect(german.body).toMatch(/Sie|Ihre/);
    const unknown = await call({ page, token: tokensOf('n'.repeat(26))[page], accept: 'fr-CA,fr;q=0.8' });
    expect(unknown.body).toMatch(/<html lang="fr">/);
    expect((await call({ page, token: 'x', accept: 'es' })).body).toContain('Este enlace no funciona');
  });

  test('is read by whoever somebody turned out to be', async () => {
    const [early, known] = [somebody(), somebody()];
    await fold(await known.identify({ language: 'nl' }));
    await putRow('state', { pk: `C#${early.id}`, sk: 'PROFILE', mergedInto: known.id });
    expect((await call({ page, token: tokensOf(early.id)[page] })).body).toContain('<html lang="nl">');
  });
});

test('one click of a mailbox is answered although nothing is known of the customer', async () => {
  const token = tokensOf('m'.repeat(26)).unsubscribe;
  const answer = await call({ page: 'unsubscribe', token, body: 'List-Unsubscribe=One-Click' });
  expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('emails about “Angebote”') });
  expect(bus).toHaveLength(1);
});

test('what was agreed to is kept with the language it was read in', async () => {
  const who = somebody();
  await fold(await who.identify({ locale: 'it' }));
  await call({ page: 'preferences', token: tokensOf(who.id).preferences, body: 'do=save&email:promotions=on' });
  expect(JSON.parse(bus[0]!.Detail).properties.wording).toMatch(/-it$/);
});

describe('after a STOP by text message', () => {
  const phone = '+447700900555';
  const hash = idsWith(key).addressHash('sms', phone);
  const stops = suppressionStore(tables.state);
  const open = async (body?: string) => {
    const who = somebody();
    await fold(await who.identify({ phone }));
    const { preferences: token } = tokensOf(who.id);
    return (await call({ page: 'preferences', token, ...(body !== undefined && { body }) })).body ?? '';
  };
  beforeEach(() => deleteRows('state', [{ pk: `ADDR#${hash}`, sk: 'SUPPRESSED' }]));

  test('the preference page says what only the customer can do, and to which number', async () => {
    expect(await open()).not.toContain('START');
    await stops.put(hash, 'opted-out', '2026-01-05T08:00:00.000Z', '+447700900001');
    for (const body of [undefined, 'do=save&sms:promotions=on']) {
      const page = await open(body);
      expect(page).toContain('number that ends in 0555');
      expect(page).not.toContain(phone);
      expect(page).toMatch(/Text START to <a href="sms:\+447700900001\?&amp;body=START">\+447700900001<\/a>/);
    }
  });

  test('where our number is not known, it is the one our messages came from', async () => {
    for (const to of [undefined, '"><script>']) {
      await deleteRows('state', [{ pk: `ADDR#${hash}`, sk: 'SUPPRESSED' }]);
      await stops.put(hash, 'opted-out', '2026-01-05T08:00:00.000Z', to);
      const page = await open();
      expect(page).toContain('Text START to the number our text messages came from');
      expect(page).not.toContain('script');
    }
  });

  test('START lifts it; of a number that does not exist nothing is promised', async () => {
    await stops.put(hash, 'unreachable', '2026-01-05T08:00:00.000Z');
    expect(await open()).not.toContain('START');
    await deleteRows('state', [{ pk: `ADDR#${hash}`, sk: 'SUPPRESSED' }]);
    await stops.put(hash, 'opted-out', '2026-01-05T08:00:00.000Z');
    await stops.lift(hash, '2026-01-05T08:30:00.000Z');
    expect(await open()).not.toContain('START');
  });
});
