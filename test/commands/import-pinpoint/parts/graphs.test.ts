import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepIds } from '../../../../commands/import-pinpoint/activities/step-ids.ts';
import { compileJourney, machineProblems } from '#compiler';
import { nodeAt, type Plan, planJourney } from '#core/journey';
import { asFile, imported, journeyOf, refusals } from '../imported.ts';

/** Where an activity leads, by position; `undefined` leaves the journey. */
type Node =
  | { readonly kind: 'EMAIL' | 'Wait'; readonly to: readonly (number | undefined)[] }
  | {
      readonly kind: 'ConditionalSplit' | 'MultiCondition' | 'RandomSplit';
      readonly to: readonly (number | undefined)[];
    };

const most = 12;
const idOf = (i: number): string => `n${i}`;
const targetOf = (to: number | undefined): string | undefined => (to === undefined ? undefined : idOf(to));

const flag = (name: string) => ({
  SegmentDimensions: { UserAttributes: { [name]: { AttributeType: 'INCLUSIVE', Values: ['yes'] } } },
});

const activityOf = ({ kind, to }: Node, i: number): object => {
  const [first, second] = to.map(targetOf);
  switch (kind) {
    case 'EMAIL':
      return { EMAIL: { TemplateName: 'T', NextActivity: first } };
    case 'Wait':
      return { Wait: { WaitTime: { WaitFor: 'PT1H' }, NextActivity: first } };
    case 'ConditionalSplit':
      return {
        ConditionalSplit: {
          Condition: { Conditions: [flag(`f${i}x0`)], Operator: 'ALL' },
          TrueActivity: first,
          FalseActivity: second,
        },
      };
    case 'MultiCondition':
      return {
        MultiCondition: {
          Branches: to.slice(0, -1).map((each, k) => ({ Condition: flag(`f${i}x${k}`), NextActivity: targetOf(each) })),
          DefaultActivity: targetOf(to.at(-1)),
          EvaluationWaitTime: { WaitFor: 'PT2H' },
        },
      };
    case 'RandomSplit': {
      const share = Math.floor(100 / to.length);
      const rest = 100 - share * (to.length - 1);
      return {
        RandomSplit: {
          Branches: to.map((each, k) => ({ Percentage: k === 0 ? rest : share, NextActivity: targetOf(each) })),
        },
      };
    }
  }
};

const arbitraryGraph = fc.integer({ min: 1, max: most }).chain((size) =>
  fc.tuple(
    ...Array.from({ length: size }, (_, i) => {
      const later =
        i + 1 >= size
          ? fc.constant(undefined)
          : fc.option(fc.integer({ min: i + 1, max: Math.min(size - 1, i + 5) }), { nil: undefined, freq: 6 });
      const many = (kind: 'MultiCondition' | 'RandomSplit') =>
        fc.array(later, { minLength: 2, maxLength: 4 }).map((to): Node => ({ kind, to }));
      const linear = fc
        .tuple(fc.constantFrom('EMAIL' as const, 'Wait' as const), later)
        .map(([kind, to]): Node => ({ kind, to: [to] }));
      const yesNo = fc.tuple(later, later).map((to): Node => ({ kind: 'ConditionalSplit', to }));
      return fc.oneof(linear, yesNo, many('MultiCondition'), many('RandomSplit'));
    }),
  ),
);

const isHollow = ({ kind, to }: Node): boolean => kind === 'RandomSplit' && to.every((each) => each === undefined);

const graph = arbitraryGraph.filter((nodes) => !nodes.some(isHollow));

const written = (nodes: readonly Node[]) => ({
  Name: 'random',
  StartActivity: idOf(0),
  Activities: Object.fromEntries(nodes.map((node, i) => [idOf(i), activityOf(node, i)])),
  StartCondition: {
    EventStartCondition: { EventFilter: { FilterType: 'ENDPOINT', Dimensions: { EventType: { Values: ['Begun'] } } } },
  },
});
const template = asFile('T.json', { TemplateName: 'T', TemplateType: 'EMAIL', Subject: 'T', HtmlPart: '<p>T</p>' });

/** How each fork falls out: one answer per condition and one draw per split. */
type Fate = { readonly answers: readonly boolean[]; readonly draws: readonly number[] };
const answer = ({ answers }: Fate, i: number, k: number): boolean => answers[(i * 4 + k) % answers.length]!;
const drawn = ({ draws }: Fate, i: number, ways: number): number => draws[i % draws.length]! % ways;

const wayIn = ({ kind, to }: Node, i: number, fate: Fate): number | undefined => {
  if (kind === 'EMAIL' || kind === 'Wait') return to[0];
  if (kind === 'ConditionalSplit') return answer(fate, i, 0) ? to[0] : to[1];
  if (kind === 'RandomSplit') return to[drawn(fate, i, to.length)];
  const taken = to.slice(0, -1).findIndex((_, k) => answer(fate, i, k));
  return taken < 0 ? to.at(-1) : to[taken];
};

/** The activities Pinpoint would have come to, in order. */
const walkedThere = (nodes: readonly Node[], fate: Fate): readonly string[] => {
  const way: string[] = [];
  for (let at: number | undefined = 0; at !== undefined; at = wayIn(nodes[at]!, at, fate)) way.push(idOf(at));
  return way;
};

/** The steps our plan comes to, in order. */
const walkedHere = (
  plan: Plan,
  nodes: readonly Node[],
  fate: Fate,
  activityOfStep: (step: string) => string | undefined,
) => {
  const way: string[] = [];
  const asked = (when: string): boolean => {
    const [, i, k] = /f(\d+)x(\d+)/.exec(when)!;
    return answer(fate, Number(i), Number(k));
  };
  for (let at = plan.first; at !== undefined;) {
    const node = nodeAt(plan, at);
    way.push(at);
    if (node.kind === 'branch') at = (node.choices.find(({ when }) => asked(when)) ?? { next: node.otherwise }).next;
    else if (node.kind === 'split') {
      const i = Number(activityOfStep(node.id)!.slice(1));
      at = node.arms[drawn(fate, i, nodes[i]!.to.length)]!.next;
    } else if (node.kind === 'end') break;
    else if (node.kind === 'send' || node.kind === 'wait') at = node.next;
    else throw new Error(node.kind);
  }
  return way;
};

const fates = fc.record({
  answers: fc.array(fc.boolean(), { minLength: 7, maxLength: 40 }),
  draws: fc.array(fc.nat(11), { minLength: 5, maxLength: 20 }),
});

describe('activities that meet again', () => {
  it('are visited in the same order as in Pinpoint, whatever the conditions say', () => {
    fc.assert(
      fc.property(graph, fc.array(fates, { minLength: 3, maxLength: 6 }), (nodes, all) => {
        const journey = written(nodes);
        const plan = planJourney(
          journeyOf(imported([asFile('j.json', JSON.parse(JSON.stringify(journey))), template]), 'random'),
        );
        const stepOf = stepIds(JSON.parse(JSON.stringify(journey)));
        const activities = new Map(nodes.map((_, i) => [stepOf(idOf(i)), idOf(i)]));
        for (const fate of all) {
          const here = walkedHere(plan, nodes, fate, (step) => activities.get(step));
          // A split that leads to one place whichever way is no step.
          const there = walkedThere(nodes, fate).filter((id) => Object.hasOwn(plan.nodes, stepOf(id)));
          expect(here.flatMap((step) => activities.get(step) ?? [])).toEqual(there);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('become a machine in which every way leads somewhere', () => {
    fc.assert(
      fc.property(graph, (nodes) => {
        const result = imported([asFile('j.json', JSON.parse(JSON.stringify(written(nodes)))), template]);
        expect(machineProblems(compileJourney(journeyOf(result, 'random')))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('are each written once', () => {
    fc.assert(
      fc.property(graph, (nodes) => {
        const result = imported([asFile('j.json', JSON.parse(JSON.stringify(written(nodes)))), template]);
        const text = result.outputs.find(({ path }) => path.endsWith('journey.yaml'))!.text;
        const comments = [...text.matchAll(/# \w+ (n\d+)$/gm)].map(([, id]) => id);
        expect(new Set(comments).size).toBe(comments.length);
      }),
      { numRuns: 100 },
    );
  });

  it('and lead in a circle are refused with their names', () => {
    const wait = (next: string) => ({ Wait: { WaitTime: { WaitFor: 'PT1H' }, NextActivity: next } });
    const [fault] = refusals(
      asFile('loop.json', {
        Name: 'loop',
        StartActivity: 'a',
        Activities: { a: wait('b'), b: wait('c'), c: wait('b') },
      }),
    );
    expect(fault?.message).toContain('circle: b → c → b');
    expect(fault).toMatchObject({ path: 'Activities.b', line: 13 });
  });
});
