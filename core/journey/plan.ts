import { durationMs, spokenDuration } from './duration.ts';
import type { AwaitedDocument, JourneyDocument, SendDocument, StepDocument } from './journey.ts';

/** Where a run goes next; undefined is the end, with the reason `completed`. */
export type Next = string | undefined;

type Named = {
  readonly id: string;
  /** The author's words: the state's name in the compiled machine. */
  readonly title: string;
};
export type SendNode = Named & { readonly kind: 'send'; readonly send: SendDocument; readonly next: Next };
export type WaitNode = Named & { readonly kind: 'wait'; readonly ms: number; readonly next: Next };
export type WaitForNode = Named & {
  readonly kind: 'waitFor';
  readonly ms: number;
  readonly awaited: { readonly [winner: string]: AwaitedDocument };
  readonly arms: { readonly [winner: string]: Next };
  readonly timeout: Next;
};
export type BranchNode = Named & {
  readonly kind: 'branch';
  readonly choices: readonly { readonly when: string; readonly next: Next }[];
  readonly otherwise: Next;
};
export type EndNode = Named & { readonly kind: 'end'; readonly reason: string };
export type PlanNode = SendNode | WaitNode | WaitForNode | BranchNode | EndNode;

/** A journey's steps as a graph: every step by id, arms resolved, branches rejoined. */
export type Plan = { readonly first: Next; readonly nodes: { readonly [id: string]: PlanNode } };

const ms = (duration: string): number => durationMs(duration) ?? 0;

/** A state's name has at most 80 characters; a hold and a number must still fit. */
const longestTitle = 70;

const titleOf = (step: StepDocument): string =>
  words(step)
    .slice(0, longestTitle)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();

const words = (step: StepDocument): string => {
  if ('wait' in step) return `Wait ${spokenDuration(ms(step.wait))}`;
  if ('send' in step) return `Send ${step.send.message}`;
  if ('waitFor' in step) return `Wait for ${Object.keys(step.waitFor).join(' or ')}`;
  if ('branch' in step) return 'Branch';
  return `End ${step.end}`;
};

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);

/** Every id an author gave: no step without one may take it. */
const idsGiven = (steps: readonly StepDocument[]): readonly string[] =>
  steps.flatMap((step) => [
    ...(step.id === undefined ? [] : [step.id]),
    ...('branch' in step ? idsGiven([...step.branch.flatMap(({ then }) => then), ...(step.otherwise ?? [])]) : []),
    ...('waitFor' in step ? idsGiven(Object.values(step.then ?? {}).flat()) : []),
  ]);

/** Turns the author's nested steps into the graph that everything else reads. */
export const planJourney = (journey: Pick<JourneyDocument, 'steps'>): Plan => {
  const nodes: Record<string, PlanNode> = {};
  const titles = new Set<string>();
  const given = new Set(idsGiven(journey.steps));

  const nameOf = (step: StepDocument): Named => {
    const wanted = { id: step.id ?? slug(words(step)), title: step.id ?? titleOf(step) };
    for (let n = 1; ; n++) {
      const named = n === 1 ? wanted : { id: `${wanted.id}-${n}`, title: `${wanted.title} ${n}` };
      const isTaken = named.id in nodes || (step.id === undefined && given.has(named.id));
      if (isTaken || titles.has(named.title)) continue;
      titles.add(named.title);
      return named;
    }
  };

  const place = (steps: readonly StepDocument[], after: Next): Next => {
    const names = steps.map((step) => {
      const named = nameOf(step);
      nodes[named.id] = { ...named, kind: 'end', reason: 'reserved' };
      return named;
    });
    steps.forEach((step, i) => {
      const named = names[i];
      if (named !== undefined) nodes[named.id] = nodeOf(step, named, names[i + 1]?.id ?? after);
    });
    return names[0]?.id ?? after;
  };

  const nodeOf = (step: StepDocument, named: Named, next: Next): PlanNode => {
    if ('wait' in step) return { ...named, kind: 'wait', ms: ms(step.wait), next };
    if ('send' in step) return { ...named, kind: 'send', send: step.send, next };
    if ('end' in step) return { ...named, kind: 'end', reason: step.end };
    if ('branch' in step) {
      const choices = step.branch.map(({ when, then }) => ({ when, next: place(then, next) }));
      return { ...named, kind: 'branch', choices, otherwise: place(step.otherwise ?? [], next) };
    }
    const arm = (winner: string): Next => place(step.then?.[winner] ?? [], next);
    const arms = Object.fromEntries(Object.keys(step.waitFor).map((winner) => [winner, arm(winner)]));
    return { ...named, kind: 'waitFor', ms: ms(step.within), awaited: step.waitFor, arms, timeout: arm('timeout') };
  };

  const first = place(journey.steps, undefined);
  return { first, nodes };
};

/** The step with this id; a plan never points outside itself. */
export const nodeAt = (plan: Plan, id: string): PlanNode => {
  const node = Object.hasOwn(plan.nodes, id) ? plan.nodes[id] : undefined;
  if (node === undefined) throw new Error(`The journey has no step "${id}".`);
  return node;
};
