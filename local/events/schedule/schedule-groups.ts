import * as z from 'zod';
import { AwsError, type JsonObject, type Operation, type World } from '../../world.ts';
import { json, lastPart, operation } from '../operation.ts';
import type { ScheduleBook } from './schedule-book.ts';

const KIND = 'schedule-group';
const named = z.object({
  Name: z.string().regex(/^[\w.-]{1,64}$/),
  ClientToken: z.string().optional(),
  Tags: json.optional(),
});

/** Schedule groups: `default`, those of the template, and those made at run time (journalled, kind `schedule-group`). */
export const createGroups = ({ stack, journal, clock }: World, book: ScheduleBook, remove: (arn: string) => void) => {
  const arnOf = (name: string): string => `arn:aws:scheduler:${stack.region}:${stack.account}:schedule-group/${name}`;
  const declared = stack.all('AWS::Scheduler::ScheduleGroup').map(({ arn, ref }) => lastPart(arn) || ref);
  const names = (): readonly string[] => [
    ...new Set(['default', ...declared, ...[...journal.all(KIND)].map(([name]) => name)]),
  ];
  const check = (name: string): void => {
    if (names().includes(name)) return;
    throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, { status: 404 });
  };
  const described = (name: string): JsonObject => ({ Arn: arnOf(name), Name: name, State: 'ACTIVE' });

  const operations: Readonly<Record<string, Operation>> = {
    CreateScheduleGroup: operation(named, async ({ Name }, caller) => {
      caller.require('scheduler:CreateScheduleGroup', arnOf(Name));
      if (names().includes(Name))
        throw new AwsError('ConflictException', `Schedule group ${Name} already exists.`, { status: 409 });
      journal.put(KIND, Name, clock.now());
      await journal.durable();
      return { ScheduleGroupArn: arnOf(Name) };
    }),
    GetScheduleGroup: operation(named, async ({ Name }, caller) => {
      caller.require('scheduler:GetScheduleGroup', arnOf(Name));
      check(Name);
      return described(Name);
    }),
    ListScheduleGroups: operation(z.object({}), async (_, caller) => {
      caller.require('scheduler:ListScheduleGroups', '*');
      return { ScheduleGroups: names().map(described) };
    }),
    /** Its schedules go with it. */
    DeleteScheduleGroup: operation(named, async ({ Name }, caller) => {
      caller.require('scheduler:DeleteScheduleGroup', arnOf(Name));
      check(Name);
      if (Name === 'default')
        throw new AwsError('ValidationException', 'The default schedule group cannot be deleted.');
      for (const { arn, shape } of book.all()) if (shape.GroupName === Name) remove(arn);
      journal.remove(KIND, Name);
      await journal.durable();
      return {};
    }),
  };
  return { check, operations };
};
export type Groups = ReturnType<typeof createGroups>;
