import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type LiveJourney, planJourney, PublishedDocument, type PublishedJourney } from '#core/journey';
import { dynamodb } from './clients.ts';
import { item, keyItem, plain, versionKey } from './keys.ts';

/** A version as it is followed: the document, its graph, its topics and its messages. */
export type StoredJourney = PublishedJourney & {
  readonly topics: PublishedDocument['topics'];
  readonly policy?: PublishedDocument['policy'];
  readonly confirm?: readonly string[];
  /** As stored: only who sends reads them. */
  readonly messages: PublishedDocument['messages'];
};

/** A journey's pointer row: which version new runs get, or why there is none. */
type Pointer = { readonly name: string; readonly version: number; readonly machine: string };

/** How long a function may go on with the pointers it has read, in milliseconds of the machine's own clock. */
const freshMs = 1000;

/** Versions never change, so each is read once per function instance; the pointers are read again every second. */
export const journeyStore = (table: string) => {
  const versions = new Map<string, Promise<StoredJourney>>();
  let pointers: { readonly at: number; readonly list: Promise<readonly Pointer[]> } | undefined;

  const readVersion = async (name: string, version: number): Promise<StoredJourney> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(versionKey(name, version)) }),
    );
    if (Item === undefined) throw new Error(`Version ${version} of the journey ${name} is not in the table.`);
    const { journey, topics, policy, messages, confirm, reads } = PublishedDocument.parse(
      JSON.parse(String(plain(Item)['document'])),
    );
    return {
      journey,
      plan: planJourney(journey, reads),
      version,
      topics,
      policy,
      messages,
      ...(confirm && { confirm }),
    };
  };

  const version = (name: string, number: number): Promise<StoredJourney> => {
    const key = `${name}#${number}`;
    const known = versions.get(key) ?? readVersion(name, number);
    versions.set(key, known);
    known.catch(() => versions.delete(key));
    return known;
  };

  const readPointers = async (): Promise<readonly Pointer[]> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :journeys',
        // A journey that is paused or stopped lets nobody enter.
        FilterExpression: '#status = :live AND attribute_not_exists(halted)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: item({ ':journeys': 'JOURNEYS', ':live': 'live' }),
      }),
    );
    return Items.map(plain).map((row) => ({
      name: String(row['sk']),
      version: Number(row['version']),
      machine: String(row['machine']),
    }));
  };

  const live = async (): Promise<readonly LiveJourney[]> => {
    const at = performance.now();
    if (pointers === undefined || at - pointers.at > freshMs) pointers = { at, list: readPointers() };
    pointers.list.catch(() => (pointers = undefined));
    const list = await pointers.list;
    return Promise.all(
      list.map(async (pointer) => ({ ...(await version(pointer.name, pointer.version)), machine: pointer.machine })),
    );
  };

  return { version, live };
};
export type JourneyStore = ReturnType<typeof journeyStore>;
