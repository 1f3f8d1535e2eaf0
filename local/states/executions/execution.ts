import * as z from 'zod';
import type { Json } from '../../world.ts';

/**
 * What is kept of an execution: plain JSON, whole after every step, so that it can go on after the process was killed.
 * Values are never changed in place. Definitions, closures and history are elsewhere.
 */
const json = z.custom<Json>((value) => value !== undefined);
const variables = z.record(z.string(), json).readonly();

/** Deadlines of a task, in milliseconds since the epoch; `beat` is the heartbeat interval in milliseconds. */
const deadlines = {
  deadline: z.exactOptional(z.number()),
  beat: z.exactOptional(z.number()),
  beatBy: z.exactOptional(z.number()),
};

const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('passed') }),
  z.object({ kind: z.literal('result'), value: json }),
  z.object({
    kind: z.literal('failure'),
    error: z.exactOptional(z.string()),
    cause: z.exactOptional(z.string()),
    /** A missed heartbeat is told as `States.Timeout`, yet may be caught by its own name. */
    alias: z.exactOptional(z.string()),
  }),
]);

/** The children of a Parallel or a Map. `results` has a place for every child; tolerated failures are left out at the end. */
const join = z.object({
  inputs: z.array(json).readonly(),
  /** A Map's items, where an item selector made something else of them. */
  items: z.exactOptional(z.array(json).readonly()),
  results: z.array(json).readonly(),
  /** How many may run at once, how many have started and how many have ended. */
  most: z.number(),
  started: z.number(),
  ended: z.number(),
  /** Indexes of children whose failure was tolerated, and how many may be. */
  failed: z.array(z.number()).readonly(),
  tolerated: z.number(),
});

/** The role of the task's `Credentials`. */
const role = z.exactOptional(z.string());

const phase = z.discriminatedUnion('at', [
  /** About to run the state. */
  z.object({ at: z.literal('ready') }),
  z.object({ at: z.literal('waiting'), until: z.number() }),
  z.object({ at: z.literal('retrying'), until: z.number() }),
  /** The call is out. `call` tells one attempt from the next. After a restart the call is made again, with the same token. */
  z.object({
    at: z.literal('calling'),
    call: z.string(),
    arguments: json,
    /** Whether it waits for its token once the call has returned. */
    token: z.boolean(),
    role,
    ...deadlines,
  }),
  /** The call has returned; the token, or the end of the execution it started (`child`), has not. */
  z.object({ at: z.literal('open'), call: z.string(), child: z.exactOptional(z.string()), role, ...deadlines }),
  /** The children of a distributed Map are executions of their own. */
  z.object({ at: z.literal('mapping'), run: z.string() }),
  z.object({ at: z.literal('joined'), join }),
  /** Its wait, task or children are over; what follows has not been worked out. */
  z.object({ at: z.literal('settled'), outcome }),
]);

/** One line of control: the execution itself (`main`), a branch or an iteration (`main.2`, `main.2.1`). */
const keptFrame = z.object({
  id: z.string(),
  state: z.string(),
  /** Absent in the journal when it is the execution's own. */
  input: z.exactOptional(json),
  variables,
  enteredAt: z.number(),
  /** Ids of the event before the state was entered, of the one that entered it, and of the last one of this line. */
  enteredAfter: z.number(),
  enteredEvent: z.number(),
  lastEvent: z.number(),
  retryCount: z.number(),
  /** Tries used, by place of the retrier. */
  retries: z.array(z.number()).readonly(),
  /** In an iteration of a Map. */
  item: z.exactOptional(z.object({ index: z.number(), value: json })),
  phase,
});

const kept = z.object({
  arn: z.string(),
  name: z.string(),
  /** Machine ARN, the revision of its definition it runs on, and the version ARN it was started by. */
  machine: z.string(),
  revision: z.string(),
  version: z.exactOptional(z.string()),
  /** The task that started it, so that a task whose call is made again after a restart finds what it started. */
  startedBy: z.exactOptional(z.string()),
  /** The Map Run it is a child of, and its place there. */
  mapRun: z.exactOptional(z.object({ arn: z.string(), index: z.number() })),
  role: z.string(),
  input: json,
  startedAt: z.number(),
  deadline: z.exactOptional(z.number()),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
  endedAt: z.exactOptional(z.number()),
  output: z.exactOptional(json),
  error: z.exactOptional(z.string()),
  cause: z.exactOptional(z.string()),
  redriveCount: z.number(),
  redrivenAt: z.exactOptional(z.number()),
  /** History so far: number of events, and of journal records they lie in. */
  events: z.number(),
  bursts: z.number(),
  frames: z.record(z.string(), keptFrame).readonly(),
});

/** An execution as the journal has it. */
export const EXECUTION = kept.transform(whole);

type Kept = Readonly<z.infer<typeof kept>>;
export type Frame = Readonly<z.infer<typeof keptFrame>> & { readonly input: Json };
export type Execution = Omit<Kept, 'frames'> & { readonly frames: Readonly<Record<string, Frame>> };
/** What every execution is before it has done anything. */
export const UNBEGUN = {
  status: 'RUNNING',
  redriveCount: 0,
  events: 0,
  bursts: 0,
  frames: {},
} as const satisfies Partial<Execution>;
export type Phase = Readonly<z.infer<typeof phase>>;
export type Join = Readonly<z.infer<typeof join>>;
export type Outcome = Readonly<z.infer<typeof outcome>>;

/** The line of control an execution begins with. No number: V8 keeps members named by numbers in a list with room for 17. */
export const ROOT = 'main';

/** One line of control of one execution. */
export interface Place {
  readonly execution: string;
  readonly frame: string;
}

function whole(execution: Kept): Execution {
  const { input } = execution;
  return { ...execution, frames: mapValues(execution.frames, (frame) => ({ ...frame, input: frame.input ?? input })) };
}

/** What is written of an execution: an input that is its own is not written twice. */
export function written(execution: Execution): Kept {
  const frames = mapValues(execution.frames, (frame) => {
    const { input, ...rest } = frame;
    return input !== null && input === execution.input ? rest : frame;
  });
  return { ...execution, frames };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
