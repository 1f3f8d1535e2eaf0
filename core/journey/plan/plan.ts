import { durationMs } from '../document/duration.ts';
import { waitTimeOf } from '../document/instant.ts';
import type { AwaitedDocument, StepDocument } from '../document/steps.ts';
import type { Awaited, Next, Plan, PlanNode } from './nodes.ts';
import { type Planned, readsOf } from './reads.ts';
import { type Name, namer } from './titles.ts';

const ms = (duration: string): number => durationMs(duration) ?? 0;

type Of<Key extends string> = Extract<StepDocument, { [key in Key]: unknown }>;

const awaitedOf = (awaited: AwaitedDocument): Awaited => (typeof awaited === 'string' ? { clicked: awaited } : awaited);

const isGoto = (step: StepDocument): step is Of<'goto'> => 'goto' in step;

/**
 * Turns the author's nested steps into the graph that everything else reads.
 * @param said the paths its messages read of steps, which are kept for them
 */
export const planJourney = (journey: Planned, said: readonly string[] = []): Plan => {
  const nodes: Record<string, PlanNode> = {};
  const names = namer(journey.steps);

  /** @returns where a list of steps begins. @param after where it leads. @param within the repeat it is in. */
  const place = (steps: readonly StepDocument[], after: Next, within?: string): Next => {
    const named = steps.map((step) => (isGoto(step) ? undefined : names.ofStep(step)));
    const startOf = (i: number): Next => {
      const step = steps[i];
      return step === undefined ? after : isGoto(step) ? step.goto : named[i]?.id;
    };
    steps.forEach((step, i) => {
      const name = named[i];
      if (name === undefined || isGoto(step)) return;
      for (const node of nodesOf(step, { name, next: startOf(i + 1), within }))
        nodes[node.id] = within === undefined ? node : { within, ...node };
    });
    return startOf(0);
  };

  type Where = { readonly name: Name; readonly next: Next; readonly within: string | undefined };

  const armsOf = (winners: readonly string[], then: Of<'waitFor'>['then'], { next, within }: Where) => {
    const arm = (winner: string): Next => place(then?.[winner] ?? [], next, within);
    return { arms: Object.fromEntries(winners.map((winner) => [winner, arm(winner)])), timeout: arm('timeout') };
  };

  /** A step that does something and then waits for its answer. */
  const answered = (
    act: Omit<Extract<PlanNode, { kind: 'act' }>, 'next' | keyof Name>,
    wait: { readonly part: string; readonly ms: number; readonly awaited: { readonly [winner: string]: Awaited } },
    then: Of<'waitFor'>['then'],
    where: Where,
  ): readonly PlanNode[] => {
    const answer = names.ofPart(where.name, wait.part);
    return [
      { ...where.name, ...act, next: answer.id },
      {
        ...answer,
        kind: 'waitFor',
        ms: wait.ms,
        awaited: wait.awaited,
        ...armsOf(Object.keys(wait.awaited), then, where),
      },
    ];
  };

  const taskNodes = (step: Of<'task'>, where: Where): readonly PlanNode[] => {
    const { id } = where.name;
    const act = { kind: 'act', act: { task: step.task }, otherwise: 'continue' } as const;
    const { outcomes, due } = step.task;
    if (outcomes === undefined) return [{ ...where.name, ...act, next: where.next }];
    const awaited = Object.fromEntries(outcomes.map((outcome) => [outcome, { outcome, of: id }]));
    return answered(act, { part: 'answer', ms: ms(due), awaited }, step.then, where);
  };

  const startNodes = (step: Of<'start'>, where: Where): readonly PlanNode[] => {
    const act = { kind: 'act', act: { start: step.start }, otherwise: 'continue' } as const;
    if (!step.start.wait) return [{ ...where.name, ...act, next: where.next }];
    const awaited = { ended: { ended: where.name.id } };
    return answered(act, { part: 'ended', ms: ms(step.start.within), awaited }, step.then, where);
  };

  const repeatNodes = ({ repeat }: Of<'repeat'>, { name, next }: Where): readonly PlanNode[] => {
    const { every, times, until } = repeat;
    const again = names.ofPart(name, 'again');
    const pause = names.ofPart(name, 'pause');
    const body = place(repeat.steps, again.id, name.id);
    return [
      { ...name, kind: 'repeat', until, body, next },
      { ...again, kind: 'again', head: name.id, times, until, pause: pause.id, next },
      { ...pause, kind: 'wait', time: { ms: ms(every) }, next: name.id, missing: name.id },
    ];
  };

  const nodesOf = (step: StepDocument, where: Where): readonly PlanNode[] => {
    const { name, next, within } = where;
    const list = (steps: readonly StepDocument[] | undefined): Next => place(steps ?? [], next, within);
    if ('wait' in step)
      return [
        {
          ...name,
          kind: 'wait',
          time: waitTimeOf(step.wait) ?? { ms: 0 },
          next,
          missing: list(step.otherwise),
        },
      ];
    if ('send' in step) return [{ ...name, kind: 'send', send: step.send, next }];
    if ('end' in step) return [{ ...name, kind: 'end', reason: step.end }];
    if ('branch' in step) {
      const choices = step.branch.map(({ when, then }) => ({ when, next: list(then) }));
      return [{ ...name, kind: 'branch', choices, otherwise: list(step.otherwise) }];
    }
    if ('split' in step) {
      const arms = step.split.map(({ arm, percent, then }) => ({ arm, percent, next: list(then) }));
      return [{ ...name, kind: 'split', arms }];
    }
    if ('decide' in step) {
      const options = step.decide.map(({ option, when, then }) => ({ option, when, next: list(then) }));
      return [{ ...name, kind: 'decide', options, otherwise: list(step.otherwise) }];
    }
    if ('waitFor' in step) {
      const awaited = Object.fromEntries(
        Object.entries(step.waitFor).map(([winner, each]) => [winner, awaitedOf(each)]),
      );
      const arms = armsOf(Object.keys(step.waitFor), step.then, where);
      return [{ ...name, kind: 'waitFor', ms: ms(step.within), awaited, ...arms }];
    }
    if ('repeat' in step) return repeatNodes(step, where);
    if ('task' in step) return taskNodes(step, where);
    if ('start' in step) return startNodes(step, where);
    if ('goto' in step) return [];
    const otherwise = 'webhook' in step ? step.webhook.otherwise : 'continue';
    const act =
      'webhook' in step ? { webhook: step.webhook } : 'emit' in step ? { emit: step.emit } : { update: step.update };
    return [{ ...name, kind: 'act', act, otherwise, next }];
  };

  const first = place(journey.steps, undefined);
  return { first, nodes, reads: readsOf(journey, said) };
};
