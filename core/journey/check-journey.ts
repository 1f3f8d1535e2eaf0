import { sizeProblem } from './check/form/size-problem.ts';
import { schemaProblems } from './check/form/schema-problems.ts';
import { journeyFindings } from './check/around/journey-findings.ts';
import { stepNames } from './check/conditions/readable.ts';
import { type Finding, isWritten, type Problem, type Surroundings, wordsOf } from './check/problem.ts';
import { stepFindings } from './check/steps/step-findings.ts';
import { yearMs } from './check/steps/time-findings.ts';
import { JourneyDocument } from './document/journey.ts';
import { planJourney } from './plan/plan.ts';
import { longestWay } from './proofs/durations.ts';
import { heldMs } from './proofs/proofs.ts';

export type { Problem, Surroundings } from './check/problem.ts';

/** What is wrong beyond the form: names of nothing, conditions that never hold, steps never reached. */
const meaningFindings = (raw: unknown, around: Surroundings): readonly Finding[] => {
  const { findings, located } = stepFindings(raw, around);
  const noted = stepNames(located === undefined ? undefined : Object.values(located.plan.nodes));
  return [...findings, ...journeyFindings(raw, around, noted)];
};

const placeOf = ({ path }: Problem): string => path.join('.');

/** Warnings are told and do not keep a journey from being published; problems do. */
export type Checked = { readonly warnings: readonly Problem[] } & (
  | { readonly journey: JourneyDocument; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly journey?: never }
);

/** Holds come on top of the waits: a run that is held at every message may be cut off. */
const heldTooLong = (journey: JourneyDocument, { topics, policy }: Surroundings): readonly Problem[] =>
  longestWay(planJourney(journey), heldMs(journey, { topics, policy })) <= yearMs
    ? []
    : [
        {
          path: ['window'],
          message:
            'With every message held as long as it may be, the longest way takes more than 1 year, when the run is ended. Hold less: `atMost: 12 hours`.',
        },
      ];

const refused = (problem: Problem): Checked => ({ problems: [problem], warnings: [] });

/** Reads a journey as its author wrote it. Everything wrong with it is said at once, each with its place and a proposal. */
export const checkJourney = (raw: unknown, around: Surroundings): Checked => {
  if (!isWritten(raw)) {
    const is = raw === null || raw === undefined || raw === '' ? 'The file is empty' : 'This is no journey';
    return refused({ path: [], message: `${is}: a journey begins with \`name:\`.` });
  }
  const size = sizeProblem(raw);
  if (size !== undefined) return refused(size);
  const parsed = JourneyDocument.safeParse(raw, { error: wordsOf });
  const malformed = parsed.success ? [] : schemaProblems(parsed.error, { raw, schema: JourneyDocument });
  const places = new Set(malformed.map(placeOf));
  const meant = meaningFindings(raw, around).filter((problem) => !places.has(placeOf(problem)));
  const told = (wanted: 'problem' | 'warning'): readonly Problem[] =>
    meant
      .filter(({ warns = false }) => warns === (wanted === 'warning'))
      .map(({ path, message }) => ({ path, message }));
  const [problems, warnings] = [[...malformed, ...told('problem')], told('warning')];
  if (!parsed.success || problems.length > 0) return { problems, warnings };
  return { journey: parsed.data, warnings: [...warnings, ...heldTooLong(parsed.data, around)] };
};
