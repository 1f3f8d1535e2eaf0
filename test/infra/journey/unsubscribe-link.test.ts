import { allSteps, PublishedDocument } from '#core/journey';
import { MessageDocuments, renderMessage } from '#core/message';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readJourneys } from '../../../infra/journey/journey-files.ts';
import { repository } from '../synthesized.ts';

const unsubscribeUrl = 'https://api.shop.example/v1/unsubscribe/token';
const product = { product_id: 'p-1', quantity: 1, name: 'Jacket', price: 120 };
const data = {
  profile: { firstName: 'Ann' },
  cart: { items: 1, value: 120, currency: 'USD', url: 'https://shop.example/cart', products: [product] },
  brand: { name: 'Shop', url: 'https://shop.example', address: '1 Example Street' },
  entry: { properties: { order_id: 'o-1' } },
  steps: {},
  unsubscribe_url: unsubscribeUrl,
  preferences_url: 'https://api.shop.example/v1/preferences/token',
  confirm_url: 'https://api.shop.example/v1/confirmations/token',
  survey: { csat: [{ score: 5, url: 'https://api.shop.example/v1/surveys/token?score=5' }] },
};
/** Messages that some step sends on a topic of marketing: the others tell people what they must know. */
const marketing = ({ journey, topics }: PublishedDocument): ReadonlySet<string> =>
  new Set(
    allSteps(journey.steps).flatMap((step) =>
      'send' in step && topics[step.send.topic ?? journey.topic] === 'marketing' ? [step.send.message] : [],
    ),
  );
const emails = readJourneys(join(repository, 'state-machines')).flatMap(({ name, document }) => {
  const published = PublishedDocument.parse(JSON.parse(document));
  return Object.entries(MessageDocuments.parse(published.messages)).flatMap(([message, { email }]) =>
    email === undefined || !marketing(published).has(message) ? [] : [[`${message} of ${name}`, email] as const],
  );
});

it.each(emails)('whoever unsubscribes is not led through the click tracking of SES: %s', (_, email) => {
  const rendered = renderMessage(email, data);
  const html = rendered.ok && rendered.content.channel === 'email' ? rendered.content.html : '';
  const links = html.match(/<a [^>]*>/g)!.filter((link) => link.includes(`href="${unsubscribeUrl}"`));
  expect(links).toHaveLength(1);
  expect(links[0]).toMatch(/^<a ses:no-track /);
});
