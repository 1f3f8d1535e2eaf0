/** Where an edge leads: to an activity, or out of the journey. */
export type Target = string | undefined;

/** For each activity where it can lead, an entry per way: two ways to the same activity are two. */
export type Edges = ReadonlyMap<string, readonly Target[]>;

const targetsOf = (edges: Edges, id: string): readonly string[] =>
  (edges.get(id) ?? []).filter((target) => target !== undefined);

/** The activities of a cycle, in order, the first one again at the end; undefined where there is none. */
export const cycleIn = (edges: Edges): readonly string[] | undefined => {
  const done = new Set<string>();
  const visit = (id: string, way: readonly string[]): readonly string[] | undefined => {
    const since = way.indexOf(id);
    if (since >= 0) return [...way.slice(since), id];
    if (done.has(id)) return undefined;
    for (const next of targetsOf(edges, id)) {
      const cycle = visit(next, [...way, id]);
      if (cycle !== undefined) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of edges.keys()) {
    const cycle = visit(id, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
};

/** How the activities that can be reached hang together. */
export type Order = {
  /** Each before all it leads to. */
  readonly reached: readonly string[];
  /** Where several ways come together. */
  readonly isMerge: (id: string) => boolean;
  /** The merges whose ways all come from this activity and no later one, each before those it leads to. */
  readonly mergesOf: (id: string) => readonly string[];
};

const ordered = (edges: Edges, start: string): readonly string[] => {
  const seen = new Set<string>();
  const after: string[] = [];
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    // The last way first, so that the order read backwards begins with the first.
    targetsOf(edges, id).toReversed().forEach(visit);
    after.push(id);
  };
  visit(start);
  return after.toReversed();
};

/** The nearest activity every way to each comes through (Cooper, Harvey and Kennedy; one pass, since there is no cycle). */
const dominators = (reached: readonly string[], comingFrom: ReadonlyMap<string, readonly string[]>) => {
  const rank = new Map(reached.map((id, i) => [id, i]));
  const above = new Map<string, string>();
  const common = (one: string, other: string): string => {
    if (one === other) return one;
    const [higher, lower] = (rank.get(one) ?? 0) < (rank.get(other) ?? 0) ? [one, other] : [other, one];
    return common(higher, above.get(lower) ?? higher);
  };
  for (const id of reached.slice(1)) {
    const [first, ...others] = comingFrom.get(id) ?? [];
    if (first !== undefined) above.set(id, others.reduce(common, first));
  }
  return above;
};

/** @param edges without a cycle */
export const orderOf = (edges: Edges, start: string): Order => {
  const reached = ordered(edges, start);
  const comingFrom = new Map<string, string[]>();
  for (const id of reached)
    for (const next of targetsOf(edges, id)) comingFrom.set(next, [...(comingFrom.get(next) ?? []), id]);
  const above = dominators(reached, comingFrom);
  const isMerge = (id: string): boolean => (comingFrom.get(id)?.length ?? 0) > 1;
  const merges = new Map<string, string[]>();
  for (const id of reached.filter(isMerge)) {
    const dominator = above.get(id) ?? start;
    merges.set(dominator, [...(merges.get(dominator) ?? []), id]);
  }
  return { reached, isMerge, mergesOf: (id) => merges.get(id) ?? [] };
};
