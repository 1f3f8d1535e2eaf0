import { entriesAt, fieldOf, isWritten, listAt, namesAt, type Path, textAt, type Written } from '../problem.ts';

/** Where a step stands. */
export type Place = {
  readonly path: Path;
  /** The ids a `goto` may name: of later steps, here and around, as far as the repeat reaches. */
  readonly later: () => readonly string[];
  readonly isInRepeat: boolean;
  /** The step before it in its list. */
  readonly previous: Written | undefined;
};
export type Visit = (step: Written, place: Place) => void;

type Around = Pick<Place, 'later' | 'isInRepeat'>;
const outermost: Around = { later: () => [], isInRepeat: false };

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
  written.forEach((step, i) => {
    if (step === undefined) return;
    const here = [...path, i];
    const later = () => [...written.slice(i + 1).flatMap((each) => textAt(each, 'id') ?? []), ...around.later()];
    visit(step, { ...around, path: here, later, previous: written[i - 1] });
    for (const [at, list] of listsBelow(step)) visitSteps(list, visit, [...here, ...at], { ...around, later });
    const body = fieldOf(step['repeat'], 'steps');
    visitSteps(body, visit, [...here, 'repeat', 'steps'], { later: () => [], isInRepeat: true });
  });
};

/** The channels a send may use, as far as they are written rightly. */
export const channelsWritten = (send: unknown): readonly string[] =>
  namesAt(send, textAt(send, 'channels') === 'preferred' ? 'among' : 'channels');
