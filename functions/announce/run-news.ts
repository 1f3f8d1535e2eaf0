import { goalReached, journeyEnded, journeyStarted } from '#core/events';
import * as z from 'zod/mini';
import type { RowChange } from './row-change.ts';
import type { News } from './said.ts';

const RunRow = z.object({
  journey: z.string(),
  version: z.number(),
  enrol: z.string(),
  occurrence: z.number(),
  enteredAt: z.number(),
  parent: z.optional(z.object({ journey: z.string(), enrol: z.string(), occurrence: z.number(), step: z.string() })),
  /** Whether its parent, its children or somebody with a task of it wait to hear that it is over. */
  told: z._default(z.boolean(), false),
  /** Whether it has asked people for anything. */
  hasAsked: z._default(z.boolean(), false),
  /** Messages it is sending, or was when it was left: as the ledger calls them. */
  claiming: z._default(z.set(z.string()), new Set()),
  /** How many signals that Segue caused lie before it. */
  hops: z._default(z.number(), 0),
  /** Another customer's run, who turned out to be this one: all there is to say of it was said. */
  inherited: z._default(z.boolean(), false),
  exitedAt: z.optional(z.number()),
  exitReason: z.optional(z.string()),
  endedAt: z.optional(z.number()),
  endReason: z.optional(z.string()),
  goals: z._default(
    z.record(z.string(), z.object({ at: z.number(), event: z.string(), value: z.optional(z.json()) })),
    {},
  ),
});
type RunRow = z.infer<typeof RunRow>;

/** How a run ended, for those who must be told. */
export type End = {
  readonly news: News;
  readonly run: Pick<RunRow, 'enrol' | 'occurrence' | 'hops' | 'hasAsked' | 'claiming'>;
  readonly reason: string;
  readonly isTold: boolean;
};

export type RunNews = { readonly news: readonly News[]; readonly end?: End };

const isOver = ({ exitedAt, endedAt }: RunRow): boolean => exitedAt !== undefined || endedAt !== undefined;

/** What a write to a run's row began, ended and reached. */
export const runNews = ({ customer, before, after }: RowChange): RunNews => {
  const run = RunRow.parse(after);
  const earlier = before === undefined ? undefined : RunRow.parse(before);
  // The same row is the next run's once the customer enters again.
  const last = earlier?.occurrence === run.occurrence ? earlier : undefined;
  if (run.inherited && last === undefined) return { news: [] };
  const { journey, version, enrol, occurrence, parent } = run;
  const id = `${enrol}-${occurrence}`;
  const about = { journey, enrol, occurrence };

  const started: News = {
    event: journeyStarted,
    id: `${id}/started`,
    at: run.enteredAt,
    customer,
    about: { ...about, version, ...(parent === undefined ? {} : { parent }) },
  };
  const reached = Object.entries(run.goals).filter(([goal]) => last?.goals[goal] === undefined);
  const goals = reached.map(([goal, { at, event, value = null }]): News => ({
    event: goalReached,
    id: `${id}/goal-${goal}`,
    at,
    customer,
    about: { ...about, goal: Number(goal), event, value },
  }));
  const news = [...(last === undefined ? [started] : []), ...goals];
  if (!isOver(run) || (last !== undefined && isOver(last))) return { news };

  const reason = run.exitReason ?? run.endReason ?? '';
  const ended: News = {
    event: journeyEnded,
    id: `${id}/ended`,
    at: run.exitedAt ?? run.endedAt ?? run.enteredAt,
    customer,
    about: { ...about, reason, ...(parent === undefined ? {} : { parent }) },
  };
  return { news: [...news, ended], end: { news: ended, run, reason, isTold: run.told } };
};
