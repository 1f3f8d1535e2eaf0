import { noIds, slug, uniquely } from '../graph/names.ts';
import type { DraftStep, DraftSteps, Fork, Piece } from '../graph/nest.ts';
import { spoken } from '../journey/spoken.ts';
import type { SimpleCondition } from '../read/condition-shapes.ts';
import type { WaitTime } from '../read/journey-shape.ts';
import type { Path } from '../report/ledger.ts';
import { combined, type Condition, jsonataPath, quoted } from '../segment/condition.ts';
import { dimensionsHold } from '../segment/dimensions.ts';
import { type Asked, askedOfEvent, type Awaited } from './events.ts';
import { type Converting, lacking, noteNext, type Surroundings } from './surroundings.ts';
import { waitSteps } from './waits.ts';

type Asking = { readonly path: Path; readonly split: string; readonly around: Surroundings };

const asked = (condition: SimpleCondition | undefined, { path, split, around }: Asking): Asked => {
  const { EventCondition, SegmentCondition, SegmentDimensions, segmentDimensions } = condition ?? {};
  if (EventCondition !== undefined)
    return askedOfEvent(EventCondition, { path: [...path, 'EventCondition'], split, around });
  if (SegmentCondition !== undefined) {
    const segment = around.segment(SegmentCondition.SegmentId);
    const at = [...path, 'SegmentCondition', 'SegmentId'];
    if ('incomplete' in segment) around.ledger.note(at, 'not supported', segment.incomplete);
    else around.ledger.note(at, 'exact', 'the condition of the segment is written out');
    return segment;
  }
  const [dimensions, key] =
    SegmentDimensions === undefined
      ? [segmentDimensions, 'segmentDimensions']
      : [SegmentDimensions, 'SegmentDimensions'];
  const all =
    dimensions === undefined ? [] : dimensionsHold(dimensions, { ledger: around.ledger, path: [...path, key] });
  if (all.length > 0) return combined(all, 'and');
  around.ledger.note(path, 'not supported', 'an empty condition: to be written');
  return { incomplete: 'asks nothing. Write a condition after `when:`.' };
};

/** The wait before a split decides, which hears what nothing is kept of. */
type Listening = {
  readonly steps: DraftSteps;
  readonly conditionOf: (asked: Asked) => Condition;
};

const winnersOf = (all: readonly Asked[]): ReadonlyMap<Asked, string> => {
  const awaited = all.filter((each) => 'awaited' in each);
  const unique = uniquely(['timeout', ...noIds]);
  return new Map(awaited.map((each) => [each, unique(slug(each.awaited.on) || 'event')] as const));
};

type Split = Converting<'ConditionalSplit'> | Converting<'MultiCondition'>;

/** Without a time the events of a message are looked at once; a run that has to hear them waits this long. */
const shortest = 'PT1M';

const listen = (all: readonly Asked[], split: Split): Listening => {
  const { activity, around, body, path } = split;
  const id = around.stepOf(activity);
  const lacks = (what: string): string => lacking(split, what);
  const wait: WaitTime = body.EvaluationWaitTime ?? {};
  const at = [...path, 'EvaluationWaitTime'];
  const winners = winnersOf(all);
  if (winners.size === 0)
    return {
      steps: waitSteps(wait, { id, path: at, around, lacks }),
      conditionOf: (each) => ('awaited' in each ? { when: 'false' } : each),
    };
  const within = wait.WaitFor ?? shortest;
  if (wait.WaitFor !== undefined)
    around.ledger.note([...at, 'WaitFor'], 'changed', `at most ${spoken(within)}: over as soon as an event comes`);
  around.ledger.note([...at, 'WaitUntil'], 'not supported', `waits ${spoken(within)} at most`);
  const waitFor = Object.fromEntries(
    [...winners].map(([each, winner]): readonly [string, Awaited | undefined] => [
      winner,
      'awaited' in each ? each.awaited : undefined,
    ]),
  );
  const dated =
    wait.WaitUntil === undefined || wait.WaitFor !== undefined
      ? {}
      : { incomplete: lacks('waits for an event until a fixed date. Write how long in `within:`.') };
  return {
    steps: [{ id, ...dated, waitFor, within: spoken(within) }],
    conditionOf: (each) => {
      if (!('awaited' in each)) return each;
      const heard = `steps.\`${id}\`.outcome = ${quoted(winners.get(each) ?? '')}`;
      const seen = each.mayBePast ? ` or seen.${jsonataPath(each.awaited.on) ?? ''} > 0` : '';
      return { when: each.isNot ? `$not(${heard}${seen})` : `${heard}${seen}` };
    },
  };
};

type Choice = { readonly condition: Condition; readonly to: string | undefined };

const branched = (
  split: Split,
  before: DraftSteps,
  choices: readonly Choice[],
  otherwise: string | undefined,
): Piece => {
  const { activity, around } = split;
  const first = around.stepOf(activity);
  const id = before.length === 0 ? first : around.furtherId(`${first}-ways`);
  const targets = new Set([...choices.map(({ to }) => to), otherwise]);
  const isDone = choices.every(({ condition }) => 'when' in condition);
  if (targets.size === 1 && isDone) return { id: first, steps: before, next: otherwise };
  const written = ({ condition }: Choice, then: DraftSteps): DraftStep =>
    'when' in condition ? { when: condition.when, then } : { incomplete: lacking(split, condition.incomplete), then };
  const fork: Fork = {
    ways: [...choices.map(({ to }) => ({ to })), { to: otherwise, isOptional: true }],
    write: (lists) => {
      const rest = lists.at(-1) ?? [];
      return {
        id,
        branch: choices.map((choice, i) => written(choice, lists[i] ?? [])),
        ...(rest.length === 0 ? {} : { otherwise: rest }),
      };
    },
  };
  return { id: first, steps: before, fork };
};

export const conditionalPiece = (split: Converting<'ConditionalSplit'>): Piece => {
  const { body, path, around } = split;
  const { Conditions = [], Operator = 'ALL' } = body.Condition ?? {};
  const all = Conditions.map((each, i) =>
    asked(each, { path: [...path, 'Condition', 'Conditions', i], split: split.activity, around }),
  );
  around.ledger.note([...path, 'Condition', 'Operator'], 'exact', Operator === 'ALL' ? 'and' : 'or');
  noteNext(around, [...path, 'TrueActivity'], body.TrueActivity);
  noteNext(around, [...path, 'FalseActivity'], body.FalseActivity);
  const { steps, conditionOf } = listen(all, split);
  const isTooMuch = Operator === 'ALL' && all.filter((each) => 'awaited' in each).length > 1;
  const nothing = { incomplete: 'asks nothing. Write a condition after `when:`.' };
  const tooMuch = { incomplete: 'asks for several events that must all come, and a wait hears the first.' };
  const whole = isTooMuch ? tooMuch : combined(all.map(conditionOf), Operator === 'ALL' ? 'and' : 'or');
  const condition = all.length === 0 ? nothing : whole;
  return branched(split, steps, [{ condition, to: body.TrueActivity }], body.FalseActivity);
};

export const multiPiece = (split: Converting<'MultiCondition'>): Piece => {
  const { body, path, around } = split;
  const branches = (body.Branches ?? []).map(({ Condition, NextActivity }, i) => {
    const at = [...path, 'Branches', i];
    if (Condition === undefined) around.ledger.note(at, 'not supported', 'an unfinished branch: to be written');
    noteNext(around, [...at, 'NextActivity'], NextActivity);
    const missing: Asked = { incomplete: `branch ${i + 1} has no condition. Write one after \`when:\`.` };
    return {
      asked:
        Condition === undefined
          ? missing
          : asked(Condition, { path: [...at, 'Condition'], split: split.activity, around }),
      to: NextActivity,
    };
  });
  noteNext(around, [...path, 'DefaultActivity'], body.DefaultActivity);
  const { steps, conditionOf } = listen(
    branches.map((each) => each.asked),
    split,
  );
  const choices = branches.map((each) => ({ condition: conditionOf(each.asked), to: each.to }));
  if (choices.length > 0) return branched(split, steps, choices, body.DefaultActivity);
  const nothing = { condition: { incomplete: 'has no branches. Write them under `branch:`.' }, to: undefined };
  return branched(split, steps, [nothing], body.DefaultActivity);
};
