import * as z from 'zod';
import { isObject } from '../../template/json.ts';
import type { Json, JsonObject, World } from '../../world.ts';
import { declared, jsonObject, lastPart } from '../operation.ts';
import { type Kept, scheduleShape } from './schedule-shape.ts';

const KIND = 'schedule-definition';
const record = z.object({ name: z.string(), given: jsonObject, createdAt: z.number(), changedAt: z.number() });

/**
 * The schedules of the template, and what was made, changed and deleted since (journalled, kind `schedule-definition`; `null` where one of
 * the template was deleted). What is declared again differently does not win over a change made here.
 */
export const createScheduleBook = ({ stack, journal, clock }: World) => {
  const arnOf = (group: string, name: string): string =>
    `arn:aws:scheduler:${stack.region}:${stack.account}:schedule/${group}/${name}`;
  const kept = new Map<string, Kept>();
  const isDeclared = new Set<string>();

  for (const { resource, properties } of declared(stack, 'AWS::Scheduler::Schedule', scheduleShape)) {
    isDeclared.add(resource.arn);
    const now = clock.now();
    const name = lastPart(resource.arn);
    kept.set(resource.arn, {
      arn: resource.arn,
      name,
      given: resource.properties,
      shape: properties,
      createdAt: now,
      changedAt: now,
    });
  }
  for (const [arn, value] of journal.all(KIND)) {
    if (value === null) kept.delete(arn);
    else kept.set(arn, { arn, ...restored(value) });
  }

  return {
    arnOf,
    all: (): readonly Kept[] => [...kept.values()],
    find: (group: string, name: string): Kept | undefined =>
      kept.get(arnOf(group, name)) ??
      [...kept.values()].find((one) => one.name === name && one.shape.GroupName === group),
    /** Safe once `journal.durable()` has resolved, as is `remove`. */
    put(one: Kept): void {
      const { name, given, createdAt, changedAt } = one;
      kept.set(one.arn, one);
      journal.put(KIND, one.arn, { name, given, createdAt, changedAt });
    },
    remove(arn: string): void {
      kept.delete(arn);
      if (isDeclared.has(arn)) journal.put(KIND, arn, null);
      else journal.remove(KIND, arn);
    },
  };
};
export type ScheduleBook = ReturnType<typeof createScheduleBook>;

const restored = (value: Json): Omit<Kept, 'arn'> => {
  const one = record.parse(value);
  const given: JsonObject = isObject(one.given) ? one.given : {};
  return { ...one, given, shape: scheduleShape.parse(given) };
};
