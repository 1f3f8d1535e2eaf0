/** Something that flows from one place to another. */
export type Stream = { readonly from: string; readonly to: string; readonly runs: number };

/** Streams without those that lead back: of a loop, the first time counts. */
const forward = (streams: readonly Stream[], first: string): readonly Stream[] => {
  const nexts = Map.groupBy(streams, ({ from }) => from);
  const open = new Set<string>();
  const done = new Set<string>();
  const back = new Set<Stream>();
  const visit = (place: string): void => {
    open.add(place);
    for (const stream of nexts.get(place) ?? []) {
      if (open.has(stream.to)) back.add(stream);
      else if (!done.has(stream.to)) visit(stream.to);
    }
    open.delete(place);
    done.add(place);
  };
  visit(first);
  return streams.filter((stream) => done.has(stream.from) && !back.has(stream));
};

/** How far down each place is: one below the lowest that leads to it. */
const depthsOf = (streams: readonly Stream[], first: string): ReadonlyMap<string, number> => {
  const into = Map.groupBy(streams, ({ to }) => to);
  const depths = new Map<string, number>();
  const depthOf = (place: string): number => {
    const known = depths.get(place);
    if (known !== undefined) return known;
    const above = (into.get(place) ?? []).map(({ from }) => depthOf(from));
    const depth = place === first || above.length === 0 ? 0 : Math.max(...above) + 1;
    depths.set(place, depth);
    return depth;
  };
  for (const { from, to } of streams) [from, to].forEach(depthOf);
  return depths;
};

export type Layered = {
  /** The places of each row, the first one on top. A place that is passed on a long way is called `way|n`. */
  readonly rows: readonly (readonly string[])[];
  /** Streams from each row to the next. */
  readonly pieces: readonly Stream[];
};

export const isPassing = (place: string): boolean => place.includes('|');

/** Puts places in rows, so that everything flows down from row to row. */
export const layersOf = (all: readonly Stream[], first: string): Layered => {
  const streams = forward(all, first);
  const depths = depthsOf(streams, first);
  const rows: string[][] = [];
  const put = (place: string, depth: number): void => {
    const row = (rows[depth] ??= []);
    if (!row.includes(place)) row.push(place);
  };
  const pieces: Stream[] = [];
  put(first, 0);
  for (const { from, to, runs } of streams) {
    const [top, bottom] = [depths.get(from) ?? 0, depths.get(to) ?? 0];
    let above = from;
    for (let depth = top + 1; depth <= bottom; depth++) {
      const place = depth === bottom ? to : `${from}>${to}|${depth}`;
      put(place, depth);
      pieces.push({ from: above, to: place, runs });
      above = place;
    }
  }
  return { rows, pieces };
};
