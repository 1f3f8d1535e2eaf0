import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Unsubscription } from '../aws/unsubscribe-link.ts';

const STYLE = `:root{color-scheme:light dark;--ground:#f3efe8;--card:#fff;--ink:#1d2b28;--soft:#5c625f;--act:#1f5c4d}
@media(prefers-color-scheme:dark){:root{--ground:#161b1a;--card:#212827;--ink:#f6f4ef;--soft:#b9c0bc;--act:#2f7d69}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);color:var(--ink);font:17px/1.55 -apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
main{max-width:30rem;width:100%;padding:40px;background:var(--card);border-radius:14px}
h1{margin:0 0 12px;font:400 1.75rem/1.2 Georgia,serif}
p{margin:0;color:var(--soft)}
form{margin-top:28px}
button{width:100%;padding:15px 24px;border:0;border-radius:10px;background:var(--act);color:#fff;font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
@media(max-width:30rem){main{padding:32px 24px}}`;

/** Nothing is loaded, nothing is stored, nobody can frame it, and the address (a credential) goes nowhere. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? '');

type Page = { readonly status: number; readonly title: string; readonly text: string; readonly button?: string };

/** The form says what a mailbox's own button says, so that both are answered in one place. */
const form = (button: string): string =>
  `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>${escape(button)}</button></form>`;

const page = ({ status, title, text, button }: Page): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: HEADERS,
  body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escape(title)}</h1><p>${escape(text)}</p>${button === undefined ? '' : form(button)}</main></body>
</html>
`,
});

const CHANNELS = { email: 'emails', sms: 'text messages', push: 'notifications' } as const;
const sayWhat = ({ channel, topic }: Unsubscription): string =>
  topic === '*' ? `${CHANNELS[channel]} from us` : `${CHANNELS[channel]} about ${topic}`;

/** Asks first: mail scanners open every link, and must not unsubscribe anybody. */
export const askPage = (what: Unsubscription): APIGatewayProxyStructuredResultV2 =>
  page({
    status: 200,
    title: 'Unsubscribe?',
    text: `You will get no more ${sayWhat(what)}. Messages about your orders still reach you.`,
    button: 'Unsubscribe',
  });

export const donePage = (what: Unsubscription): APIGatewayProxyStructuredResultV2 =>
  page({
    status: 200,
    title: 'You are unsubscribed',
    text: `You will get no more ${sayWhat(what)}. There is nothing else to do.`,
  });

export const tryAgainPage = (): APIGatewayProxyStructuredResultV2 =>
  page({
    status: 502,
    title: 'That did not work',
    text: 'We could not save your choice just now. Please try again.',
    button: 'Try again',
  });

export const badLinkPage = (): APIGatewayProxyStructuredResultV2 =>
  page({
    status: 400,
    title: 'This link does not work',
    text: 'It is incomplete or was changed on its way. Please use the unsubscribe link of a message you got from us.',
  });

export const badRequestPage = (): APIGatewayProxyStructuredResultV2 =>
  page({
    status: 400,
    title: 'Nothing was changed',
    text: 'This was no request to unsubscribe. Please press the button to be sure.',
    button: 'Unsubscribe',
  });
