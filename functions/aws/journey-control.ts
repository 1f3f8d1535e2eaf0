import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Pause } from '#core/journey';
import * as z from 'zod/mini';
import { dynamodb } from './clients.ts';
import { type Conditional, orRefused } from './conditional.ts';
import { item, keyItem, liveKey, plain } from './keys.ts';

const number = z.optional(z.number());

const ControlRow = z.object({
  sk: z.string(),
  version: z.number(),
  /** As published: `live`, `refused` or `retired`. */
  status: z.string(),
  reason: z._default(z.string(), ''),
  machine: z.string(),
  /** What an operator said since; publishing leaves it alone. */
  halted: z.optional(z.enum(['paused', 'stopped'])),
  pauses: z._default(z.array(z.object({ from: z.number(), to: z.exactOptional(z.number()) })), []),
  /** How many of those who stood still go on in a minute. */
  perMinute: number,
  /** Runs that entered by then are over, whatever becomes of the journey later. */
  stoppedAt: number,
  isStopping: z.optional(z.boolean()),
  stopped: number,
});

/** How a journey is run: what was published, and whether it stands still. Instants are epoch milliseconds. */
export type Control = Omit<z.infer<typeof ControlRow>, 'sk'> & { readonly name: string };

const read = (row: Record<string, unknown>): Control => {
  const { sk, ...rest } = ControlRow.parse(row);
  return { name: sk, ...rest };
};

/** No execution is older than a year: what was paused before that concerns nobody. */
const keptMs = 400 * 86_400_000;

/** How long a function may go on with what it has read, in milliseconds of the machine's own clock. */
const freshMs = 1000;

type Change = {
  readonly set: string;
  readonly if: string;
  readonly values: Record<string, unknown>;
};

/** Pausing, resuming and stopping: fields of a journey's pointer row that only this writes. */
export const journeyControl = (table: string) => {
  const known = new Map<string, { readonly at: number; readonly control: Promise<Control | undefined> }>();

  const get = async (name: string, ConsistentRead: boolean): Promise<Control | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(liveKey(name)), ConsistentRead }),
    );
    return Item === undefined ? undefined : read(plain(Item));
  };

  const find = (name: string): Promise<Control | undefined> => get(name, true);

  /** `find`, at most a second old. */
  const recent = (name: string): Promise<Control | undefined> => {
    const at = performance.now();
    const last = known.get(name);
    if (last !== undefined && at - last.at <= freshMs) return last.control;
    const control = get(name, false);
    known.set(name, { at, control });
    control.catch(() => known.delete(name));
    return control;
  };

  const change = async (name: string, { set, if: condition, values }: Change): Promise<Conditional<Control>> => {
    const answer = await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(liveKey(name)),
          UpdateExpression: set,
          ConditionExpression: `attribute_exists(pk) AND (${condition})`,
          ExpressionAttributeValues: item(values),
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return 'refused' in answer ? answer : { done: read(plain(answer.done.Attributes ?? {})) };
  };

  const setPauses = (pauses: readonly Pause[], { pauses: before }: Control) => ({
    condition:
      before.length === 0 ? 'attribute_not_exists(pauses) OR size(pauses) = :before' : 'size(pauses) = :before',
    values: { ':pauses': pauses, ':before': before.length },
  });

  const pause = (control: Control, at: number) => {
    const kept = control.pauses.filter(({ to }) => to === undefined || to > at - keptMs);
    const { condition, values } = setPauses([...kept, { from: at }], control);
    return change(control.name, {
      set: 'SET halted = :paused, pauses = :pauses',
      if: `attribute_not_exists(halted) AND (${condition})`,
      values: { ...values, ':paused': 'paused' },
    });
  };

  /** Goes on, after a pause or a stop. */
  const resume = (control: Control, { at, perMinute }: { readonly at: number; readonly perMinute: number }) => {
    const closed = control.pauses.map((each) => (each.to === undefined ? { ...each, to: at } : each));
    const { condition, values } = setPauses(closed, control);
    return change(control.name, {
      set: 'SET pauses = :pauses, perMinute = :perMinute REMOVE halted',
      if: `halted = :halted AND (${condition})`,
      values: { ...values, ':perMinute': perMinute, ':halted': control.halted },
    });
  };

  const stop = (control: Control, at: number) =>
    change(control.name, {
      set: 'SET halted = :stopped, stoppedAt = :at, isStopping = :true, stopped = :none',
      if: 'attribute_not_exists(halted) OR halted = :paused',
      values: { ':stopped': 'stopped', ':paused': 'paused', ':at': at, ':true': true, ':none': 0 },
    });

  /** So many runs more are stopped; at the end, that none is left. */
  const stopped = (name: string, { more, isOver }: { readonly more: number; readonly isOver: boolean }) =>
    change(name, {
      set: `ADD stopped :more${isOver ? ' REMOVE isStopping' : ''}`,
      if: 'attribute_exists(isStopping)',
      values: { ':more': more },
    });

  return { find, recent, pause, resume, stop, stopped };
};
export type JourneyControl = ReturnType<typeof journeyControl>;
