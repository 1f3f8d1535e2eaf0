import { type Check, readChecks } from '#core/decision';
import * as z from 'zod';
import { type MessageReport, readReports, settledBy as reportedAs } from './message-report.ts';
import type { SendName } from './message-id.ts';

const text = z.string().optional();

/** A row `SEND#…` or `WHY#…` of the ledger; rows of before a field was kept lack it. */
const LedgerRow = z.object({
  sk: z.string(),
  status: text,
  reason: text,
  journey: z.string().default(''),
  version: z.number().optional(),
  message: z.string().default(''),
  channel: text,
  variant: text,
  topic: text,
  consentVersion: z.number().optional(),
  checks: text,
  claimedAt: text,
  settledAt: text,
  leaseUntil: z.number().optional(),
  attempts: z.number().optional(),
  detail: text,
  settledBy: text,
  reports: z.set(z.string()).optional(),
});

/** What became of a message: `CLAIMED` while it is being sent, `UNKNOWN` where its provider did not answer. */
export type MessageStatus = 'CLAIMED' | 'SENT' | 'FAILED' | 'UNKNOWN' | 'WITHHELD';

/** One decision to send a message or not, and all that became of it. Instants are ISO 8601. */
export type MessageRow = SendName & {
  readonly status: MessageStatus;
  readonly journey: string;
  /** Of the journey, and so of everything it says. */
  readonly version?: number | undefined;
  readonly message: string;
  readonly channel?: string | undefined;
  readonly variant?: string | undefined;
  readonly topic?: string | undefined;
  /** When it was decided. */
  readonly at: string;
  readonly settledAt?: string | undefined;
  /** Why it was withheld, or what its provider answered. */
  readonly reason?: string | undefined;
  /** What the provider calls it. */
  readonly providerId?: string | undefined;
  /** Which state of the customer's consents allowed it. */
  readonly consentVersion?: number | undefined;
  /** What was looked at, in order; empty on rows of before that was kept. */
  readonly checks: readonly Check[];
  /** How often its provider was asked, where that was more than once. */
  readonly attempts?: number | undefined;
  /** Whether it was settled by what the provider reported later, not by its answer. */
  readonly isSettledByReport: boolean;
  /** In the order they happened. */
  readonly reports: readonly MessageReport[];
};

const statuses = ['CLAIMED', 'SENT', 'FAILED', 'UNKNOWN'] as const;

const sendOf = (customer: string, send: readonly string[]): SendName => {
  const [enrol = '', occurrence = '', ...step] = send;
  return { customer, enrol, occurrence: Number(occurrence), step: step.join('#') };
};

/**
 * A row of the ledger as people ask for it: a claim, or a decision not to send.
 * @param row as DynamoDB keeps it, `SEND#<enrol>#<occurrence>#<step>` or `WHY#<instant>#<enrol>#<occurrence>#<step>`
 */
export const readMessageRow = (customer: string, row: unknown): MessageRow | undefined => {
  const read = LedgerRow.safeParse(row);
  if (!read.success) return undefined;
  const { sk, status, reason, journey, message, checks, claimedAt, detail, settledBy, reports, ...rest } = read.data;
  const { version, channel, variant, topic, settledAt, consentVersion, attempts } = rest;
  const [kind, ...parts] = sk.split('#');
  const both = {
    journey,
    message,
    checks: readChecks(checks ?? ''),
    isSettledByReport: settledBy === 'report',
    reports: readReports(reports ?? []),
    version,
    channel,
    variant,
    topic,
    settledAt,
    consentVersion,
    attempts,
  };
  if (kind === 'WHY') {
    const [at = '', ...send] = parts;
    return { ...sendOf(customer, send), ...both, reason, status: 'WITHHELD', at };
  }
  const stored = statuses.find((each) => each === status);
  // A report may have come in the very moment in which nobody knew.
  const found = stored === 'UNKNOWN' ? (reportedAs(both.reports) ?? stored) : stored;
  if (kind !== 'SEND' || found === undefined) return undefined;
  const said = found === 'SENT' ? { providerId: detail } : { reason: detail };
  return { ...sendOf(customer, parts), ...both, ...said, status: found, at: claimedAt ?? '' };
};
