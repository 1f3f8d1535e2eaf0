import { nodeAt, type Plan, type PlanNode, segmentsOf } from '#core/journey';

/** An execution ends by itself at 25,000 events of its history; a run goes on in a new one well before. */
const mostEvents = 20_000;

/** What one entry of a state may write into the history: entered, scheduled, started, ended and left, with tries and a hold. */
const eventsPerState = 30;
/** A message that is held comes back, more than once where its provider takes nothing. */
const eventsPerSend = 30;

type Repeat = Extract<PlanNode, { kind: 'again' }>;

const eventsIn = (plan: Plan, within: string | undefined): number => {
  const isIn = (id: string): boolean => nodeAt(plan, id).within === within;
  const pauses = Object.values(plan.nodes).filter((node) => node.kind === 'again' && node.head === within);
  const states = segmentsOf(plan).filter(({ entry }) => isIn(entry)).length + pauses.length + 1;
  const sends = Object.values(plan.nodes).filter((node) => node.kind === 'send' && node.within === within).length;
  return states * eventsPerState + sends * eventsPerSend;
};

/**
 * After how many rounds a run goes on in a new execution, by repeat: so that the history of none comes near its bound,
 * whatever is held and tried again. Undefined where no repeat is that long: then a machine pays nothing for it.
 */
export const roundsPerExecution = (plan: Plan): { readonly [repeat: string]: number } | undefined => {
  const repeats = Object.values(plan.nodes).filter((node): node is Repeat => node.kind === 'again');
  const share = (mostEvents - eventsIn(plan, undefined)) / Math.max(1, repeats.length);
  const long = repeats.flatMap(({ head, times }) => {
    const rounds = Math.max(1, Math.floor(share / eventsIn(plan, head)));
    return times > rounds ? [[head, rounds] as const] : [];
  });
  return long.length === 0 ? undefined : Object.fromEntries(long);
};
