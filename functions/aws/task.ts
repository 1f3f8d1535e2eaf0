import type { Json, JsonObject } from '#core/signal';
import * as z from 'zod/mini';
import { customerPk, type Key } from './keys.ts';

/** What a run asks a person to do. Instants are epoch milliseconds. */
export type AskedTask = {
  /** Names it among the customer's tasks: the same step of the same run asks once. */
  readonly id: string;
  readonly journey: string;
  readonly enrol: string;
  readonly occurrence: number;
  /** The step in this round of its repeat, as its answer names it. */
  readonly step: string;
  /** The queue of those who do it. */
  readonly to: string;
  readonly title: string;
  readonly shows: JsonObject;
  /** The answers there can be; without any, it can only be done. */
  readonly outcomes: readonly string[];
  readonly dueAt: number;
  readonly askedAt: number;
};

export type Task = AskedTask & {
  readonly customer: string;
  readonly status: 'open' | 'claimed' | 'answered' | 'closed';
  readonly claimedBy?: string;
  readonly answeredBy?: string;
  readonly answeredAt?: number;
  readonly outcome?: string;
  readonly response?: Json;
  /** Why nobody needs to do it any more: how its run ended. */
  readonly closedBecause?: string;
};

/** An id stands in a path and behind a dot, whatever the run called it. */
const plainId = (id: string): string => id.replaceAll(/[^\w@-]/g, '-');

export const taskKey = (customer: string, id: string): Key => ({
  pk: customerPk(customer),
  sk: `TASK#${plainId(id)}`,
});

/** Where a queue finds its tasks, the most urgent first. It lies outside the customer's partition and goes with the task. */
export const taskPointerKey = ({ to, dueAt, customer, id }: Pick<Task, 'to' | 'dueAt' | 'customer' | 'id'>): Key => ({
  pk: `TASKS#${to}`,
  sk: `${new Date(dueAt).toISOString()}#${taskName(customer, id)}`,
});

/** What the world outside calls a task: with the customer in it, so that nothing must be looked up to find it. */
export const taskName = (customer: string, id: string): string => `${customer}.${plainId(id)}`;

export const readTaskName = (name: string): { readonly customer: string; readonly id: string } | undefined => {
  const [, customer, id] = /^([a-z2-7]{26})\.([\w@-]{1,400})$/.exec(name) ?? [];
  return customer === undefined || id === undefined ? undefined : { customer, id };
};

const text = z.optional(z.string());
const TaskRow = z.object({
  pk: z.string(),
  id: z.string(),
  journey: z.string(),
  enrol: z.string(),
  occurrence: z.number(),
  step: z.string(),
  to: z.string(),
  title: z.string(),
  shows: z.record(z.string(), z.json()),
  outcomes: z.array(z.string()),
  dueAt: z.number(),
  askedAt: z.number(),
  status: z.enum(['open', 'claimed', 'answered', 'closed']),
  claimedBy: text,
  answeredBy: text,
  answeredAt: z.optional(z.number()),
  outcome: text,
  response: z.optional(z.json()),
  closedBecause: text,
});

/** A task's row as the rooms know it. */
export const readTask = (row: Record<string, unknown>): Task => {
  const { pk, claimedBy, answeredBy, answeredAt, outcome, response, closedBecause, ...rest } = TaskRow.parse(row);
  return {
    ...rest,
    customer: pk.slice(customerPk('').length),
    ...(claimedBy === undefined ? {} : { claimedBy }),
    ...(answeredBy === undefined ? {} : { answeredBy }),
    ...(answeredAt === undefined ? {} : { answeredAt }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(response === undefined ? {} : { response }),
    ...(closedBecause === undefined ? {} : { closedBecause }),
  };
};
