import type { Piece } from '../graph/nest.ts';
import { type Converting, lacking, noteNext } from './surroundings.ts';

/** The reason of runs that only count. */
const heldOut = 'holdout';

/** @param isJourneys whether the journey's own `holdout` does it */
export const holdoutPiece = (converting: Converting<'Holdout'>, isJourneys: boolean): Piece => {
  const { activity, body, path, around } = converting;
  const id = around.stepOf(activity);
  noteNext(around, [...path, 'NextActivity'], body.NextActivity);
  const percent = body.Percentage;
  const where = [...path, 'Percentage'];
  const exactly = 'exactly this share, and the same customer always the same way';
  if (isJourneys || percent === 0) {
    around.ledger.note(
      where,
      'exact',
      isJourneys ? `the journey’s \`holdout: ${percent}\`: ${exactly}` : 'nobody is held out',
    );
    return { id, steps: [], next: body.NextActivity };
  }
  around.ledger.note(where, 'exact', exactly);
  if (percent === 100) return { id, steps: [{ id, end: heldOut }], next: undefined };
  const held = { arm: 'held-out', percent, then: [{ end: heldOut }] };
  return { id, steps: [{ id, split: [held, { arm: 'carried-on', percent: 100 - percent }] }], next: body.NextActivity };
};

const letters = 'abcdefghijklmnopqrstuvwxyz';

export const randomSplitPiece = (converting: Converting<'RandomSplit'>): Piece => {
  const { activity, body, path, around } = converting;
  const id = around.stepOf(activity);
  const branches = (body.Branches ?? []).map(({ Percentage = 0, NextActivity }, i) => ({
    arm: letters[i] ?? `arm-${i}`,
    percent: Percentage,
    to: NextActivity,
    path: [...path, 'Branches', i],
  }));
  const arms = branches.filter(({ percent }) => percent > 0);
  for (const { arm, percent, to, path: at } of branches) {
    const how = percent > 0 ? `arm \`${arm}\`: exactly this share, not by chance` : 'nobody goes here: left out';
    around.ledger.note([...at, 'Percentage'], 'exact', how);
    if (to !== undefined)
      around.ledger.note(
        [...at, 'NextActivity'],
        percent > 0 ? 'exact' : 'changed',
        `arm \`${arm}\` goes to \`${around.stepOf(to)}\``,
      );
  }
  const total = arms.reduce((sum, { percent }) => sum + percent, 0);
  const leadsNowhere = 'no branch leads anywhere. Write steps under `then:` of each arm.';
  const lacks = !arms.some(({ to }) => to !== undefined)
    ? leadsNowhere
    : total === 100
      ? undefined
      : `the shares add up to ${total}, not to 100.`;
  const incomplete = lacks === undefined ? {} : { incomplete: lacking(converting, lacks) };
  const [only] = arms;
  if (lacks === undefined && arms.length === 1 && only !== undefined) return { id, steps: [], next: only.to };
  return {
    id,
    steps: [],
    fork: {
      ways: arms.map(({ to }) => ({ to, isOptional: true })),
      write: (lists) => ({
        id,
        ...incomplete,
        split: arms.map(({ arm, percent }, i) => {
          const then = lists[i] ?? [];
          return { arm, percent, ...(then.length === 0 ? {} : { then }) };
        }),
      }),
    },
  };
};
