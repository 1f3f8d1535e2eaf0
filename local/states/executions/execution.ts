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
    ...deadlines,
  }),
  /** The call has returned; the token has not. */
  z.object({ at: z.literal('open'), call: z.string(), ...deadlines }),
  z.object({ at: z.literal('joined'), join }),
  /** Its wait, task or children are over; what follows has not been worked out. */
  z.object({ at: z.literal('settled'), outcome }),
]);

/** One line of control: the execution itself (`0`), a branch or an iteration (`0.2`, `0.2.1`). */
const frame = z.object({
  id: z.string(),
  state: z.string(),
  input: json,
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

export const EXECUTION = z.object({
  arn: z.string(),
  name: z.string(),
  /** Machine ARN, the revision of its definition it runs on, and the version ARN it was started by. */
  machine: z.string(),
  revision: z.string(),
  version: z.exactOptional(z.string()),
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
  frames: z.record(z.string(), frame).readonly(),
});

export type Execution = Readonly<z.infer<typeof EXECUTION>>;
export type Frame = Readonly<z.infer<typeof frame>>;
export type Phase = Readonly<z.infer<typeof phase>>;
export type Join = Readonly<z.infer<typeof join>>;
export type Outcome = Readonly<z.infer<typeof outcome>>;

/** The line of control an execution begins with. */
export const ROOT = '0';

/** One line of control of one execution. */
export interface Place {
  readonly execution: string;
  readonly frame: string;
}
