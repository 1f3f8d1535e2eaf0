import type { CheckName } from '../check.ts';
import type { Address, HoldReason, WithheldReason } from '../gate.ts';
import type { SendFacts, SendRequest } from '../send-request.ts';

/** What a check says: yes, not now, or no. `end`: the run ends with it. */
export type Answer =
  | { readonly yes: true; readonly detail?: string; readonly address?: Address }
  | { readonly until: number; readonly reason: HoldReason; readonly detail?: string }
  | { readonly no: WithheldReason; readonly detail?: string; readonly end?: boolean };

/** One thing that is looked at, in its place in the order. */
export type Rule = {
  readonly check: CheckName;
  /** Whether it is for marketing alone. */
  readonly isForMarketing: boolean;
  /** @param address where the message would go, once that is chosen */
  readonly look: (request: SendRequest, facts: SendFacts, address: Address | undefined) => Answer;
};

export const yes: Answer = { yes: true };

type Wait = {
  readonly until: number | undefined;
  readonly reason: HoldReason;
  readonly otherwise: 'hold' | 'skip' | 'end';
  readonly atMostMs: number;
  readonly detail?: string;
};

/** What becomes of a message that may leave only later: as its author says, and never past its own end. */
export const notNow = ({ dueAt, expiresAt }: SendRequest, wait: Wait): Answer => {
  const { until, reason, otherwise, atMostMs } = wait;
  const detail = wait.detail === undefined ? {} : { detail: wait.detail };
  if (otherwise !== 'hold') return { no: reason, end: otherwise === 'end', ...detail };
  if (until === undefined) return { no: reason, ...detail };
  if (expiresAt !== undefined && until > expiresAt) return { no: 'expired', ...detail };
  return until - dueAt > atMostMs ? { no: reason, ...detail } : { until, reason, ...detail };
};
