import type { DraftSteps, Piece } from '../graph/nest.ts';
import { spoken } from '../journey/spoken.ts';
import type { WaitTime } from '../read/journey-shape.ts';
import type { Path } from '../report/ledger.ts';
import { type Converting, lacking, noteNext, type Surroundings } from './surroundings.ts';

type At = {
  readonly id: string;
  readonly path: Path;
  readonly around: Surroundings;
  readonly lacks: (what: string) => string;
};

/** Waits until a date: one that is past goes on at once, here as there. */
const untilSteps = (text: string, { id, path, around }: At): DraftSteps => {
  const wait = `until ${new Date(Date.parse(text)).toISOString().replace('.000', '')}`;
  around.ledger.note([...path, 'WaitUntil'], 'exact', `\`wait: ${wait}\``);
  return [{ id, wait }];
};

/** The steps of a wait that was given. */
export const waitSteps = ({ WaitFor, WaitUntil }: WaitTime, at: At): DraftSteps => {
  const { ledger } = at.around;
  if (WaitFor !== undefined) {
    ledger.note([...at.path, 'WaitFor'], 'exact', `\`wait: ${spoken(WaitFor)}\``);
    if (WaitUntil !== undefined) ledger.note([...at.path, 'WaitUntil'], 'not supported', 'WaitFor is said as well');
    return [{ id: at.id, wait: spoken(WaitFor) }];
  }
  return WaitUntil === undefined ? [] : untilSteps(WaitUntil, at);
};

export const waitPiece = (converting: Converting<'Wait'>): Piece => {
  const { activity, body, path, around } = converting;
  const id = around.stepOf(activity);
  const lacks = (what: string) => lacking(converting, what);
  noteNext(around, [...path, 'NextActivity'], body.NextActivity);
  const { WaitTime } = body;
  if (WaitTime?.WaitFor === undefined && WaitTime?.WaitUntil === undefined) {
    around.ledger.note(path, 'not supported', 'says no time: to be written');
    return {
      id,
      steps: [{ id, incomplete: lacks('says no time. Write `wait: 3 days` here.') }],
      next: body.NextActivity,
    };
  }
  return {
    id,
    steps: waitSteps(WaitTime, { id, path: [...path, 'WaitTime'], around, lacks }),
    next: body.NextActivity,
  };
};
