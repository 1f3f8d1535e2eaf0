import type { WaitTime } from '../document/instant.ts';
import type { ActDocument, AwaitedDocument, SendDocument } from '../document/steps.ts';

/** Where a run goes next; undefined is the end, with the reason `completed`. */
export type Next = string | undefined;

type Named = {
  readonly id: string;
  /** The author's words: the state's name in the compiled machine. */
  readonly title: string;
  /** The `repeat` it is a part of: what is done in a later round is not what was done in an earlier. */
  readonly within?: string;
};

/** What a wait can hear: something an author waits for, or the answer to a step of the journey's own. */
export type Awaited =
  | { readonly clicked: string }
  | { readonly outcome: string; readonly of: string }
  | { readonly ended: string }
  | Exclude<AwaitedDocument, string>;

export type SendNode = Named & { readonly kind: 'send'; readonly send: SendDocument; readonly next: Next };
/** `missing` is where a wait until a date goes when there is no date. */
export type WaitNode = Named & {
  readonly kind: 'wait';
  readonly time: WaitTime;
  readonly next: Next;
  readonly missing: Next;
};
export type WaitForNode = Named & {
  readonly kind: 'waitFor';
  readonly ms: number;
  readonly awaited: { readonly [winner: string]: Awaited };
  readonly arms: { readonly [winner: string]: Next };
  readonly timeout: Next;
};
export type BranchNode = Named & {
  readonly kind: 'branch';
  readonly choices: readonly { readonly when: string; readonly next: Next }[];
  readonly otherwise: Next;
};
export type SplitNode = Named & {
  readonly kind: 'split';
  readonly arms: readonly { readonly arm: string; readonly percent: number; readonly next: Next }[];
};
export type DecideNode = Named & {
  readonly kind: 'decide';
  readonly options: readonly { readonly option: string; readonly when: string | undefined; readonly next: Next }[];
  readonly otherwise: Next;
};
/** Something done outside: said on the bus, asked of a person, called. */
export type ActNode = Named & {
  readonly kind: 'act';
  readonly act: ActDocument;
  /** What follows when it could not be done. */
  readonly otherwise: 'continue' | 'end';
  readonly next: Next;
};
/** The head of a loop: begins a round, or leaves. */
export type RepeatNode = Named & {
  readonly kind: 'repeat';
  readonly until: string | undefined;
  readonly body: Next;
  readonly next: Next;
};
/** The foot of a loop: waits for the next round if there is one. */
export type AgainNode = Named & {
  readonly kind: 'again';
  readonly head: string;
  readonly times: number;
  readonly until: string | undefined;
  readonly pause: string;
  readonly next: Next;
};
export type EndNode = Named & { readonly kind: 'end'; readonly reason: string };

export type PlanNode =
  | SendNode
  | WaitNode
  | WaitForNode
  | BranchNode
  | SplitNode
  | DecideNode
  | ActNode
  | RepeatNode
  | AgainNode
  | EndNode;

/** What a journey's expressions and messages read that must be kept for them. */
export type Reads = {
  /** Events that are counted since entry. */
  readonly seen: readonly string[];
  /** What came back about a step, or what it heard: `reminder/clicked`, `response/event`. */
  readonly notes: ReadonlySet<string>;
  /** Of those that only messages read, the parts they read: `properties.color`. Of the others all is kept. */
  readonly parts: { readonly [note: string]: readonly string[] };
};

/** A journey's steps as a graph: every step by id, arms resolved, branches rejoined. */
export type Plan = {
  readonly first: Next;
  readonly nodes: { readonly [id: string]: PlanNode };
  readonly reads: Reads;
};

/** The step with this id; a plan never points outside itself. */
export const nodeAt = (plan: Plan, id: string): PlanNode => {
  const node = Object.hasOwn(plan.nodes, id) ? plan.nodes[id] : undefined;
  if (node === undefined) throw new Error(`The journey has no step "${id}".`);
  return node;
};

/** Everywhere a step can lead, whatever happens. */
export const nextOf = (node: PlanNode): readonly Next[] => {
  switch (node.kind) {
    case 'send':
    case 'act':
      return [node.next];
    case 'wait':
      return 'until' in node.time ? [node.next, node.missing] : [node.next];
    case 'waitFor':
      return [node.timeout, ...Object.values(node.arms)];
    case 'branch':
      return [...node.choices.map(({ next }) => next), node.otherwise];
    case 'split':
      return node.arms.map(({ next }) => next);
    case 'decide':
      return [...node.options.map(({ next }) => next), node.otherwise];
    case 'repeat':
      return [node.body, node.next];
    case 'again':
      return [node.pause, node.next];
    case 'end':
      return [];
  }
};
