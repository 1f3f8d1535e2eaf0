import { compileJourney } from '#compiler';
import { channelNeeds, JourneyDocument, Policy, type PublishedDocument } from '#core/journey';
import { item } from '../../../functions/aws/keys.ts';
import { dynamo } from '../ground/aws.ts';
import type { Machine } from '../ground/state-machines.ts';

const version = 1;
const arnOf = (name: string): string =>
  `arn:aws:states:eu-central-1:000000000000:stateMachine:segue-test-${name}:${version}`;

const messages = {
  hello: {
    email: { channel: 'email', subject: 'Hello', html: '<p>Hello</p>', text: 'Hello' },
    sms: { channel: 'sms', text: 'Hello' },
    push: { channel: 'push', title: 'Hello', body: 'Hello' },
  },
};
const hello = (channels: readonly string[], more: object = {}) => ({ send: { message: 'hello', channels, ...more } });
const sameCart = { exit: [{ on: 'Order Completed', same: ['cart'] }] };

/** One marketing email in any twelve hours, whatever journey it is of. */
export const cap = { most: 1, ms: 12 * 3_600_000 } as const;
const policy = Policy.parse({ caps: [{ channel: 'email', most: cap.most, per: '12 hours' }] });

const documents: readonly (readonly [object, { readonly quietly?: true }?])[] = [
  // A plain wait that is begun anew, two messages, and the hours of the customer.
  [
    {
      name: 'cart',
      triggers: [{ signal: 'Product Added', key: 'properties.cart' }],
      whileOpen: 'restart',
      reentry: { after: '1 day' },
      ...sameCart,
      window: { from: '08:00', to: '21:00', zone: 'customer' },
      steps: [
        { wait: '4 hours' },
        { id: 'reminder', ...hello(['email'], { expires: '18 hours' }) },
        { wait: '1 day' },
        { id: 'last', ...hello(['sms', 'push']) },
      ],
    },
  ],
  // A wait for a click, whose arms both send.
  [
    {
      name: 'offer',
      triggers: [{ signal: 'Offer Asked', key: 'properties.cart' }],
      ...sameCart,
      steps: [
        { id: 'offer', ...hello(['email', 'sms']) },
        {
          id: 'answer',
          waitFor: { clicked: 'offer' },
          within: '1 day',
          then: {
            clicked: [{ id: 'thanks', ...hello(['sms', 'push']) }, { wait: '1 hour' }, { end: 'thanked' }],
            timeout: [{ id: 'nudge', ...hello(['push', 'email']) }, { wait: '2 hours' }, { end: 'nudged' }],
          },
        },
      ],
    },
  ],
  // Two receipts, which no consent stops, and which keep promotions quiet meanwhile.
  [
    {
      name: 'receipt',
      topic: 'receipts',
      triggers: [{ signal: 'Order Completed', key: 'properties.cart' }],
      quiets: ['promotions'],
      steps: [
        { id: 'receipt', ...hello(['email', 'sms']) },
        { wait: '1 hour' },
        { id: 'shipped', ...hello(['sms', 'email']) },
      ],
    },
  ],
];

const published = documents.map(([document]): PublishedDocument => {
  const journey = JourneyDocument.parse({ topic: 'promotions', ...document });
  const topics = { promotions: 'marketing', receipts: 'transactional' } as const;
  return { journey, topics, policy, messages, needs: channelNeeds(journey) };
});

export const journeys = new Map(published.map((document) => [document.journey.name, document]));
const machines = new Map(
  published.map(({ journey }) => [arnOf(journey.name), compileJourney(journey) as unknown as Machine]),
);
export const machineOf = (arn: string): Machine | undefined => machines.get(arn);

/** Writes the versions and the pointers as their publication would. */
export const publishAll = async (): Promise<void> => {
  for (const document of published) {
    const { name } = document.journey;
    const rows = [
      { pk: `J#${name}`, sk: `V#${String(version).padStart(8, '0')}`, document: JSON.stringify(document) },
      { pk: 'JOURNEYS', sk: name, version, machine: arnOf(name), status: 'live' },
    ];
    for (const row of rows) await dynamo({ operation: 'PutItem', input: { TableName: 'State', Item: item(row) } });
  }
};
