import { type Order, type Target } from './activity-graph.ts';

/** A step of a journey that may not be complete: fields as they will stand in the file. */
export type DraftStep = { readonly [field: string]: unknown };
export type DraftSteps = readonly DraftStep[];

/** How the ways out of an activity are written, given the steps each leads to. */
export type Fork = {
  /** `isOptional`: a way that only falls through may be left out. */
  readonly ways: readonly { readonly to: Target; readonly isOptional?: boolean }[];
  readonly write: (lists: readonly DraftSteps[]) => DraftStep;
};

/** One activity: steps in a row, then on, or one step that forks. The first step has an id. */
export type Piece = { readonly id: string; readonly steps: DraftSteps } & (
  | { readonly next: Target }
  | { readonly fork: Fork }
);

const goOn = (target: string): DraftStep => ({ goto: target });
const over: DraftStep = { end: 'completed' };

/**
 * Writes a graph as nested lists. Whatever several ways lead to is written once, after the step all these ways come
 * from; who does not fall through to it goes there with `goto`, which is always a later step of a list around it.
 * (As compilers turn control flow into nested blocks: Ramsey, Beyond Relooper, 2022.) Nothing is duplicated.
 */
export const nest = (pieces: ReadonlyMap<string, Piece>, order: Order, start: string): DraftSteps => {
  const pieceOf = (id: string): Piece => {
    const piece = pieces.get(id);
    if (piece === undefined) throw new Error(`No activity is called ${id}.`);
    return piece;
  };

  /** @param below where the list falls through to */
  const jump = (target: Target, below: Target): DraftSteps => {
    if (target === below) return [];
    if (target === undefined) return [over];
    return order.isMerge(target) ? [goOn(pieceOf(target).id)] : write(target, below);
  };

  const way = ({ to, isOptional = false }: Fork['ways'][number], below: Target): DraftSteps => {
    const steps = jump(to, below);
    if (steps.length > 0 || isOptional) return steps;
    return [below === undefined ? over : goOn(pieceOf(below).id)];
  };

  const write = (id: string, below: Target): DraftSteps => {
    const piece = pieceOf(id);
    const merges = order.mergesOf(id);
    const afterwards = (i: number): Target => merges[i] ?? below;
    const ending =
      'fork' in piece
        ? [piece.fork.write(piece.fork.ways.map((each) => way(each, afterwards(0))))]
        : jump(piece.next, afterwards(0));
    return [...piece.steps, ...ending, ...merges.flatMap((merge, i) => write(merge, afterwards(i + 1)))];
  };

  return write(start, undefined);
};
