import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { StoredRun } from '../aws/enrolment-store.ts';
import type { ActionWrites } from './store/action-writes.ts';
import type { Answer } from './store/done-once.ts';

/** What an agent asks for one customer. */
export type Action =
  | { readonly do: 'pause'; readonly days: number; readonly reason: string }
  | { readonly do: 'note'; readonly text: string }
  | { readonly do: 'leave'; readonly run: StoredRun; readonly reason: string };

export type Acting = {
  readonly customer: string;
  readonly by: string;
  readonly at: number;
  readonly id: string;
  readonly request: string;
};

/** Why a run is over that an agent ended. */
export const leftByAgent = 'left-by-agent';

const dayMs = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** The writes an action comes to, and what its caller is told. */
export const writesOf = (
  action: Action,
  acting: Acting,
  writes: ActionWrites,
): { readonly writes: readonly TransactWriteItem[]; readonly answer: Answer } => {
  const { customer, by, at, id, request } = acting;
  const note = (text: string, did?: string): TransactWriteItem =>
    writes.note(customer, { at: iso(at), id, by, text, ...(did === undefined ? {} : { did }) }, request);
  const common = { customer, note: id, at: iso(at) };
  switch (action.do) {
    case 'note':
      return { writes: [writes.notErased(customer), note(action.text)], answer: common };
    case 'pause': {
      const until = at + action.days * dayMs;
      const did = action.days === 0 ? 'promotions go on' : `promotions paused until ${iso(until)}`;
      return {
        writes: [writes.notErased(customer), writes.pause(customer, until), note(action.reason, did)],
        answer: { ...common, promotionsPausedUntil: iso(until) },
      };
    }
    case 'leave': {
      const { journey, enrol, occurrence } = action.run;
      return {
        writes: [
          writes.notErased(customer),
          writes.leave(customer, action.run, { at, reason: leftByAgent }),
          note(action.reason, `left ${journey}`),
        ],
        answer: { ...common, journey, enrol, occurrence, reason: leftByAgent },
      };
    }
  }
};
