import { messageIdOf, messageInWords, type MessageRow } from '#core/message';

/** What the customer reads is made of: the published message, and what it reads of them by name. */
export type Template = { readonly source?: string | undefined; readonly reads: readonly string[] };

type Happening = { readonly at: string; readonly is: string; readonly detail?: string | undefined };

/** Every state of the message, in the order they came. */
const historyOf = ({ status, at, settledAt, reports, isSettledByReport }: MessageRow): readonly Happening[] => {
  if (status === 'WITHHELD') return [{ at, is: 'withheld' }];
  const answer = settledAt === undefined || isSettledByReport ? [] : [{ at: settledAt, is: status.toLowerCase() }];
  const said = reports.map(({ kind, at: when, detail }) => ({ at: when, is: kind, detail }));
  return [{ at, is: 'claimed' }, ...answer, ...said].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};

/** A message as agents see it: what was decided and why, what became of it, and the same in words. */
export const messageView = (row: MessageRow, { zone, template }: { zone: string; template?: Template | undefined }) => {
  const { customer, enrol, occurrence, step, journey, version, message, channel, variant, topic } = row;
  const { status, at, settledAt, reason, providerId, consentVersion, checks, attempts } = row;
  return {
    id: messageIdOf(row),
    status: status.toLowerCase(),
    customer,
    journey,
    version,
    run: { enrol, occurrence },
    step,
    message,
    template,
    channel,
    variant,
    topic,
    at,
    settledAt,
    reason,
    providerId,
    consentVersion,
    attempts,
    checks,
    history: historyOf(row),
    words: messageInWords(row, zone),
  };
};
