import type { MessageLinks } from '#core/message';

const answers = (url: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ score: from + i, url: `${url}?score=${from + i}` }));

/** The links of a message, as they look: for trying it on and for previews. @param api where they would lead. */
export const sampleLinks = (api: string): MessageLinks => {
  const survey = (kind: string): string => `${api}/v1/surveys/${kind}-token`;
  return {
    unsubscribeUrl: `${api}/v1/unsubscribe/token`,
    preferencesUrl: `${api}/v1/preferences/token`,
    confirmUrl: `${api}/v1/confirmations/token`,
    survey: {
      csat_url: survey('csat'),
      nps_url: survey('nps'),
      ces_url: survey('ces'),
      csat: answers(survey('csat'), 1, 5),
      nps: answers(survey('nps'), 0, 10),
      ces: answers(survey('ces'), 1, 7),
    },
  };
};
