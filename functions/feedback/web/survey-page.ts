import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { SURVEYS, type SurveyKind } from '../../aws/links/survey-link.ts';
import { escape, page } from './page.ts';

type Words = { readonly ask: (brand: string) => string; readonly low: string; readonly high: string };

const us = (brand: string): string => (brand === '' ? 'us' : brand);

const WORDS: { readonly [kind in SurveyKind]: Words } = {
  csat: { ask: (brand) => `How satisfied are you with ${us(brand)}?`, low: 'Not at all', high: 'Very' },
  nps: {
    ask: (brand) => `How likely are you to recommend ${us(brand)} to a friend?`,
    low: 'Not at all likely',
    high: 'Extremely likely',
  },
  ces: {
    ask: (brand) => `${us(brand) === 'us' ? 'We' : brand} made it easy for me. Do you agree?`,
    low: 'Not at all',
    high: 'Completely',
  },
};

export const mostComment = 2000;

export type Shown = {
  readonly brand: string;
  readonly kind: SurveyKind;
  readonly score?: number | undefined;
  readonly comment?: string;
};

const scoreBox = (score: number, chosen: number | undefined): string =>
  `<label><input type="radio" name="score" value="${score}" required${score === chosen ? ' checked' : ''}><span>${score}</span></label>`;

/** Radio buttons with large labels; a score that a link brought is chosen, and nothing is answered before the button is pressed. */
const form = ({ brand, kind, score, comment = '' }: Shown, button: string): string => {
  const { from, to } = SURVEYS[kind];
  const { ask, low, high } = WORDS[kind];
  const boxes = Array.from({ length: to - from + 1 }, (_, i) => scoreBox(from + i, score)).join('');
  return `<form method="post"><fieldset><legend>${escape(ask(brand))}</legend><div class="scores">${boxes}</div><div class="ends"><span>${from}: ${escape(low)}</span><span>${to}: ${escape(high)}</span></div></fieldset><label for="comment">Anything you want to tell us?</label><textarea id="comment" name="comment" maxlength="${mostComment}">${escape(comment)}</textarea><button>${escape(button)}</button></form>`;
};

export const askPage = (shown: Shown): APIGatewayProxyStructuredResultV2 =>
  page({ status: 200, brand: shown.brand, title: 'One question', text: [], body: form(shown, 'Send') });

export const noScorePage = (shown: Shown): APIGatewayProxyStructuredResultV2 => {
  const { from, to } = SURVEYS[shown.kind];
  const text = [`Please choose a number from ${from} to ${to}. Nothing was sent yet.`];
  return page({ status: 400, brand: shown.brand, title: 'One question', text, body: form(shown, 'Send') });
};

export const thanksPage = (shown: Shown): APIGatewayProxyStructuredResultV2 =>
  page({
    status: 200,
    brand: shown.brand,
    title: 'Thank you',
    text: [`Your answer is ${shown.score ?? ''}. If you change your mind, choose again: the last answer counts.`],
    body: form(shown, 'Change my answer'),
  });

export const retryForm = (shown: Shown): string => form(shown, 'Try again');
