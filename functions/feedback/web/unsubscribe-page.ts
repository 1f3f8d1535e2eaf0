import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Unsubscription } from '../../aws/unsubscribe-link.ts';
import { escape, page, tryAgainPage as tryAgain } from './page.ts';

/** The form says what a mailbox's own button says, so that both are answered in one place. */
const form = (button: string): string =>
  `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>${escape(button)}</button></form>`;

const CHANNELS = { email: 'emails', sms: 'text messages', push: 'notifications' } as const;
const sayWhat = ({ channel, topic }: Unsubscription): string =>
  topic === '*' ? `${CHANNELS[channel]} from us` : `${CHANNELS[channel]} about ${topic}`;

/** The page of all choices stands beside this one. */
const toPreferences = (token: string, words: string): string =>
  `<p class="done"><a href="../preferences/${escape(token)}">${escape(words)}</a></p>`;

/** What a page needs beside the link: in whose name it speaks, and a token for the page of all choices. */
export type Around = { readonly brand: string; readonly preferences: string };

/** Asks first: mail scanners open every link, and must not unsubscribe anybody. */
export const askPage = (what: Unsubscription, { brand, preferences }: Around): APIGatewayProxyStructuredResultV2 =>
  page({
    status: 200,
    brand,
    title: 'Unsubscribe?',
    text: [`You will get no more ${sayWhat(what)}. Messages about your orders still reach you.`],
    body: `${form('Unsubscribe')}${toPreferences(preferences, 'Choose what you want to hear about instead')}`,
  });

export const donePage = (what: Unsubscription, { brand, preferences }: Around): APIGatewayProxyStructuredResultV2 =>
  page({
    status: 200,
    brand,
    title: 'You are unsubscribed',
    text: [`You will get no more ${sayWhat(what)}. There is nothing else to do.`],
    body: toPreferences(preferences, 'See everything you can choose'),
  });

export const tryAgainPage = (brand: string): APIGatewayProxyStructuredResultV2 => tryAgain(brand, form('Try again'));

export const badRequestPage = (brand: string): APIGatewayProxyStructuredResultV2 =>
  page({
    status: 400,
    brand,
    title: 'Nothing was changed',
    text: ['This was no request to unsubscribe. Please press the button to be sure.'],
    body: form('Unsubscribe'),
  });
