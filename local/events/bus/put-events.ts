import * as z from 'zod';
import { isObject } from '../../template/json.ts';
import { AwsError, type Caller, type JsonObject, type World } from '../../world.ts';
import { jsonOf } from '../json-text.ts';
import { MOST_ENTRIES, MOST_REQUEST_BYTES } from '../limits.ts';
import { lastPart } from '../operation.ts';
import type { Arrival } from './bus.ts';
import { busArn, type Buses } from './buses.ts';
import { eventOf } from './event.ts';

const entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().default('default'),
  Resources: z.array(z.string()).default([]),
  /** Seconds since the epoch, or ISO 8601. */
  Time: z.union([z.number(), z.string()]).optional(),
  TraceHeader: z.string().optional(),
});
type Entry = z.output<typeof entry>;

export const putEvents = z.strictObject({
  Entries: z
    .array(entry)
    .min(1, 'Member must have length greater than or equal to 1')
    .max(MOST_ENTRIES, `Member must have length less than or equal to ${MOST_ENTRIES}`),
  EndpointId: z.undefined().optional(),
});

type Refused = { readonly ErrorCode: string; readonly ErrorMessage: string };
type Way = {
  readonly world: World;
  readonly buses: Buses;
  arrive(arrival: Arrival): Promise<void>;
};

/** Answers one entry: the event's id once it has arrived, or AWS's reason against it. */
export const putEntry = async (way: Way, { Time, ...entry }: Entry): Promise<JsonObject> => {
  const detail = jsonOf(entry.Detail ?? '');
  const bus = way.buses.find(entry.EventBusName)?.name;
  const refused = refusal(entry, bus) ?? (isObject(detail) ? undefined : MALFORMED);
  if (refused !== undefined || bus === undefined || !isObject(detail)) return refused ?? MALFORMED;
  const { Source = '', DetailType = '', Resources } = entry;
  const event = eventOf(way.world, {
    source: Source,
    'detail-type': DetailType,
    detail,
    resources: Resources,
    ...(Time === undefined ? {} : { at: instant(Time) }),
  });
  await way.arrive({ bus, event });
  return { EventId: event.id };
};

/** The whole request is refused when its entries are too large together or the caller may not use a bus. */
export const checkEntries = (way: Way, entries: readonly Entry[], caller: Caller): void => {
  for (const { EventBusName, Source = '', DetailType = '' } of entries) {
    const bus = lastPart(EventBusName);
    const context = { 'events:source': Source, 'events:detail-type': DetailType };
    caller.require('events:PutEvents', way.buses.find(bus)?.arn ?? busArn(way.world, bus), context);
  }
  if (entries.reduce((bytes, one) => bytes + sizeOf(one), 0) > MOST_REQUEST_BYTES)
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
};

const MALFORMED: Refused = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };

const refusal = (entry: Omit<Entry, 'Time'>, bus: string | undefined): Refused | undefined => {
  for (const name of ['Source', 'DetailType', 'Detail'] as const)
    if (!entry[name])
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  if (entry.Source?.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  if (bus === undefined)
    return {
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Event bus ${lastPart(entry.EventBusName)} does not exist.`,
    };
  return undefined;
};

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
const sizeOf = ({ Time, Source = '', DetailType = '', Detail = '', Resources }: Entry): number =>
  (Time === undefined ? 0 : 14) +
  [Source, DetailType, Detail, ...Resources].reduce((bytes, text) => bytes + Buffer.byteLength(text), 0);

const instant = (time: number | string): number => (typeof time === 'number' ? time * 1_000 : Date.parse(time));
