import { fieldOf, type Finding, listAt, type Path, textAt, type Written } from '../problem.ts';
import { repeatedFindings } from './answer-findings.ts';

const round = (percent: number): number => Math.round(percent * 1000) / 1000;

const shareFindings = (arms: readonly unknown[], path: Path): readonly Finding[] => {
  const shares = arms.map((arm) => fieldOf(arm, 'percent'));
  if (!shares.every((share) => typeof share === 'number')) return [];
  const total = round(shares.reduce((sum, share) => sum + share, 0));
  if (total === 100) return [];
  const last = textAt(arms.at(-1), 'arm') ?? 'the last arm';
  const left = round(100 - total + (shares.at(-1) ?? 0));
  const advice = left > 0 ? `Give \`${last}\` ${left}.` : 'Make some of them smaller.';
  return [{ path, message: `The shares add up to ${total} %, not to 100 %. ${advice}` }];
};

const wordsAt = (list: readonly unknown[], key: string): readonly string[] =>
  list.flatMap((each) => textAt(each, key) ?? []);

/** The arms of a split and the options of a decision. */
export const choiceFindings = (step: Written, path: Path): readonly Finding[] => {
  const [arms, options] = [listAt(step, 'split'), listAt(step, 'decide')];
  return [
    ...(arms.length === 0 ? [] : shareFindings(arms, [...path, 'split'])),
    ...repeatedFindings(wordsAt(arms, 'arm'), [...path, 'split'], 'arms'),
    ...repeatedFindings(wordsAt(options, 'option'), [...path, 'decide'], 'options'),
  ];
};
