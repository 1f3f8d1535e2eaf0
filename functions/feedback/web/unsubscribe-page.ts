import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { escape, page, tryAgainPage as tryAgain } from './page.ts';
import { fill, type Voice } from './voice.ts';

/** The form says what a mailbox's own button says, so that both are answered in one place. */
const form = (button: string): string =>
  `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>${escape(button)}</button></form>`;

/** The page of all choices stands beside this one. */
const toPreferences = (token: string, words: string): string =>
  `<p class="done"><a href="../preferences/${escape(token)}">${escape(words)}</a></p>`;

/** What a page needs beside its voice: what would end, in words, and a token for the page of all choices. */
export type Around = { readonly voice: Voice; readonly what: string; readonly preferences: string };

/** Asks first: mail scanners open every link, and must not unsubscribe anybody. */
export const askPage = ({ voice, what, preferences }: Around): APIGatewayProxyStructuredResultV2 => {
  const { title, text, button, instead } = voice.texts.unsubscribe;
  return page({
    status: 200,
    voice,
    title,
    text: [fill(text, { what })],
    body: `${form(button)}${toPreferences(preferences, instead)}`,
  });
};

export const donePage = ({ voice, what, preferences }: Around): APIGatewayProxyStructuredResultV2 => {
  const { done, doneText, choices } = voice.texts.unsubscribe;
  return page({
    status: 200,
    voice,
    title: done,
    text: [fill(doneText, { what })],
    body: toPreferences(preferences, choices),
  });
};

export const tryAgainPage = (voice: Voice): APIGatewayProxyStructuredResultV2 =>
  tryAgain(voice, form(voice.texts.again.button));

export const badRequestPage = (voice: Voice): APIGatewayProxyStructuredResultV2 => {
  const { not, notText, button } = voice.texts.unsubscribe;
  return page({ status: 400, voice, title: not, text: [notText], body: form(button) });
};
