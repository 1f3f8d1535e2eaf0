import * as z from 'zod';

/** The parts of journeys and segments that say who is meant, as Pinpoint's API has them (version 2016-12-01). */

const Text = z.string();
const Texts = z.array(Text);

export const SetDimension = z.object({ DimensionType: z.enum(['INCLUSIVE', 'EXCLUSIVE']).optional(), Values: Texts });
export type SetDimension = z.infer<typeof SetDimension>;

export const AttributeDimension = z.object({
  AttributeType: z.enum(['INCLUSIVE', 'EXCLUSIVE', 'CONTAINS', 'BEFORE', 'AFTER', 'ON', 'BETWEEN']).optional(),
  Values: Texts,
});
export type AttributeDimension = z.infer<typeof AttributeDimension>;

export const MetricDimension = z.object({
  ComparisonOperator: z.enum(['GREATER_THAN', 'LESS_THAN', 'GREATER_THAN_OR_EQUAL', 'LESS_THAN_OR_EQUAL', 'EQUAL']),
  Value: z.number(),
});
export type MetricDimension = z.infer<typeof MetricDimension>;

const Attributes = z.record(Text, AttributeDimension);
const Metrics = z.record(Text, MetricDimension);

export const SegmentDimensions = z.object({
  Attributes: Attributes.optional(),
  UserAttributes: Attributes.optional(),
  Metrics: Metrics.optional(),
  Behavior: z
    .object({
      Recency: z
        .object({
          Duration: z.enum(['HR_24', 'DAY_7', 'DAY_14', 'DAY_30']),
          RecencyType: z.enum(['ACTIVE', 'INACTIVE']),
        })
        .optional(),
    })
    .optional(),
  Demographic: z
    .object({
      AppVersion: SetDimension.optional(),
      Channel: SetDimension.optional(),
      DeviceType: SetDimension.optional(),
      Make: SetDimension.optional(),
      Model: SetDimension.optional(),
      Platform: SetDimension.optional(),
    })
    .optional(),
  Location: z
    .object({
      Country: SetDimension.optional(),
      GPSPoint: z
        .object({
          Coordinates: z.object({ Latitude: z.number(), Longitude: z.number() }),
          RangeInKilometers: z.number().optional(),
        })
        .optional(),
    })
    .optional(),
});
export type SegmentDimensions = z.infer<typeof SegmentDimensions>;

export const EventDimensions = z.object({
  EventType: SetDimension.optional(),
  Attributes: Attributes.optional(),
  Metrics: Metrics.optional(),
});
export type EventDimensions = z.infer<typeof EventDimensions>;

export const SimpleCondition = z.object({
  EventCondition: z.object({ Dimensions: EventDimensions.optional(), MessageActivity: Text.optional() }).optional(),
  SegmentCondition: z.object({ SegmentId: Text }).optional(),
  SegmentDimensions: SegmentDimensions.optional(),
  /** The API's own spelling; the command line writes it with a capital. */
  segmentDimensions: SegmentDimensions.optional(),
});
export type SimpleCondition = z.infer<typeof SimpleCondition>;

const Combined = z.enum(['ALL', 'ANY', 'NONE']);
export type Combined = z.infer<typeof Combined>;

export const Segment = z.object({
  Id: Text.optional(),
  Name: Text.optional(),
  SegmentType: z.enum(['DIMENSIONAL', 'IMPORT']).optional(),
  Version: z.number().optional(),
  Dimensions: SegmentDimensions.optional(),
  SegmentGroups: z
    .object({
      Groups: z
        .array(
          z.object({
            Dimensions: z.array(SegmentDimensions).optional(),
            SourceSegments: z.array(z.object({ Id: Text, Version: z.number().optional() })).optional(),
            SourceType: Combined.optional(),
            Type: Combined.optional(),
          }),
        )
        .optional(),
      Include: Combined.optional(),
    })
    .optional(),
  ImportDefinition: z
    .object({ Format: Text.optional(), S3Url: Text.optional(), Size: z.number().optional() })
    .optional(),
});
export type Segment = z.infer<typeof Segment>;
