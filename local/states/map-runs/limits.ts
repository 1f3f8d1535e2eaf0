/** How many children of one Map AWS runs at once, at most. */
export const MAP_CONCURRENCY = { inline: 40, distributed: 10_000 } as const;

/** An Express execution lives no longer than five minutes. */
export const EXPRESS_MS = 300_000;
