import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { SURVEYS, type SurveyKind } from '../../aws/links/survey-link.ts';
import { escape, page } from './page.ts';
import { fill, type Voice } from './voice.ts';

const askOf = (kind: SurveyKind, { brand, texts: { survey } }: Voice): string =>
  brand === '' ? survey[`${kind}Us`] : fill(survey[kind], { brand });

export const mostComment = 2000;

export type Shown = {
  readonly voice: Voice;
  readonly kind: SurveyKind;
  readonly score?: number | undefined;
  readonly comment?: string;
};

const scoreBox = (score: number, chosen: number | undefined): string =>
  `<label><input type="radio" name="score" value="${score}" required${score === chosen ? ' checked' : ''}><span>${score}</span></label>`;

/** Radio buttons with large labels; a score that a link brought is chosen, and nothing is answered before the button is pressed. */
const form = ({ voice, kind, score, comment = '' }: Shown, button: string): string => {
  const { from, to } = SURVEYS[kind];
  const words = voice.texts.survey;
  const [low, high] = [words[`${kind}Low`], words[`${kind}High`]];
  const boxes = Array.from({ length: to - from + 1 }, (_, i) => scoreBox(from + i, score)).join('');
  return `<form method="post"><fieldset><legend>${escape(askOf(kind, voice))}</legend><div class="scores of${to - from + 1}">${boxes}</div><div class="ends"><span>${from}: ${escape(low)}</span><span>${to}: ${escape(high)}</span></div></fieldset><label for="comment">${escape(words.comment)}</label><textarea id="comment" name="comment" maxlength="${mostComment}">${escape(comment)}</textarea><button>${escape(button)}</button></form>`;
};

export const askPage = (shown: Shown): APIGatewayProxyStructuredResultV2 => {
  const { title, send } = shown.voice.texts.survey;
  return page({ status: 200, isWide: true, voice: shown.voice, title, text: [], body: form(shown, send) });
};

export const noScorePage = (shown: Shown): APIGatewayProxyStructuredResultV2 => {
  const { title, send, choose } = shown.voice.texts.survey;
  const text = [fill(choose, SURVEYS[shown.kind])];
  return page({ status: 400, isWide: true, voice: shown.voice, title, text, body: form(shown, send) });
};

export const thanksPage = (shown: Shown): APIGatewayProxyStructuredResultV2 => {
  const { thanks, thanksText, change } = shown.voice.texts.survey;
  const text = [fill(thanksText, { score: shown.score ?? '' })];
  return page({ status: 200, isWide: true, voice: shown.voice, title: thanks, text, body: form(shown, change) });
};

export const retryForm = (shown: Shown): string => form(shown, shown.voice.texts.again.button);
