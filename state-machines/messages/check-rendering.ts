import {
  messageData,
  renderMessage,
  smsSegments,
  type MessageData,
  type MessageDocument,
  type Rendered,
} from '#core/message';
import { sampleLinks } from './sample-links.ts';
import { placeOf, type MessageFault } from './message-fault.ts';
import type { MessageFile } from './message-file.ts';

/** As every message has them; one to confirm is there where a consent is asked for. */
const SAMPLE_LINKS = sampleLinks('https://api.shop.example');

/** A usual customer with a usual cart: what a message is tried on before anybody gets it. */
const SAMPLE = messageData(
  {
    userId: 'customer-1',
    email: 'alexandra@customer.example',
    phone: '+14155550100',
    firstName: 'Alexandra',
    timezone: 'America/New_York',
    devices: [],
    traits: {},
    consent: {},
    cart: {
      id: 'cart-1',
      items: 1,
      value: 129.9,
      currency: 'USD',
      products: [
        {
          product_id: 'p-1',
          quantity: 1,
          name: 'Merino Trail Running Jacket',
          price: 129.9,
          url: 'https://www.shop.example/cart',
          image_url: 'https://www.shop.example/p-1.jpg',
        },
      ],
    },
    orders: { count: 0, value: 0 },
    seen: {},
  },
  {
    brand: { name: 'Northwind', url: 'https://www.shop.example', address: '12 Harbour Street, Portland' },
    entry: {
      event: 'Product Added',
      type: 'track',
      timestamp: '2026-01-05T09:00:00.000Z',
      properties: {},
      traits: {},
      context: {},
    },
    ...SAMPLE_LINKS,
  },
);

/** Customers of whom nothing is known, with an empty cart and with a product that has no name: what is always there. */
const BARE: readonly MessageData[] = [[], [{ product_id: 'p-1', quantity: 1 }]].map((products) =>
  messageData(
    {
      devices: [],
      traits: {},
      consent: {},
      cart: { items: products.length, value: 0, products },
      orders: { count: 0, value: 0 },
      seen: {},
    },
    {
      brand: { name: 'Northwind', url: 'https://www.shop.example' },
      entry: {
        event: 'Product Added',
        type: 'track',
        timestamp: '2026-01-05T09:00:00.000Z',
        properties: {},
        traits: {},
        context: {},
      },
      ...SAMPLE_LINKS,
    },
  ),
);

const missingIn = (document: MessageDocument): string | undefined => {
  for (const data of BARE) {
    const rendered = renderMessage(document, data);
    if (!rendered.ok && rendered.reason === 'missing-data')
      return /undefined variable: ([^\s,]+)/.exec(rendered.message)?.[1];
  }
  return undefined;
};

/** Whom a message is withheld from. It is a fault where the author says that it can be said to everybody. */
const missingData = (file: MessageFile, document: MessageDocument): MessageFault | undefined => {
  const path = missingIn(document);
  if (path === undefined) return undefined;
  const place = placeOf(file.source, file.source.indexOf(path));
  const hint = `declare "fallback: { ${path}: … }" at the top, or ask for it with {% if ${path} %}`;
  return { file: file.file, ...place, message: `withheld from a customer without "${path}"`, hint };
};

/** Faults stop the publication, warnings are told. */
export type Findings = { readonly faults: readonly MessageFault[]; readonly warnings: readonly MessageFault[] };

const lengthFault = (file: MessageFile, text: string): readonly MessageFault[] => {
  if (file.channel !== 'sms') return [];
  const { encoding, segments, characters } = smsSegments(text);
  if (segments <= file.front.segments) return [];
  const costly =
    encoding === 'UCS-2' ? Array.from(text).find((letter) => smsSegments(letter).encoding === 'UCS-2') : undefined;
  const because = costly === undefined ? '' : `, and "${costly}" leaves only 70 characters instead of 160`;
  const hint = `shorten it, or allow it with "segments: ${segments}" between two --- lines at the top`;
  const message = `usually ${characters} characters, that is ${segments} SMS for one${because}`;
  return [{ file: file.file, line: file.bodyLine + 1, column: 1, message, hint }];
};

const usualFaults = (file: MessageFile, rendered: Rendered): readonly MessageFault[] => {
  if (rendered.ok) return rendered.content.channel === 'sms' ? lengthFault(file, rendered.content.text) : [];
  if (rendered.reason === 'missing-data') return [];
  return [{ file: file.file, line: file.bodyLine + 1, column: 1, message: `${rendered.reason}: ${rendered.message}` }];
};

/**
 * What goes wrong with a usual customer, and who does not get the message. Data a signal may or may not bring is no fault
 * unless the author says so: such a message is withheld when its data is missing.
 */
export const renderingFaults = (file: MessageFile, document: MessageDocument): Findings => {
  const missing = missingData(file, document);
  const isFault = file.front.whenMissing === 'fallback';
  const warnings = missing === undefined || isFault ? [] : [missing];
  const rendered = renderMessage(document, SAMPLE);
  const faults = [...(missing !== undefined && isFault ? [missing] : []), ...usualFaults(file, rendered)];
  return { faults, warnings };
};
