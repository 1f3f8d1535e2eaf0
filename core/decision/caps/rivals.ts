import type { Channel } from '../gate.ts';

/** A message of another run, or to many, that waits for a slot. Instants are epoch milliseconds. */
export type Rival = {
  readonly journey: string;
  readonly topic: string;
  readonly channel: Channel;
  readonly priority: number;
  readonly dueAt: number;
  readonly enteredAt: number;
  /** Until when it waits: then it comes for the slot. */
  readonly until: number;
  /** Since when it could have come, where it comes at a rate: it is waited for meanwhile. */
  readonly comesFrom?: number;
};

/** Who waits comes back within this time; a rival that has not come by then has lost its turn. */
export const turnMs = 60_000;

type Claimant = Pick<Rival, 'priority' | 'dueAt' | 'enteredAt' | 'journey'>;

const isAhead = (rival: Claimant, me: Claimant): boolean => {
  if (rival.priority !== me.priority) return rival.priority > me.priority;
  if (rival.dueAt !== me.dueAt) return rival.dueAt < me.dueAt;
  return rival.enteredAt === me.enteredAt ? rival.journey < me.journey : rival.enteredAt < me.enteredAt;
};

/** Those who come for the same slot now and go first: by priority, then by how long they have been due. */
export const ahead = (rivals: readonly Rival[], me: Claimant, now: number): readonly Rival[] =>
  rivals.filter((rival) => {
    const { until, comesFrom = until } = rival;
    return comesFrom <= now + turnMs && until + turnMs > now && isAhead(rival, me);
  });
