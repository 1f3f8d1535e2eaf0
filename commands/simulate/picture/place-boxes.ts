import { isPassing, type Layered } from './layers.ts';

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly runs: number };

export const boxHeight = 46;
const rowHeight = 128;
const margin = 32;
const between = 26;

export type Sizes = {
  /** Pixels for one run. */
  readonly scale: number;
  readonly least: (place: string) => number;
  /** Whether a place is drawn at the right, out of the way of the others. */
  readonly isAside: (place: string) => boolean;
};

const runsOf = ({ pieces }: Layered): ReadonlyMap<string, number> => {
  const into = new Map<string, number>();
  const outOf = new Map<string, number>();
  for (const { from, to, runs } of pieces) {
    into.set(to, (into.get(to) ?? 0) + runs);
    outOf.set(from, (outOf.get(from) ?? 0) + runs);
  }
  return new Map([...into, ...outOf].map(([place]) => [place, Math.max(into.get(place) ?? 0, outOf.get(place) ?? 0)]));
};

/** Where each place is drawn: below what leads to it as far as there is room. */
export const placeBoxes = (layered: Layered, { scale, least, isAside }: Sizes): ReadonlyMap<string, Box> => {
  const boxes = new Map<string, Box>();
  const runs = runsOf(layered);
  const above = Map.groupBy(layered.pieces, ({ to }) => to);
  /** The middle of what flows in. */
  const middle = (place: string): number => {
    const streams = above.get(place) ?? [];
    const total = streams.reduce((sum, each) => sum + each.runs, 0);
    return streams.reduce((sum, { from, runs: some }) => {
      const box = boxes.get(from);
      return sum + ((box?.x ?? margin) + (box?.width ?? 0) / 2) * (some / Math.max(1, total));
    }, 0);
  };
  layered.rows.forEach((row, depth) => {
    const placed = row.map((place) => {
      const all = runs.get(place) ?? 0;
      const width = isPassing(place) ? Math.max(2, all * scale) : Math.max(least(place), all * scale);
      return { place, all, width, middle: middle(place), aside: isAside(place) };
    });
    placed.sort((a, b) => Number(a.aside) - Number(b.aside) || a.middle - b.middle);
    let free = margin;
    for (const { place, all, width, middle: wanted } of placed) {
      const x = Math.max(free, wanted - width / 2);
      boxes.set(place, { x, y: margin + 62 + depth * rowHeight, width, runs: all });
      free = x + width + between;
    }
  });
  return boxes;
};
