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
  entry: {},
  unsubscribe_url: unsubscribeUrl,
};
const emails = readJourneys(join(repository, 'state-machines')).flatMap(({ name, document }) =>
  Object.entries(MessageDocuments.parse(JSON.parse(document).messages)).flatMap(([message, { email }]) =>
    email === undefined ? [] : [[`${message} of ${name}`, email] as const],
  ),
);

it.each(emails)('whoever unsubscribes is not led through the click tracking of SES: %s', (_, email) => {
  const rendered = renderMessage(email, data);
  const html = rendered.ok && rendered.content.channel === 'email' ? rendered.content.html : '';
  const links = html.match(/<a [^>]*>/g)!.filter((link) => link.includes(`href="${unsubscribeUrl}"`));
  expect(links).toHaveLength(1);
  expect(links[0]).toMatch(/^<a ses:no-track /);
});
