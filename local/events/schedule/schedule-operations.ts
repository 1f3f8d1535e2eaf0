import * as z from 'zod';
import { requireTrust, scheduleGroupArn } from '../../iam/policies/trust-policies.ts';
import { AwsError, type Caller, type JsonObject, type Operation, type World } from '../../world.ts';
import { count, operation } from '../operation.ts';
import type { ScheduleBook } from './schedule-book.ts';
import type { Groups } from './schedule-groups.ts';
import { checkSchedule, described, type Kept, scheduleShape, summary } from './schedule-shape.ts';

const name = z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, `_`, `-` or `.`');
const asked = scheduleShape.extend({ Name: name });
const one = z.object({
  Name: z.string(),
  GroupName: z.string().optional(),
  groupName: z.string().optional(),
  ClientToken: z.string().optional(),
  clientToken: z.string().optional(),
});
const listed = z.object({
  ScheduleGroup: z.string().optional(),
  NamePrefix: z.string().default(''),
  State: z.string().optional(),
  MaxResults: count.default(100),
  NextToken: z.string().default('0'),
});

export type OperationParts = {
  readonly world: World;
  readonly book: ScheduleBook;
  readonly groups: Groups;
  /** Begins or ends the firing of a schedule that was put or removed. */
  readonly started: (one: Kept) => void;
  readonly stopped: (arn: string) => void;
};

/** CreateSchedule, UpdateSchedule, DeleteSchedule, GetSchedule and ListSchedules, answered when they are on disk. */
export const scheduleOperations = (parts: OperationParts): Readonly<Record<string, Operation>> => {
  const { world, book, groups, started, stopped } = parts;
  const { clock, journal } = world;

  const existing = (input: z.output<typeof one>, action: string, caller: Caller): Kept => {
    const group = input.GroupName ?? input.groupName ?? 'default';
    caller.require(`scheduler:${action}`, book.arnOf(group, input.Name));
    const found = book.find(group, input.Name);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Schedule ${input.Name} does not exist.`, { status: 404 });
  };

  const write = async (input: z.output<typeof asked>, given: JsonObject, before?: Kept): Promise<JsonObject> => {
    const now = clock.now();
    const arn = before?.arn ?? book.arnOf(input.GroupName, input.Name);
    const kept = { arn, name: input.Name, given, shape: input, createdAt: before?.createdAt ?? now, changedAt: now };
    stopped(arn);
    book.put(kept);
    started(kept);
    await journal.durable();
    return { ScheduleArn: arn };
  };

  /** The request as it came, once it is one Scheduler takes. */
  const written =
    (run: (input: z.output<typeof asked>, given: JsonObject, caller: Caller) => Promise<JsonObject>): Operation =>
    (given, caller) =>
      operation(asked, async (input) => {
        checkSchedule(input);
        groups.check(input.GroupName);
        caller.require('iam:PassRole', input.Target.RoleArn, { 'iam:PassedToService': 'scheduler.amazonaws.com' });
        const sourceArn = scheduleGroupArn(world.stack, input.GroupName);
        requireTrust(world.stack, { service: 'scheduler', role: input.Target.RoleArn, sourceArn });
        return run(input, given, caller);
      })(given, caller);

  return {
    CreateSchedule: written(async (input, given, caller) => {
      caller.require('scheduler:CreateSchedule', book.arnOf(input.GroupName, input.Name));
      const before = book.find(input.GroupName, input.Name);
      if (
        before !== undefined &&
        before.shape.ClientToken !== undefined &&
        before.shape.ClientToken === input.ClientToken
      )
        return { ScheduleArn: before.arn };
      if (before !== undefined)
        throw new AwsError('ConflictException', `Schedule ${input.Name} already exists.`, { status: 409 });
      return write(input, given);
    }),
    UpdateSchedule: written(async (input, given, caller) =>
      write(input, given, existing(input, 'UpdateSchedule', caller)),
    ),
    DeleteSchedule: operation(one, async (input, caller) => {
      const { arn } = existing(input, 'DeleteSchedule', caller);
      stopped(arn);
      book.remove(arn);
      await journal.durable();
      return {};
    }),
    GetSchedule: operation(one, async (input, caller) => described(existing(input, 'GetSchedule', caller))),
    ListSchedules: operation(listed, async (input, caller) => {
      caller.require('scheduler:ListSchedules', '*');
      const hit = book.all().filter(({ name: called, shape }) => {
        const isInGroup = input.ScheduleGroup === undefined || shape.GroupName === input.ScheduleGroup;
        return isInGroup && called.startsWith(input.NamePrefix) && (input.State ?? shape.State) === shape.State;
      });
      const from = Number(input.NextToken);
      const until = from + input.MaxResults;
      return {
        Schedules: hit.slice(from, until).map(summary),
        ...(until < hit.length && { NextToken: String(until) }),
      };
    }),
  };
};
