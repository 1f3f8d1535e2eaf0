import { readReports, settledBy } from '#core/message';

/** What an earlier attempt wrote. */
export type EarlierClaim = {
  readonly status: string;
  readonly leaseUntil: number;
  readonly owner: string;
  readonly channel?: string;
  readonly variant?: string;
  /** How often its provider was asked. */
  readonly attempts: number;
  /** What its provider has reported meanwhile; absent while that is nothing. */
  readonly evidence?: { readonly status: 'SENT' | 'FAILED'; readonly detail: string; readonly by: 'report' };
};

const evidenceOf = ({ reports, provider }: Record<string, unknown>): Pick<EarlierClaim, 'evidence'> => {
  const status = settledBy(readReports(reports instanceof Set ? reports : []));
  return status === undefined ? {} : { evidence: { status, detail: String(provider ?? 'reported'), by: 'report' } };
};

/** A row `SEND#…` as whoever comes after finds it. */
export const readClaim = (row: Record<string, unknown>): EarlierClaim => {
  const { status, leaseUntil, owner, channel, variant, attempts } = row;
  return {
    status: String(status),
    leaseUntil: Number(leaseUntil),
    owner: String(owner),
    attempts: Number(attempts ?? 1),
    ...(typeof channel === 'string' ? { channel } : {}),
    ...(typeof variant === 'string' ? { variant } : {}),
    ...evidenceOf(row),
  };
};
