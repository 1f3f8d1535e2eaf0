import * as z from 'zod';
import { AwsError, type Json, type JsonObject, type Service, type World } from '../../world.ts';
import { isObject } from '../../template/json.ts';
import { createDeliveries, type Courier, type Delivery, type Failure } from '../deliveries.ts';
import { jsonOf } from '../json-text.ts';
import { declared, json, lastPart, operation } from '../operation.ts';
import { deadLetters, retryPolicy } from '../rules.ts';
import { isBus, queueUrl, sendTo } from '../targets.ts';
import { startSchedules } from './start-schedules.ts';

const target = z.strictObject({
  Arn: z.string(),
  RoleArn: z.string(),
  Input: z.string().optional(),
  EventBridgeParameters: z.strictObject({ DetailType: z.string(), Source: z.string() }).optional(),
  RetryPolicy: retryPolicy,
  DeadLetterConfig: deadLetters,
});
const schedule = z.strictObject({
  Name: z.string().optional(),
  GroupName: z.string().default('default'),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  /** A flexible window lets AWS fire later; here it fires at its beginning. */
  FlexibleTimeWindow: json,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: target,
});
type Target = z.output<typeof target>;
type Declared = { readonly arn: string; readonly properties: z.output<typeof schedule> };

export interface Scheduler extends Service {
  /** Takes up unfinished deliveries and arms the schedules. Call once every service is there. */
  start(): void;
}

/** EventBridge Scheduler: the schedules of the template, on the world's clock. */
export const createScheduler = (world: World): Scheduler => {
  const schedules: readonly Declared[] = declared(world.stack, 'AWS::Scheduler::Schedule', schedule).map((one) => ({
    arn: one.resource.arn,
    properties: one.properties,
  }));
  const deliveries = createDeliveries(world, 'scheduled', courier(world, schedules));
  const operations = {
    GetSchedule: operation(
      z.strictObject({ Name: z.string(), GroupName: z.string().default('default') }),
      async ({ Name, GroupName }, caller) => {
        const found = schedules.find(({ arn }) => arn.endsWith(`schedule/${GroupName}/${Name}`));
        if (found === undefined)
          throw new AwsError('ResourceNotFoundException', `Schedule ${Name} does not exist.`, { status: 404 });
        caller.require('scheduler:GetSchedule', found.arn);
        return described(found);
      },
    ),
    ListSchedules: operation(z.object({}), async (_, caller) => {
      caller.require('scheduler:ListSchedules', '*');
      return { Schedules: schedules.map(described) };
    }),
  };
  return {
    name: 'scheduler',
    operations,
    routes: [
      { route: 'GET /schedules/{Name}', operation: 'GetSchedule' },
      { route: 'GET /schedules', operation: 'ListSchedules' },
    ],
    start() {
      deliveries.resume();
      const enabled = schedules.filter(({ properties }) => properties.State === 'ENABLED');
      startSchedules(
        world,
        enabled.map(({ arn, properties }) => ({
          id: arn,
          expression: properties.ScheduleExpression,
          zone: properties.ScheduleExpressionTimezone,
          fire: async (at) => {
            deliveries.send(arn, inputOf(arn, properties.Target, at));
            await world.journal.durable();
          },
        })),
      );
    },
  };
};

const courier = (world: World, schedules: readonly Declared[]): Courier => {
  const targetOf = ({ target }: Delivery): Target => {
    const found = schedules.find(({ arn }) => arn === target);
    if (found === undefined) throw new AwsError('ResourceNotFoundException', `${target} is no longer in the template`);
    return found.properties.Target;
  };
  return {
    attempt: (one) => invoke(world, targetOf(one), one),
    giveUp: async (one, failure) => {
      const dead = schedules.find(({ arn }) => arn === one.target)?.properties.Target;
      if (dead?.DeadLetterConfig?.Arn === undefined)
        return world.note(`Dropped ${one.target}: ${failure.code}, ${failure.message}`);
      await world.call('sqs', 'SendMessage', letter(dead.DeadLetterConfig.Arn, one, failure), world.as(dead.RoleArn));
    },
    limits: (one) => targetOf(one).RetryPolicy,
  };
};

/** A templated target, `events:PutEvents` with its parameters, or `arn:aws:scheduler:::aws-sdk:service:action`. */
const invoke = async (
  world: World,
  { Arn, RoleArn, EventBridgeParameters: as }: Target,
  one: Delivery,
): Promise<void> => {
  const caller = world.as(RoleArn);
  const [, service, action] = /^arn:aws:scheduler:::aws-sdk:(\w+):(\w+)$/.exec(Arn) ?? [];
  if (service !== undefined && action !== undefined) {
    const input = jsonOf(one.body);
    await world.call(SERVICE_NAMES[service] ?? service, capital(action), isObject(input) ? input : {}, caller);
  } else if (isBus(Arn)) {
    const entry = { EventBusName: Arn, Source: as?.Source ?? '', DetailType: as?.DetailType ?? '', Detail: one.body };
    checkPut(await world.call('events', 'PutEvents', { Entries: [entry] }, caller));
  } else await sendTo(world, { arn: Arn, caller }, { text: one.body, id: one.id });
};

const SERVICE_NAMES: Readonly<Record<string, string>> = { sfn: 'states', eventbridge: 'events', sesv2: 'ses' };
const capital = (action: string): string => action.charAt(0).toUpperCase() + action.slice(1);

const checkPut = ({ Entries }: JsonObject): void => {
  const [first]: readonly Json[] = Array.isArray(Entries) ? Entries : [];
  if (isObject(first) && first['ErrorCode'] !== undefined)
    throw new AwsError(String(first['ErrorCode']), String(first['ErrorMessage']));
};

const inputOf = (arn: string, { Input = '{}' }: Target, at: number): string =>
  Input.replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', `${new Date(at).toISOString().slice(0, 19)}Z`)
    .replaceAll('<aws.scheduler.attempt-number>', '1');

const letter = (queueArn: string, one: Delivery, { code, message, exhausted }: Failure): JsonObject => ({
  QueueUrl: queueUrl(queueArn),
  MessageBody: one.body,
  MessageAttributes: Object.fromEntries(
    Object.entries({
      SCHEDULE_ARN: one.target,
      ERROR_CODE: code,
      ERROR_MESSAGE: message,
      ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
    }).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  ),
});

const described = ({ arn, properties }: Declared): JsonObject => ({
  Arn: arn,
  Name: lastPart(arn),
  GroupName: properties.GroupName,
  ScheduleExpression: properties.ScheduleExpression,
  ScheduleExpressionTimezone: properties.ScheduleExpressionTimezone,
  State: properties.State,
  Target: { Arn: properties.Target.Arn, RoleArn: properties.Target.RoleArn },
});
