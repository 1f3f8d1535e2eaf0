import * as z from 'zod';
import { durationMs } from '#core/journey';
import { EventDimensions, SimpleCondition } from './condition-shapes.ts';

/** A journey as Pinpoint's API has it: `JourneyResponse` and `WriteJourneyRequest` (version 2016-12-01). */

const Text = z.string();
const Duration = Text.refine((text) => durationMs(text) !== undefined, {
  error: 'this should be an ISO 8601 duration such as PT1H or P3D',
});
const Instant = Text.refine((text) => !Number.isNaN(Date.parse(text)), {
  error: 'this should be an ISO 8601 date and time such as 2026-12-01T09:00:00Z',
});
const Clock = Text.regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'this should be a time of day such as 21:30' });
const Percent = z.int().min(0).max(100);
const Count = z.int().min(0);

const WaitTime = z.object({ WaitFor: Duration.optional(), WaitUntil: Instant.optional() });
export type WaitTime = z.infer<typeof WaitTime>;

const template = { TemplateName: Text.optional(), TemplateVersion: Text.optional(), NextActivity: Text.optional() };

const bodies = {
  EMAIL: z.object({ MessageConfig: z.object({ FromAddress: Text.optional() }).optional(), ...template }),
  SMS: z.object({
    MessageConfig: z
      .object({
        MessageType: z.enum(['TRANSACTIONAL', 'PROMOTIONAL']).optional(),
        OriginationNumber: Text.optional(),
        SenderId: Text.optional(),
        EntityId: Text.optional(),
        TemplateId: Text.optional(),
      })
      .optional(),
    ...template,
  }),
  PUSH: z.object({ MessageConfig: z.object({ TimeToLive: Text.optional() }).optional(), ...template }),
  CUSTOM: z.object({
    DeliveryUri: Text.optional(),
    EndpointTypes: z.array(Text).optional(),
    MessageConfig: z.object({ Data: Text.optional() }).optional(),
    ...template,
  }),
  ContactCenter: z.object({ NextActivity: Text.optional() }),
  /** The type's name in events and in the guide. */
  CONTACT_CENTER: z.object({ NextActivity: Text.optional() }),
  Wait: z.object({ WaitTime: WaitTime.optional(), NextActivity: Text.optional() }),
  ConditionalSplit: z.object({
    Condition: z
      .object({ Conditions: z.array(SimpleCondition).optional(), Operator: z.enum(['ALL', 'ANY']).optional() })
      .optional(),
    EvaluationWaitTime: WaitTime.optional(),
    TrueActivity: Text.optional(),
    FalseActivity: Text.optional(),
  }),
  MultiCondition: z.object({
    Branches: z.array(z.object({ Condition: SimpleCondition.optional(), NextActivity: Text.optional() })).optional(),
    DefaultActivity: Text.optional(),
    EvaluationWaitTime: WaitTime.optional(),
  }),
  RandomSplit: z.object({
    Branches: z.array(z.object({ Percentage: Percent.optional(), NextActivity: Text.optional() })).optional(),
  }),
  Holdout: z.object({ Percentage: Percent, NextActivity: Text.optional() }),
};
type Bodies = typeof bodies;
export type ActivityType = keyof Bodies;
export type Body<Type extends ActivityType> = z.infer<Bodies[Type]>;
export const activityTypes: readonly string[] = Object.keys(bodies);

export const Activity = z.object({
  Description: Text.optional(),
  EMAIL: bodies.EMAIL.optional(),
  SMS: bodies.SMS.optional(),
  PUSH: bodies.PUSH.optional(),
  CUSTOM: bodies.CUSTOM.optional(),
  ContactCenter: bodies.ContactCenter.optional(),
  CONTACT_CENTER: bodies.CONTACT_CENTER.optional(),
  Wait: bodies.Wait.optional(),
  ConditionalSplit: bodies.ConditionalSplit.optional(),
  MultiCondition: bodies.MultiCondition.optional(),
  RandomSplit: bodies.RandomSplit.optional(),
  Holdout: bodies.Holdout.optional(),
});
export type Activity = z.infer<typeof Activity>;

const Weekday = z.enum(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']);
const clockOf = /^(?:T|\d{4}-\d\d-\d\dT)?(\d\d:\d\d)/;
const OpenTime = Text.regex(clockOf, { error: 'this should be a time of day such as 09:00' }).transform(
  (text) => clockOf.exec(text)?.[1] ?? text,
);
const ChannelHours = z.partialRecord(Weekday, z.array(z.object({ StartTime: OpenTime, EndTime: OpenTime })));
export type ChannelHours = z.infer<typeof ChannelHours>;
const ClosedRules = z.array(
  z.object({ Name: Text.optional(), StartDateTime: Instant.optional(), EndDateTime: Instant.optional() }),
);
export type ClosedRules = z.infer<typeof ClosedRules>;
const perChannel = <Rule extends z.ZodType>(rule: Rule) =>
  z.object({
    EMAIL: rule.optional(),
    SMS: rule.optional(),
    PUSH: rule.optional(),
    VOICE: rule.optional(),
    CUSTOM: rule.optional(),
  });

export const Journey = z.object({
  Name: Text.min(1),
  Id: Text.optional(),
  State: z.enum(['DRAFT', 'ACTIVE', 'COMPLETED', 'CANCELLED', 'CLOSED', 'PAUSED']).optional(),
  StartActivity: Text.optional(),
  Activities: z.record(Text, Activity).optional(),
  StartCondition: z
    .object({
      Description: Text.optional(),
      SegmentStartCondition: z.object({ SegmentId: Text }).optional(),
      EventStartCondition: z
        .object({
          EventFilter: z.object({ FilterType: z.enum(['SYSTEM', 'ENDPOINT']), Dimensions: EventDimensions }).optional(),
          SegmentId: Text.optional(),
        })
        .optional(),
    })
    .optional(),
  Schedule: z
    .object({ StartTime: Instant.optional(), EndTime: Instant.optional(), Timezone: Text.optional() })
    .optional(),
  LocalTime: z.boolean().optional(),
  RefreshFrequency: Duration.optional(),
  RefreshOnSegmentUpdate: z.boolean().optional(),
  Limits: z
    .object({
      DailyCap: Count.optional(),
      TotalCap: Count.optional(),
      TimeframeCap: z.object({ Cap: Count.optional(), Days: Count.optional() }).optional(),
      EndpointReentryCap: Count.optional(),
      EndpointReentryInterval: Duration.optional(),
      MessagesPerSecond: Count.optional(),
    })
    .optional(),
  QuietTime: z.object({ Start: Clock.optional(), End: Clock.optional() }).optional(),
  WaitForQuietTime: z.boolean().optional(),
  SendingSchedule: z.boolean().optional(),
  OpenHours: perChannel(ChannelHours).optional(),
  ClosedDays: perChannel(ClosedRules).optional(),
  JourneyChannelSettings: z
    .object({ ConnectCampaignArn: Text.optional(), ConnectCampaignExecutionRoleArn: Text.optional() })
    .optional(),
  TimezoneEstimationMethods: z.array(z.enum(['PHONE_NUMBER', 'POSTAL_CODE'])).optional(),
});
export type Journey = z.infer<typeof Journey>;
