import { decideSend, type SendFacts } from '#core/decision';
import {
  armDrawn,
  endOfWait,
  type Enrolment,
  holdPrefix,
  type Next,
  nodeAt,
  type PlanNode,
  type PublishedJourney,
  roundOf,
  type SendNode,
  sendRequest,
  sightOf,
  stepKey,
  type StepNotes,
  type WaitForNode,
} from '#core/journey';
import { sayAwaited, sayNothing } from './spoken.ts';
import type { Touchpoint } from './touchpoint.ts';

/** A run, the version it follows, and what is known of its customer now. */
export type Outlook = {
  readonly published: PublishedJourney & Parameters<typeof sendRequest>[0];
  readonly run: Enrolment;
  readonly facts: SendFacts;
};

/** How a run would have come somewhere. */
type Way = {
  readonly at: number;
  readonly steps: StepNotes;
  readonly if: readonly string[];
  readonly isExpected: boolean;
};

/** Enough for a person to read, and for a journey with many arms to come to an end. */
const mostTouchpoints = 12;
const mostSteps = 400;
const mostConditions = 6;

type Onward = readonly { readonly to: Next; readonly way: Way }[];

const noted = (way: Way, step: string, note: StepNotes[string]): Way => ({
  ...way,
  steps: { ...way.steps, [step]: note },
});
const under = (way: Way, condition: string, isExpected: boolean): Way => ({
  ...way,
  if: [...way.if, condition],
  isExpected: way.isExpected && isExpected,
});

/** What a run would do from where it stands, as far as it can be told: nothing is assumed but what stands in its customer's profile. */
export const plannedTouchpoints = ({ published, run, facts }: Outlook): readonly Touchpoint[] => {
  const { journey, plan } = published;
  const { profile, now, draw } = facts;
  const found: Touchpoint[] = [];
  const holds = (condition: string, { steps }: Way): boolean => sightOf(run, profile, draw).holds(condition, steps);
  const context = (at: number) => ({
    now: at,
    enteredAt: run.enteredAt,
    profile,
    entry: run.entry,
    zone: journey.zone,
  });

  const afterSend = (node: SendNode, way: Way): Onward => {
    const { message } = node.send;
    const key = stepKey(plan, node.id, way.steps);
    const decideAt = (at: number) =>
      decideSend(sendRequest(published, node, { run, key, dueAt: way.at, now: at }), { ...facts, now: at });
    const first = decideAt(way.at);
    const when = first.do === 'hold' ? first.until : way.at;
    const decision = first.do === 'hold' ? decideAt(when) : first;
    const common = { at: when, step: node.id, if: way.if, isExpected: way.isExpected, do: 'send' as const, message };
    if (decision.do === 'send') found.push({ ...common, channel: decision.address.channel });
    if (decision.do === 'hold') found.push(common);
    if (decision.do !== 'withhold')
      return [{ to: node.next, way: noted({ ...way, at: when }, node.id, { status: 'sent', at: when }) }];
    found.push({ ...common, withheld: decision.reason });
    if (decision.end || node.send.otherwise === 'end') return [];
    return [{ to: node.next, way: noted(way, node.id, { status: 'withheld', reason: decision.reason }) }];
  };

  const afterWaiting = (node: WaitForNode, way: Way, since: { from: number; until: number }): Onward => {
    const heard = Object.entries(node.awaited).map(([winner, each]) => {
      const isSo = 'when' in each && holds(each.when, way);
      const there = under({ ...way, at: since.from }, sayAwaited(each), isSo);
      return { isSo, to: node.arms[winner], way: noted(there, node.id, { status: 'heard', outcome: winner }) };
    });
    const isHeard = heard.some(({ isSo }) => isSo);
    const silent = under({ ...way, at: since.until }, sayNothing(node), !isHeard);
    return [{ to: node.timeout, way: noted(silent, node.id, { status: 'timed-out', outcome: 'timeout' }) }, ...heard];
  };

  const onward = (node: PlanNode, way: Way): Onward => {
    switch (node.kind) {
      case 'send':
        return afterSend(node, way);
      case 'act': {
        const common = { at: way.at, step: node.id, if: way.if, isExpected: way.isExpected };
        if ('task' in node.act) {
          const { to, title } = node.act.task;
          found.push({ ...common, do: 'task', to: typeof to === 'string' ? to : to.from, title });
        }
        if ('start' in node.act) found.push({ ...common, do: 'start', journey: node.act.start.journey });
        return [{ to: node.next, way: noted(way, node.id, { status: 'done' }) }];
      }
      case 'wait': {
        const until = endOfWait(node, context(way.at));
        return until === undefined ? [{ to: node.missing, way }] : [{ to: node.next, way: { ...way, at: until } }];
      }
      case 'waitFor':
        return afterWaiting(node, way, { from: way.at, until: way.at + node.ms });
      case 'branch': {
        const taken = node.choices.findIndex(({ when }) => holds(when, way));
        const choices = node.choices.map(({ when, next }, index) => ({
          to: next,
          way: under(way, `\`${when}\``, index === taken),
        }));
        const none = node.choices.map(({ when }) => `\`${when}\``).join(' nor ');
        return [...choices, { to: node.otherwise, way: under(way, `neither ${none}`, taken < 0) }];
      }
      case 'split': {
        const arm = armDrawn(node, draw);
        return [{ to: arm?.next, way: noted(way, node.id, { status: 'split', arm: arm?.arm ?? '' }) }];
      }
      case 'decide': {
        const eligible = node.options.filter(({ when }) => when === undefined || holds(when, way));
        if (eligible.length === 0) return [{ to: node.otherwise, way }];
        return eligible.map(({ option, next }, index) => ({
          to: next,
          way: under(
            noted(way, node.id, { status: 'decided', option, reason: 'first-eligible' }),
            `\`${option}\` is chosen`,
            index === 0,
          ),
        }));
      }
      case 'repeat': {
        if (node.until !== undefined && holds(node.until, way)) return [{ to: node.next, way }];
        const round = roundOf(way.steps, node.id) + 1;
        return [{ to: node.body, way: noted(way, node.id, { status: 'repeating', round }) }];
      }
      case 'again': {
        const isOver =
          roundOf(way.steps, node.head) >= node.times || (node.until !== undefined && holds(node.until, way));
        return [{ to: isOver ? node.next : node.pause, way }];
      }
      case 'end':
        return [];
    }
  };

  const start = (): Onward => {
    const way: Way = { at: now, steps: run.steps, if: [], isExpected: true };
    const standing = run.step?.startsWith(holdPrefix) === true ? run.step.slice(holdPrefix.length) : run.step;
    if (standing === undefined || !Object.hasOwn(plan.nodes, standing)) return [{ to: plan.first, way }];
    const node = nodeAt(plan, standing);
    const until = Math.max(now, run.deadline ?? now);
    if (node.kind === 'wait') return [{ to: node.next, way: { ...way, at: until } }];
    if (node.kind === 'waitFor') return afterWaiting(node, way, { from: now, until });
    return [{ to: standing, way: { ...way, at: until } }];
  };

  // The expected way to its end, then the others, the near before the far.
  let steps = 0;
  const follow = (ways: Onward, isWanted: (way: Way) => boolean): Onward => {
    const others: Onward[number][] = [];
    for (let open = ways; open.length > 0 && steps < mostSteps && found.length < mostTouchpoints;) {
      const next: Onward[number][] = [];
      for (const { to, way } of open) {
        if (!isWanted(way)) others.push({ to, way });
        else if (to !== undefined && ++steps <= mostSteps) next.push(...onward(nodeAt(plan, to), way));
      }
      open = next;
    }
    return others;
  };
  follow(
    follow(start(), ({ isExpected }) => isExpected),
    (way) => way.if.length <= mostConditions,
  );
  return found.slice(0, mostTouchpoints).toSorted((a, b) => a.at - b.at);
};
