/** Two customers that an alias says are one person. */
export type Edge = readonly [one: string, other: string];

/**
 * So many user ids may be one person: whoever has more is no person, or somebody sends aliases by mistake. From no customer it is more hops
 * to the one who holds everything: each user may have been the head of a group that joined another, and an anonymous id comes before them.
 */
export const MOST_USERS = 20;

/** Whose partition holds a group: of ids that mean nothing, the first, so that the order of merges does not matter. */
export const headOf = (group: readonly string[]): string => group.reduce((a, b) => (b < a ? b : a));

/** Who is one person, given all that was said: every customer with the head of their group. */
export const headsOf = (customers: readonly string[], edges: readonly Edge[]): ReadonlyMap<string, string> => {
  const head = new Map(customers.map((customer) => [customer, customer]));
  for (let changed = true; changed;) {
    changed = false;
    for (const [one, other] of edges) {
      const [a, b] = [head.get(one) ?? one, head.get(other) ?? other];
      if (a === b) continue;
      changed = true;
      head.set(a < b ? other : one, headOf([a, b]));
    }
  }
  return head;
};

/** Somebody under whose id an anonymous one was seen, and since when (ms). */
export type Claim = { readonly by: string; readonly at: number };

/** The earlier claim holds; of one instant, that of the first id. */
export const isBefore = (a: Claim, b: Claim): boolean => a.at < b.at || (a.at === b.at && a.by < b.by);

/** Whose an anonymous id is: never of two, however many claim it. */
export const ownerAmong = (claims: readonly Claim[]): Claim | undefined =>
  claims.reduce<Claim | undefined>(
    (first, each) => (first === undefined || isBefore(each, first) ? each : first),
    undefined,
  );
