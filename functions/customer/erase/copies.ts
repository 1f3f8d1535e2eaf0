/** A copy that is out of reach: it goes by itself. `until` is ISO 8601. */
export type Copy = { readonly where: string; readonly holds: string; readonly until: string };

const dayMs = 86_400_000;

/** What the stack sets up, in days: `test/infra` holds these against the template. */
export const keptDays = {
  archive: 14,
  queues: 14,
  failedRecords: 14,
  backups: 35,
  streams: 1,
  requests: 1,
  histories: 90,
} as const;

/** Where copies of what was erased may still be, and when the last of them is gone. @param at when everything else was, ms */
export const remainingCopies = (at: number): readonly Copy[] => {
  const until = (days: number): string => new Date(at + days * dayMs).toISOString();
  return [
    { where: 'event archive', holds: 'signals as they came', until: until(keptDays.archive) },
    {
      where: 'queues, their dead letters and refused signals',
      holds: 'signals as they came',
      until: until(keptDays.queues),
    },
    {
      where: 'records of batches that failed to the end',
      holds: 'rows as they were written',
      until: until(keptDays.failedRecords),
    },
    { where: 'streams of the tables', holds: 'rows as they were written', until: until(keptDays.streams) },
    { where: 'backups of the tables', holds: 'rows as they were', until: until(keptDays.backups) },
    { where: 'remembered requests', holds: 'keyed hashes only', until: until(keptDays.requests) },
    { where: 'execution histories', holds: 'opaque ids only', until: until(keptDays.histories) },
  ];
};

/** What stays for good, and why. */
export const stays = [
  {
    what: 'suppressed addresses',
    holds: 'keyed hashes',
    because: 'who bounced or complained is never written to again',
  },
  {
    what: 'two tombstones and this receipt',
    holds: 'opaque ids',
    because: 'what comes late must not make the customer anew',
  },
] as const;
