import { entriesAt, fieldOf, isWritten, listAt, namesAt, type Path, textAt, type Written } from '../problem.ts';

/** The ids a `goto` may name: of later steps, here and around, as far as the repeat reaches. */
export type Later = {
  readonly has: (id: string) => boolean;
  /** The nearest of them. */
  readonly first: (most: number) => readonly string[];
};

/** Where a step stands. */
export type Place = {
  readonly path: Path;
  readonly later: Later;
  readonly isInRepeat: boolean;
  /** The step before it in its list. */
  readonly previous: Written | undefined;
};
export type Visit = (step: Written, place: Place) => void;

type Around = Pick<Place, 'later' | 'isInRepeat'>;
const none: Later = { has: () => false, first: () => [] };
const outermost: Around = { later: none, isInRepeat: false };

/** What is later than each step of a list. A list is gone through once, not once for each of its steps. */
const laterIn = (list: readonly (Written | undefined)[], around: Later): ((i: number) => Later) => {
  const ids: string[] = [];
  const last = new Map<string, number>();
  const upTo = list.map((step, i) => {
    const id = textAt(step, 'id');
    if (id !== undefined) {
      ids.push(id);
      last.set(id, i);
    }
    return ids.length;
  });
  return (i) => ({
    has: (id) => (last.get(id) ?? -1) > i || around.has(id),
    first: (most) => {
      const here = ids.slice(upTo[i], (upTo[i] ?? 0) + most);
      return [...here, ...around.first(most - here.length)];
    },
  });
};

/** The lists of steps in a step, with their places below it. */
const listsBelow = (step: Written): readonly (readonly [at: Path, steps: unknown])[] => [
  ...['branch', 'split', 'decide'].flatMap((kind) =>
    listAt(step, kind).map((choice, n) => [[kind, n, 'then'], fieldOf(choice, 'then')] as const),
  ),
  [['otherwise'], fieldOf(step, 'otherwise')],
  ...entriesAt(step, 'then').map(([winner, arm]) => [['then', winner], arm] as const),
];

/** Visits every step in reading order, however badly written its neighbours are. */
export const visitSteps = (steps: unknown, visit: Visit, path: Path = ['steps'], around: Around = outermost): void => {
  if (!Array.isArray(steps)) return;
  const written = steps.map((step: unknown) => (isWritten(step) ? step : undefined));
  const laterThan = laterIn(written, around.later);
  written.forEach((step, i) => {
    if (step === undefined) return;
    const here = [...path, i];
    const later = laterThan(i);
    visit(step, { ...around, path: here, later, previous: written[i - 1] });
    for (const [at, list] of listsBelow(step)) visitSteps(list, visit, [...here, ...at], { ...around, later });
    const body = fieldOf(step['repeat'], 'steps');
    visitSteps(body, visit, [...here, 'repeat', 'steps'], { later: none, isInRepeat: true });
  });
};

/** The channels a send may use, as far as they are written rightly. */
export const channelsWritten = (send: unknown): readonly string[] =>
  namesAt(send, textAt(send, 'channels') === 'preferred' ? 'among' : 'channels');
