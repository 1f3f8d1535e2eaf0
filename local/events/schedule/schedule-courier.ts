import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isObject } from '../../template/json.ts';
import { AwsError, type Json, type JsonObject, type World } from '../../world.ts';
import type { Courier, Delivery, Failure } from '../deliveries.ts';
import { jsonOf } from '../json-text.ts';
import { isBus, queueUrl, sendTo } from '../targets.ts';
import { type Target, target } from './schedule-shape.ts';

/** What one occurrence calls, and when it was to be; journalled with the delivery, so that it outlives its schedule. */
const occurrence = z.object({ at: z.number(), target: z.json() });

/** One occurrence as the text of a delivery. */
export const occurrenceText = (at: number, given: JsonObject): string => JSON.stringify({ at, target: given });

/** Calls the targets of schedules, and writes to their dead-letter queues what could not be called. */
export const scheduleCourier = (world: World): Courier => ({
  attempt: async (one) => {
    const { to, input } = read(one);
    await invoke(world, to, { text: input, id: one.id });
  },
  giveUp: async (one, failure) => {
    const { to, input, at } = read(one);
    if (to.DeadLetterConfig?.Arn === undefined)
      return world.note(`Dropped ${one.target}: ${failure.code}, ${failure.message}`);
    const letter = {
      QueueUrl: queueUrl(to.DeadLetterConfig.Arn),
      MessageBody: input,
      MessageAttributes: attributes({ one, failure, at, arn: to.Arn }),
    };
    await world.call('sqs', 'SendMessage', letter, world.as(to.RoleArn));
  },
  limits: (one) => read(one).to.RetryPolicy,
});

const read = (one: Delivery): { readonly to: Target; readonly input: string; readonly at: number } => {
  const { at, target: given } = occurrence.parse(jsonOf(one.body));
  const to = target.parse(given);
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
  const input = (to.Input ?? '{}')
    .replaceAll('<aws.scheduler.schedule-arn>', one.target)
    .replaceAll('<aws.scheduler.scheduled-time>', seconds(at))
    .replaceAll('<aws.scheduler.execution-id>', one.id)
    .replaceAll('<aws.scheduler.attempt-number>', String(one.attempts + 1));
  return { to, input, at };
};

/** A templated target, `events:PutEvents` with its parameters, or `arn:aws:scheduler:::aws-sdk:service:action`. */
const invoke = async (
  world: World,
  { Arn, RoleArn, EventBridgeParameters: as }: Target,
  sent: { readonly text: string; readonly id: string },
): Promise<void> => {
  const caller = world.as(RoleArn);
  const [, service, action] = /^arn:aws:scheduler:::aws-sdk:(\w+):(\w+)$/.exec(Arn) ?? [];
  if (service !== undefined && action !== undefined) {
    const input = jsonOf(sent.text);
    await world.call(SERVICE_NAMES[service] ?? service, capital(action), isObject(input) ? input : {}, caller);
  } else if (isBus(Arn)) {
    const entry = { EventBusName: Arn, Source: as?.Source ?? '', DetailType: as?.DetailType ?? '', Detail: sent.text };
    checkPut(await world.call('events', 'PutEvents', { Entries: [entry] }, caller));
  } else await sendTo(world, { arn: Arn, caller }, sent);
};

const SERVICE_NAMES: Readonly<Record<string, string>> = { sfn: 'states', eventbridge: 'events', sesv2: 'ses' };
const capital = (action: string): string => action.charAt(0).toUpperCase() + action.slice(1);

const checkPut = ({ Entries }: JsonObject): void => {
  const [first]: readonly Json[] = Array.isArray(Entries) ? Entries : [];
  if (isObject(first) && first['ErrorCode'] !== undefined)
    throw new AwsError(String(first['ErrorCode']), String(first['ErrorMessage']));
};

type Letter = { readonly one: Delivery; readonly failure: Failure; readonly at: number; readonly arn: string };

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
const attributes = ({ one, failure, at, arn }: Letter): JsonObject =>
  Object.fromEntries(
    Object.entries({
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message,
      EXECUTION_ID: one.id,
      ...(failure.exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: failure.exhausted }),
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(one.attempts - 1),
      SCHEDULED_TIME: seconds(at),
      SCHEDULE_ARN: one.target,
      TARGET_ARN: arn,
    }).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );

const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** How much later than `at` a schedule with a flexible window of so many minutes fires: always the same for the same occurrence. */
export const windowOffset = (arn: string, at: number, minutes: number): number => {
  const hash = createHash('sha256').update(`${arn} ${at}`).digest().readUInt32BE(0);
  return (hash % (minutes * 60)) * 1_000;
};
