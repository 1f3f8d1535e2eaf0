import { callPiece, customPiece } from '../activities/outside.ts';
import { emailPiece, pushPiece, smsPiece } from '../activities/messages.ts';
import { holdoutPiece, randomSplitPiece } from '../activities/shares.ts';
import { conditionalPiece, multiPiece } from '../activities/splits.ts';
import { lacking, type Surroundings, typeOf } from '../activities/surroundings.ts';
import { waitPiece } from '../activities/waits.ts';
import { cycleIn, type Edges, orderOf, type Target } from '../graph/activity-graph.ts';
import { type DraftSteps, nest, type Piece } from '../graph/nest.ts';
import type { Activity, Journey } from '../read/journey-shape.ts';
import { entryOf, type NameOfSegment, type Part } from './entry.ts';
import { limitsOf, scheduleOf } from './limits.ts';
import { windowOf } from './window.ts';

/** Everywhere an activity leads, as it stands in the file. */
export const waysOf = (activity: Activity): readonly Target[] => {
  const linear =
    activity.EMAIL ?? activity.SMS ?? activity.PUSH ?? activity.CUSTOM ?? activity.Wait ?? activity.Holdout;
  if (linear !== undefined) return [linear.NextActivity];
  const { ContactCenter, CONTACT_CENTER, ConditionalSplit, MultiCondition, RandomSplit } = activity;
  return [
    ...[ContactCenter, CONTACT_CENTER].map((call) => call?.NextActivity),
    ConditionalSplit?.TrueActivity,
    ConditionalSplit?.FalseActivity,
    ...(MultiCondition?.Branches ?? []).map(({ NextActivity }) => NextActivity),
    MultiCondition?.DefaultActivity,
    ...(RandomSplit?.Branches ?? []).map(({ NextActivity }) => NextActivity),
  ];
};

const edgesOf = (journey: Journey): Edges =>
  new Map(Object.entries(journey.Activities ?? {}).map(([id, activity]) => [id, waysOf(activity)]));

/** @returns whether any way leads from one activity to another one. */
export const leadingTo = (journey: Journey): ((from: string, to: string) => boolean) => {
  const edges = edgesOf(journey);
  return (from, to) => from !== to && orderOf(edges, from).reached.includes(to);
};

/** The activities of a loop, which no journey can have; undefined where there is none. */
export const loopIn = (journey: Journey): readonly string[] | undefined => cycleIn(edgesOf(journey));

/** Whether a holdout comes before everything else, so that the journey can have it as a whole. */
const isJourneysHoldout = ({ StartActivity, Activities = {} }: Journey, id: string): boolean => {
  const percent = Activities[id]?.Holdout?.Percentage ?? 0;
  const isLedTo = Object.values(Activities).some((activity) => waysOf(activity).includes(id));
  return id === StartActivity && !isLedTo && percent > 0 && percent <= 50;
};

const pieceOf = (id: string, activity: Activity, around: Surroundings): Piece => {
  const type = typeOf(activity);
  const step = around.stepOf(id);
  if (type === undefined)
    return {
      id: step,
      steps: [{ id: step, incomplete: lacking({ activity: id, type: 'nothing' }, 'says not what it does.') }],
      next: undefined,
    };
  const base = { activity: id, type, description: activity.Description, path: ['Activities', id, type], around };
  const { EMAIL, SMS, PUSH, CUSTOM, ContactCenter, CONTACT_CENTER, Wait } = activity;
  const { ConditionalSplit, MultiCondition, RandomSplit, Holdout } = activity;
  around.ledger.note(['Activities', id, 'Description'], 'changed', 'a comment above the step');
  around.ledger.note(base.path, 'exact', `the step \`${step}\``);
  if (EMAIL !== undefined) return emailPiece({ ...base, body: EMAIL });
  if (SMS !== undefined) return smsPiece({ ...base, body: SMS });
  if (PUSH !== undefined) return pushPiece({ ...base, body: PUSH });
  if (CUSTOM !== undefined) return customPiece({ ...base, body: CUSTOM });
  if (Wait !== undefined) return waitPiece({ ...base, body: Wait });
  if (ConditionalSplit !== undefined) return conditionalPiece({ ...base, body: ConditionalSplit });
  if (MultiCondition !== undefined) return multiPiece({ ...base, body: MultiCondition });
  if (RandomSplit !== undefined) return randomSplitPiece({ ...base, body: RandomSplit });
  if (Holdout !== undefined) return holdoutPiece({ ...base, body: Holdout }, isJourneysHoldout(around.journey, id));
  return callPiece({ ...base, body: ContactCenter ?? CONTACT_CENTER ?? {} });
};

const waysOn = (piece: Piece): readonly Target[] =>
  'fork' in piece ? piece.fork.ways.map(({ to }) => to) : [piece.next];

/** Leads past activities of which nothing is left. */
const withoutEmpty = (pieces: ReadonlyMap<string, Piece>): ReadonlyMap<string, Piece> => {
  const past = (to: Target): Target => {
    const piece = to === undefined ? undefined : pieces.get(to);
    return piece !== undefined && 'next' in piece && piece.steps.length === 0 ? past(piece.next) : to;
  };
  const relinked = (piece: Piece): Piece => {
    if (!('fork' in piece)) return { ...piece, next: past(piece.next) };
    const ways = piece.fork.ways.map((way) => ({ ...way, to: past(way.to) }));
    return { ...piece, fork: { ...piece.fork, ways } };
  };
  return new Map([...pieces].map(([id, piece]) => [id, relinked(piece)]));
};

type Steps = { readonly steps: DraftSteps; readonly incomplete: readonly string[] };

const stepsOf = (around: Surroundings): Steps => {
  const { journey, ledger } = around;
  const { StartActivity: start, Activities = {} } = journey;
  const leftOut = (ids: readonly string[]): void =>
    ids.forEach((id) => ledger.noteWhole(['Activities', id], 'not supported', 'no way leads here: left out'));
  const all = Object.entries(Activities);
  if (start === undefined) {
    leftOut(Object.keys(Activities));
    const missing = all.length === 0 ? 'Activities is empty' : 'StartActivity is missing';
    return { steps: [], incomplete: [`${missing}: the journey has no first step. Write \`steps:\`.`] };
  }
  const ledTo = new Set(orderOf(edgesOf(journey), start).reached);
  const whole = new Map(
    all.filter(([id]) => ledTo.has(id)).map(([id, activity]) => [id, pieceOf(id, activity, around)] as const),
  );
  const pieces = withoutEmpty(whole);
  ledger.note(['StartActivity'], 'exact', `the first step, \`${around.stepOf(start)}\``);
  const order = orderOf(new Map([...pieces].map(([id, piece]) => [id, waysOn(piece)])), start);
  const steps = nest(pieces, order, start);
  const isWritten = (id: string): boolean => order.reached.includes(id) || whole.get(id)?.steps.length === 0;
  leftOut(Object.keys(Activities).filter((id) => !isWritten(id)));
  return { steps: steps.length === 0 ? [{ end: 'completed' }] : steps, incomplete: [] };
};

const besides = ['Id', 'ApplicationId', 'CreationDate', 'LastModifiedDate', 'tags'];

const noteBesides = ({ ledger, name }: Surroundings): void => {
  for (const field of besides) ledger.note([field], 'not supported', 'kept in this report only');
  ledger.note(['Name'], 'changed', `the journey is called \`${name}\`, its description has the name`);
  ledger.note(['State'], 'changed', 'live once it is compiled and deployed');
  ledger.note(['Activities'], 'exact', 'no activities');
  ledger.note(
    ['JourneyChannelSettings'],
    'not supported',
    'calls are tasks on the bus, which a rule of yours can hand to a call center',
  );
};

/** A journey as its author would write it; `incomplete` where something is missing. */
type JourneyFields = { readonly [field: string]: unknown };

/** A Pinpoint journey without a loop, in our language. What became of each field is noted in the ledger. */
export const convertJourney = (around: Surroundings, nameOf: NameOfSegment): JourneyFields => {
  const { journey, name, topics } = around;
  noteBesides(around);
  const { steps, incomplete } = stepsOf(around);
  const { StartActivity = '' } = journey;
  const holdout = isJourneysHoldout(journey, StartActivity)
    ? journey.Activities?.[StartActivity]?.Holdout?.Percentage
    : undefined;
  const entry = entryOf({ around, nameOf });
  const parts: readonly Part[] = [entry, limitsOf(around), scheduleOf(around), windowOf(around)];
  const missing = [...parts.flatMap((part) => part.incomplete), ...incomplete];
  return {
    name,
    description: `Pinpoint journey ${JSON.stringify(journey.Name)}.`,
    ...(missing.length === 0 ? {} : { incomplete: missing }),
    ...parts.reduce<Part['fields']>((all, { fields }) => ({ ...all, ...fields }), {}),
    ...(holdout === undefined ? {} : { holdout }),
    topic: topics.marketing,
    steps,
  };
};
