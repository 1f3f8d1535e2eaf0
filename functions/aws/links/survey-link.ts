import { dayMs, type LinkMaker, opened, signed } from './signed-link.ts';

/** The questions there are, and what may be answered: see `SCORES` in the profile. */
export const SURVEYS = {
  csat: { from: 1, to: 5 },
  nps: { from: 0, to: 10 },
  ces: { from: 1, to: 7 },
} as const;
export type SurveyKind = keyof typeof SURVEYS;

/** Who is asked what, by which message. */
export type SurveyLink = {
  readonly customer: string;
  readonly kind: SurveyKind;
  readonly journey: string;
  readonly enrol: string;
  readonly occurrence: string;
  readonly step: string;
};

const validMs = 60 * dayMs;

const isKind = (word: string | undefined): word is SurveyKind => word !== undefined && Object.hasOwn(SURVEYS, word);

const surveyUrl = (link: SurveyLink, { publicUrl, key, now }: LinkMaker): string => {
  const { customer, kind, journey, enrol, occurrence, step } = link;
  const fields = [customer, kind, journey, enrol, occurrence, step];
  return `${publicUrl}/v1/surveys/${signed('survey', { fields, until: now + validMs }, key)}`;
};

type Answer = { readonly score: number; readonly url: string };

const answersOf = (kind: SurveyKind, url: string): readonly Answer[] => {
  const { from, to } = SURVEYS[kind];
  return Array.from({ length: to - from + 1 }, (_, i) => ({ score: from + i, url: `${url}?score=${from + i}` }));
};

/**
 * What a message says of surveys: `survey.csat_url` leads to the question, and `survey.csat` has a link for each answer, which
 * leads to the same question with that answer chosen. Following a link answers nothing: scanners follow all of them.
 */
export const surveyLinks = (asked: Omit<SurveyLink, 'kind'>, maker: LinkMaker) => {
  const of = (kind: SurveyKind) => surveyUrl({ ...asked, kind }, maker);
  const [csat, nps, ces] = [of('csat'), of('nps'), of('ces')];
  return {
    csat_url: csat,
    nps_url: nps,
    ces_url: ces,
    csat: answersOf('csat', csat),
    nps: answersOf('nps', nps),
    ces: answersOf('ces', ces),
  };
};

export const readSurveyToken = (
  token: string,
  at: { readonly key: string; readonly now: number },
): SurveyLink | 'expired' | undefined => {
  const found = opened('survey', token, at);
  if (found === undefined || found === 'expired') return found;
  const [customer, kind, journey, enrol, occurrence, step] = found.fields;
  if (customer === undefined || journey === undefined || enrol === undefined) return undefined;
  if (!isKind(kind) || occurrence === undefined || step === undefined) return undefined;
  return { customer, kind, journey, enrol, occurrence, step };
};
