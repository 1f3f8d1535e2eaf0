import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { item, type Key, keyItem } from './keys.ts';

/** One occurrence of a schedule: everybody in a segment is to enter a journey. `at` is ISO 8601, as the schedule gives it. */
export type Occasion = { readonly journey: string; readonly segment: string; readonly at: string };

/** How far it has come: `from` is where the next page begins. */
export type Walk = Occasion & { readonly from?: string | undefined };

const walkKey = ({ journey, segment, at }: Occasion): Key => ({ pk: `J#${journey}`, sk: `WALK#${segment}#${at}` });

/** A schedule may call twice for one occurrence, and late: what is done is remembered for this long. */
const rememberedSeconds = 2 * 86_400;

/** Segments that are on their way into journeys. */
export const segmentWalks = (table: string) => {
  /** Begins a walk, or goes on with it. @returns where it stands; nothing when it is over */
  const begin = async (occasion: Occasion): Promise<Walk | undefined> => {
    const put = await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName: table,
          Item: item({ ...walkKey(occasion), ...occasion }),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    if ('done' in put) return occasion;
    const { isOver, from } = put.refused ?? {};
    return isOver === true ? undefined : { ...occasion, ...(typeof from === 'string' ? { from } : {}) };
  };

  const change = async (walk: Walk, set: string, values: Record<string, unknown>, names?: Record<string, string>) => {
    await dynamodb().send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyItem(walkKey(walk)),
        UpdateExpression: set,
        ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
        ExpressionAttributeValues: item(values),
      }),
    );
  };

  /** Who comes before is on the bus. */
  const goOnFrom = (walk: Walk, from: string): Promise<void> =>
    change(walk, 'SET #from = :from', { ':from': from }, { '#from': 'from' });

  const end = (walk: Walk, now: number): Promise<void> =>
    change(
      walk,
      'SET isOver = :true, #ttl = :ttl',
      { ':true': true, ':ttl': Math.ceil(now / 1000) + rememberedSeconds },
      { '#ttl': 'ttl' },
    );

  return { begin, goOnFrom, end };
};
export type SegmentWalks = ReturnType<typeof segmentWalks>;
