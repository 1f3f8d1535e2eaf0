import { GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { compileSegment, type LiveSegment, SegmentDocument } from '#core/segment';
import * as z from 'zod/mini';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { item, type Key, keyItem, plain } from './keys.ts';
import { memberRows } from './member-rows.ts';

/** All that is published, in one item: who reads it never sees half a publication. */
const publishedKey: Key = { pk: 'SEGMENTS', sk: 'V#0' };
const listKey = (name: string): Key => ({ pk: 'SEGMENTS', sk: `LIST#${name}` });

/** `fill`: the publication a segment came with, or was changed by. */
export type PublishedSegment = { readonly document: SegmentDocument; readonly fill: number };
export type Publication = { readonly fill: number; readonly segments: readonly PublishedSegment[] };

const nothing: Publication = { fill: 0, segments: [] };
const Stored = z.array(z.object({ document: z.unknown(), fill: z.number() }));

/** How long a function may go on with what it has read, in milliseconds of the machine's own clock. */
const freshMs = 1000;

const readPublication = async (table: string): Promise<Publication> => {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ TableName: table, Key: keyItem(publishedKey), ConsistentRead: true }),
  );
  if (Item === undefined) return nothing;
  const { fill, segments } = plain(Item);
  const stored = Stored.parse(JSON.parse(String(segments)));
  return {
    fill: Number(fill),
    segments: stored.map((each) => ({ document: SegmentDocument.parse(each.document), fill: each.fill })),
  };
};

/** Segments: what they are, and who is in them. */
export const segmentStore = (table: string) => {
  let read: { readonly at: number; readonly live: Promise<readonly LiveSegment[]> } | undefined;

  const publication = (): Promise<Publication> => readPublication(table);

  const compiled = async (): Promise<readonly LiveSegment[]> =>
    (await publication()).segments.map(({ document, fill }) => ({ ...compileSegment(document), fill }));

  /** The published segments, read again every second. */
  const live = (): Promise<readonly LiveSegment[]> => {
    const at = performance.now();
    if (read === undefined || at - read.at > freshMs) read = { at, live: compiled() };
    read.live.catch(() => (read = undefined));
    return read.live;
  };

  /** Replaces what is published, unless somebody else did meanwhile. */
  const publish = async (before: Publication, { fill, segments }: Publication): Promise<boolean> => {
    const put = await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName: table,
          Item: item({ ...publishedKey, fill, segments: JSON.stringify(segments) }),
          ConditionExpression: 'attribute_not_exists(pk) OR fill = :before',
          ExpressionAttributeValues: item({ ':before': before.fill }),
        }),
      ),
    );
    return 'done' in put;
  };

  /** Remembers a list of members that somebody keeps by hand. */
  const keepList = async (name: string, at: string): Promise<void> => {
    await dynamodb().send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyItem(listKey(name)),
        UpdateExpression: 'SET changedAt = :at',
        ExpressionAttributeValues: item({ ':at': at }),
      }),
    );
  };

  /** Lists kept by hand: their names, and when somebody was last put into them. */
  const lists = async (): Promise<readonly { readonly name: string; readonly changedAt: string }[]> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        // Whoever takes members elsewhere must not pass over a list that was made just now.
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :list)',
        ExpressionAttributeValues: item({ ':pk': publishedKey.pk, ':list': 'LIST#' }),
      }),
    );
    return Items.map(plain).map(({ sk, changedAt }) => ({
      name: String(sk).slice('LIST#'.length),
      changedAt: String(changedAt),
    }));
  };

  return { live, publication, publish, keepList, lists, ...memberRows(table) };
};
export type SegmentStore = ReturnType<typeof segmentStore>;
