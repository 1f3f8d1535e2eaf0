import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { nothingAnswers } from './ground-api.ts';
import type { ShopEvent } from './shop.ts';

/** Where the local AWS answers, unless the environment says otherwise. */
export const awsEndpoint = (): string => process.env['AWS_ENDPOINT_URL'] ?? 'http://127.0.0.1:4566';

/** Puts a shop's events on the bus, through the AWS SDK like any source system. */
export const putEvents = async (endpoint: string, events: readonly ShopEvent[]): Promise<void> => {
  const client = new EventBridgeClient({
    endpoint,
    region: process.env['AWS_REGION'] ?? 'us-east-1',
    credentials: { accessKeyId: 'shop', secretAccessKey: 'shop' },
  });
  const { FailedEntryCount = 0, Entries = [] } = await client
    .send(
      new PutEventsCommand({
        Entries: events.map((event) => ({
          EventBusName: 'segue',
          Source: 'shop',
          DetailType: event.event ?? event.type,
          Detail: JSON.stringify(event),
        })),
      }),
    )
    .catch((error: unknown) => {
      const isAway = error instanceof Error && /ECONNREFUSED|fetch failed/.test(error.message);
      throw isAway ? nothingAnswers(endpoint) : error;
    });
  client.destroy();
  if (FailedEntryCount > 0)
    throw new Error(
      `The bus refused ${FailedEntryCount}: ${Entries.find(({ ErrorMessage }) => ErrorMessage)?.ErrorMessage}`,
    );
};
