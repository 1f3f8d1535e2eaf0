import { afterAll, beforeAll, expect, test } from 'vitest';
import { channelNeeds, JourneyDocument } from '#core/journey';
import { verifyChain } from '#core/profile';
import type { Ground } from '../../local/ground.ts';
import { deploy, type Deployed, shipped } from './deploy.ts';
import type { Message } from './segue-process.ts';

const confirm = shipped('confirm-subscription');
const shop = shipped('post-purchase');

/** As short as a journey may be that asks how it was, and goes on from the answer. */
const asks = JourneyDocument.parse({
  name: 'asks',
  topic: 'promotions',
  triggers: [{ signal: 'Order Delivered', key: 'properties.order_id' }],
  reentry: { after: '0 minutes' },
  steps: [
    { id: 'survey', send: { message: 'survey', channels: ['email'] } },
    {
      id: 'opinion',
      waitFor: {
        good: { on: 'Survey Answered', same: ['order_id'], where: 'event.properties.csat >= 4' },
        poor: { on: 'Survey Answered', same: ['order_id'], where: 'event.properties.csat <= 2' },
      },
      within: '4 days',
      then: { good: [{ send: { message: 'on-its-way', channels: ['sms'] } }], poor: [{ end: 'unhappy' }] },
    },
  ],
});

let deployed: Deployed;
let ground: Ground;
beforeAll(async () => {
  deployed = await deploy({
    journeys: [
      { ...confirm, journey: { ...confirm.journey, live: true } },
      { ...shop, journey: asks, topics: { promotions: 'marketing' }, needs: channelNeeds(asks) },
    ],
  });
  ({ ground } = deployed);
}, 90_000);
afterAll(() => deployed?.stop());

const http = async <T>(base: 'awsUrl' | 'httpUrl', path: string, init: RequestInit = {}): Promise<T> =>
  (await fetch(`${ground[base]}${path}`, init)).json() as Promise<T>;
const post = (body: object): RequestInit => ({ method: 'POST', body: JSON.stringify(body) });
const advance = (duration: string) => http('awsUrl', '/_local/clock', post({ advance: duration }));
const put = async (detail: object) => {
  const Detail = JSON.stringify({ type: 'track', ...detail });
  await ground.call('events', 'PutEvents', {
    Entries: [{ EventBusName: 'segue', Source: 'shop', DetailType: 'track', Detail }],
  });
  await advance('PT5S');
};
const outbox = async (to: string): Promise<readonly Message[]> =>
  (await http<Message[]>('awsUrl', '/_local/outbox')).filter((message) => message.to === to);

type Row = Record<string, { S?: string; N?: string }>;
const rowsOf = async (pk: string): Promise<readonly Row[]> => {
  const { TableNames } = (await ground.call('dynamodb', 'ListTables', {})) as { TableNames: string[] };
  const TableName = TableNames.find((name) => /state/i.test(name))!;
  const { Items } = (await ground.call('dynamodb', 'Query', {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
  })) as { Items: Row[] };
  return Items;
};
const customerOf = ({ tags }: Message): string => tags['customer']!;

/** What the ledger of a customer says, and whether it is whole. */
const ledger = async (customer: string) => {
  const rows = await rowsOf(`C#${customer}`);
  const links = rows
    .filter(({ sk }) => sk!.S!.startsWith('CONSENT#'))
    .map((row) => ({
      ...JSON.parse(row['record']!.S!),
      number: Number(row['number']!.N),
      previous: row['previous']!.S!,
      hash: row['hash']!.S!,
    }));
  const head = rows.find(({ sk }) => sk!.S === 'CONSENTS');
  const check = verifyChain(customer, links, { count: Number(head?.['links']?.N), hash: head?.['hash']?.S ?? '' });
  expect(check).toEqual({ whole: true, links: links.length });
  return links.map(({ source, said }) =>
    [source, ...said.map(({ topic, granted }: never) => `${topic} ${granted}`)].join(' '),
  );
};

const buyer = async (name: string, traits: object = {}) => {
  const digits = (name.charCodeAt(0) * 256 + name.charCodeAt(1)) % 100_000;
  const phone = `+4477009${String(digits).padStart(5, '0')}`;
  const email = `${name}@example.com`;
  await put({
    type: 'identify',
    userId: name,
    traits: { email, phone, firstName: name, consent: { email: true, sms: true }, ...traits },
  });
  return { email, phone };
};
const delivered = (userId: string, order_id: string) =>
  put({ event: 'Order Delivered', userId, properties: { order_id, products: [{ name: 'Shoes' }] } });

/** A page as a person meets it: opened from a link, its form sent. */
const open = async (url: string, fields?: Record<string, string>) => {
  const here = `${ground.httpUrl}${new URL(url).pathname}${new URL(url).search}`;
  const answer = await fetch(here, fields === undefined ? {} : { method: 'POST', body: new URLSearchParams(fields) });
  await advance('PT5S');
  return { status: answer.status, text: await answer.text(), url: here };
};
const linkIn = (html = '', path: string): string =>
  new RegExp(`href="([^"]*/${path}/[^"]+)"`).exec(html)![1]!.replaceAll('&amp;', '&');

test('unsubscribed, then back by the page of all choices: the gate follows, and the ledger has it all', async () => {
  const { email } = await buyer('una');
  await delivered('una', 'u-1');
  const [mail] = await outbox(email);
  const unsubscribe = /<([^>]+)>/.exec(mail!.headers['List-Unsubscribe']!)![1]!;
  expect((await open(unsubscribe, { 'List-Unsubscribe': 'One-Click' })).text).toContain('You are unsubscribed');
  await delivered('una', 'u-2');
  expect(await outbox(email)).toHaveLength(1);

  const preferences = linkIn(mail!.html, 'v1/preferences');
  const page = await open(preferences);
  expect(page.status).toBe(200);
  expect(page.text).toContain('What do you want to hear about?');
  expect(page.text).not.toMatch(/name="email:promotions" value="on" checked/);
  expect(page.text).toMatch(/name="sms:promotions" value="on" checked/);
  await open(preferences, { do: 'save', 'email:promotions': 'on', 'was:sms:promotions': 'on' });
  await delivered('una', 'u-3');
  expect(await outbox(email)).toHaveLength(2);
  const written = await ledger(customerOf(mail!));
  expect(written.slice(0, 2)).toEqual(['identify * true * true', 'unsubscribe-link promotions false']);
  expect(written.slice(2)).toEqual(
    expect.arrayContaining(['preference-page promotions true', 'preference-page promotions false']),
  );
}, 60_000);

test('a survey answered by its link goes on in the journey, once, and the last answer counts', async () => {
  const { email, phone } = await buyer('sven');
  await delivered('sven', 's-1');
  const [mail] = await outbox(email);
  const four = /href="([^"]*\/v1\/surveys\/[^"]+score=4)"/.exec(mail!.html!)![1]!;
  expect((await open(four)).text).toMatch(/value="4" required checked/);
  expect(await outbox(phone)).toHaveLength(0);
  expect((await open(four, { score: '4', comment: 'Fits.' })).text).toContain('Thank you');
  expect(await outbox(phone)).toHaveLength(1);
  await open(four, { score: '5' });
  expect(await outbox(phone)).toHaveLength(1);
  const profile = (await rowsOf(`C#${customerOf(mail!)}`)).find(({ sk }) => sk!.S === 'PROFILE')!;
  const [count, sum, , last] = JSON.parse(profile['body']!.S!).facts.scores.csat;
  expect([count, sum, last]).toEqual([1, 5000, 5]);
}, 60_000);

test('STOP in whatever words ends text messages for everybody with the number; START begins them again', async () => {
  const { email, phone } = await buyer('tom');
  await buyer('tim', { phone });
  await delivered('tom', 't-1');
  const [mail] = await outbox(email);
  await open(/href="([^"]*\/v1\/surveys\/[^"]+score=5)"/.exec(mail!.html!)![1]!, { score: '5' });
  const [text] = await outbox(phone);
  const reply = (words: string) => http('awsUrl', `/_local/outbox/${text!.id}/reply`, post({ text: words }));
  await reply('Thanks! When does the bus stop?');
  await advance('PT5S');
  expect(await ledger(customerOf(mail!))).toHaveLength(1);

  await reply('Please stop texting me, for good');
  await advance('PT5S');
  expect((await ledger(customerOf(mail!))).at(-1)).toBe('inbound-sms * false');
  const [tims] = await (async () => {
    await delivered('tim', 't-2');
    return outbox('tim@example.com');
  })();
  expect((await ledger(customerOf(tims!))).at(-1)).toBe('inbound-sms * false');
  await open(/href="([^"]*\/v1\/surveys\/[^"]+score=5)"/.exec(tims!.html!)![1]!, { score: '5' });
  expect(await outbox(phone)).toHaveLength(1);

  await reply('START');
  await advance('PT5S');
  expect((await ledger(customerOf(mail!))).at(-1)).toBe('inbound-sms * true');
  await delivered('tom', 't-3');
  const again = (await outbox(email)).at(-1)!;
  await open(/href="([^"]*\/v1\/surveys\/[^"]+score=5)"/.exec(again.html!)![1]!, { score: '5' });
  expect(await outbox(phone)).toHaveLength(2);
}, 60_000);

test('a newsletter that is asked for waits for its confirmation', async () => {
  const { email } = await buyer('nora');
  const request = { channel: 'email', topic: 'newsletter', source: 'footer-form', wording: 'n-1' };
  await put({ event: 'Consent Requested', userId: 'nora', properties: request });
  const [mail] = await outbox(email);
  expect(mail!.subject).toContain('Please confirm');
  const link = linkIn(mail!.html, 'v1/confirmations');
  expect((await open(link)).text).toContain('Please confirm');
  expect(await ledger(customerOf(mail!))).toEqual(['identify * true * true']);
  expect((await open(link, {})).text).toContain('Confirmed');
  expect((await ledger(customerOf(mail!))).at(-1)).toBe('confirmation-link newsletter true');
  const gate = (await rowsOf(`C#${customerOf(mail!)}`)).find(({ sk }) => sk!.S === 'GATE')!;
  expect(JSON.parse(gate['consents']!.S!).email.newsletter).toMatchObject({ granted: true, confirmed: true });
}, 60_000);
