/** What a provider says became of a message. */
export const reportKinds = [
  'sent',
  'delivered',
  'opened',
  'clicked',
  'delayed',
  'bounced',
  'complained',
  'undelivered',
  'rejected',
] as const;
export type ReportKind = (typeof reportKinds)[number];

/** `at` is an ISO 8601 instant; `detail` the provider's own word, such as `Permanent` or `TTL_EXPIRED`, or `machine`. */
export type MessageReport = { readonly kind: ReportKind; readonly at: string; readonly detail?: string };

const kinds = new Set<string>(reportKinds);
const isKind = (word: string): word is ReportKind => kinds.has(word);

/** As a row keeps it: in a set, where the same said twice is one, and in whatever order it comes. */
export const writeReport = ({ kind, at, detail }: MessageReport): string => {
  const word = detail?.replaceAll(/[^\w.-]/g, '').slice(0, 40) ?? '';
  return `${at} ${kind}${word === '' ? '' : `:${word}`}`;
};

/** What a row's set says, in the order it happened. What is not understood is left out. */
export const readReports = (rows: Iterable<unknown>): readonly MessageReport[] =>
  [...rows].toSorted().flatMap((row): readonly MessageReport[] => {
    const [, at, kind, detail] = /^(\S+) ([a-z]+)(?::(.+))?$/.exec(String(row)) ?? [];
    if (at === undefined || kind === undefined || !isKind(kind)) return [];
    return [{ kind, at, ...(detail === undefined ? {} : { detail }) }];
  });

const never = new Set<ReportKind>(['rejected', 'undelivered']);

/**
 * Whether the message left, by all that providers have said: whatever they say of a message they have, they had it. Of one
 * of which nothing is said but that it was refused, it never left.
 */
export const settledBy = (reports: readonly MessageReport[]): 'SENT' | 'FAILED' | undefined => {
  if (reports.length === 0) return undefined;
  return reports.every(({ kind }) => never.has(kind)) ? 'FAILED' : 'SENT';
};
