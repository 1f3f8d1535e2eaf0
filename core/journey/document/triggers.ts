import * as z from 'zod';
import { IanaZone, JourneyName, Names, Where } from './fields.ts';

const key = z
  .string()
  .optional()
  .describe(
    'Path in the event that tells two runs of one customer apart, such as `properties.cart_id`; an event without it starts nothing.',
  );

const SignalTrigger = z
  .strictObject({
    signal: Names.describe('Event names that start the journey.'),
    key,
    where: Where,
  })
  .describe('Something the customer did.');
const SegmentTrigger = z
  .strictObject({
    segment: z.string().min(1).describe('A segment: whoever enters or leaves it starts the journey.'),
    on: z.enum(['entered', 'left']).default('entered').describe('Which of the two.'),
    where: Where,
  })
  .describe('The customer became or is no more one of some.');
const ScheduleTrigger = z
  .strictObject({
    schedule: z
      .string()
      .regex(/^(?:cron|rate|at)\(.+\)$/, {
        error:
          'write a schedule as EventBridge Scheduler does: `rate(1 day)`, `cron(0 9 ? * MON *)`, `at(2026-12-01T09:00:00)`',
      })
      .describe('As EventBridge Scheduler writes it; everybody in the segment enters each time.'),
    zone: IanaZone.default('UTC').describe('The zone of the schedule.'),
    segment: z.string().min(1).describe('Who enters.'),
  })
  .describe('A time, for everybody in a segment.');
const ApiTrigger = z
  .strictObject({
    api: z.literal(true).describe('Starts by `POST /v1/journeys/{name}/runs` only.'),
    key,
  })
  .describe('A call of the HTTP API.');
const JourneyTrigger = z
  .strictObject({
    journey: z.union([JourneyName, z.array(JourneyName).min(1)]).describe('The journeys whose `start` may begin it.'),
    key,
  })
  .describe('Another journey.');

export const Trigger = z.union([SignalTrigger, SegmentTrigger, ScheduleTrigger, ApiTrigger, JourneyTrigger]);
export type TriggerDocument = z.infer<typeof Trigger>;
