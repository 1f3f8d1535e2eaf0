import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Voice } from './voice.ts';

const STYLE = `:root{color-scheme:light dark;--ground:#f3efe8;--card:#fff;--ink:#1d2b28;--soft:#5c625f;--line:#e2dcd1;--act:#1f5c4d;--good:#e6f1ec}
@media(prefers-color-scheme:dark){:root{--ground:#161b1a;--card:#212827;--ink:#f6f4ef;--soft:#b9c0bc;--line:#39423f;--act:#2f7d69;--good:#1e3a32}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);color:var(--ink);font:17px/1.55 -apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
main{max-width:30rem;width:100%;padding:40px;background:var(--card);border-radius:14px;overflow-wrap:anywhere}
main.wide{max-width:38rem}
.brand{margin:0 0 20px;font:400 1.05rem/1.2 Georgia,serif;color:var(--soft)}
h1{margin:0 0 12px;font:400 1.75rem/1.2 Georgia,serif}
h2{margin:0;font-size:1.05rem}
p{margin:0;color:var(--soft)}
p+p{margin-top:12px}
a{color:inherit}
form{margin-top:28px}
.done{margin:20px 0 0;padding:14px 18px;border-radius:10px;background:var(--good);color:var(--ink)}
.note{margin-top:20px;padding:14px 18px;border:1px solid var(--line);border-left:4px solid var(--act);border-radius:10px}
.note strong{color:var(--ink)}
fieldset{margin:0;padding:18px 0;border:0;border-top:1px solid var(--line);min-width:0}
legend{float:left;width:100%;padding:0;font-weight:600}
legend+*{clear:both}
.about{font-size:.94rem}
.ways{display:grid;grid-template-columns:repeat(auto-fill,minmax(10rem,1fr));gap:8px 18px;margin-top:10px}
label{display:flex;align-items:center;gap:10px;min-height:44px;cursor:pointer}
label small{display:block;line-height:1.3;color:var(--soft)}
input[type=checkbox],input[type=radio]{flex:none;width:22px;height:22px;margin:0;accent-color:var(--act)}
.scores{display:grid;grid-template-columns:repeat(6,1fr);gap:6px;padding-top:14px}
.of5{grid-template-columns:repeat(5,1fr)}
.of7{grid-template-columns:repeat(7,1fr)}
.scores label{position:relative;display:grid;place-items:center;height:52px;border:1px solid var(--line);border-radius:10px;font-weight:600}
.scores input{position:absolute;inset:0;width:100%;height:100%;opacity:0;cursor:pointer}
.scores label:has(:checked){border-color:var(--act);background:var(--act);color:#fff}
.scores label:has(:focus-visible){outline:3px solid var(--ink);outline-offset:3px}
.ends{display:flex;justify-content:space-between;gap:16px;margin:8px 0 22px;font-size:.9rem;color:var(--soft)}
.ends span+span{text-align:right}
textarea{width:100%;min-height:6.5rem;margin:8px 0 20px;padding:12px;border:1px solid var(--line);border-radius:10px;background:transparent;color:inherit;font:inherit}
button{width:100%;padding:15px 24px;border:0;border-radius:10px;background:var(--act);color:#fff;font:inherit;font-weight:600;cursor:pointer}
button.plain{margin-top:12px;background:transparent;color:var(--soft);text-decoration:underline;font-weight:400}
button:focus-visible,input:focus-visible,textarea:focus-visible,a:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
@media(max-width:30rem){main{padding:32px 24px}}
@media(min-width:40rem){.of11{grid-template-columns:repeat(11,1fr)}}`;

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
export const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? '');

export type Page = {
  readonly status: number;
  readonly title: string;
  /** What it says below its title, a paragraph each. */
  readonly text: readonly string[];
  /** HTML, whose every text is escaped already. */
  readonly body?: string;
  readonly voice: Voice;
  readonly isWide?: boolean;
};

/** A page of ours: no script, nothing from elsewhere, large enough for a thumb, and it can be read aloud. */
export const page = ({ status, title, text, body = '', voice, isWide }: Page): APIGatewayProxyStructuredResultV2 => {
  const { brand, language } = voice;
  const above = brand === '' ? '' : `<p class="brand">${escape(brand)}</p>`;
  return {
    statusCode: status,
    headers: { ...HEADERS, 'content-language': language },
    body: `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(brand === '' ? title : `${title} · ${brand}`)}</title><style>${STYLE}</style></head>
<body><main${isWide ? ' class="wide"' : ''}>${above}<h1>${escape(title)}</h1>${text.map((each) => `<p>${escape(each)}</p>`).join('')}${body}</main></body>
</html>
`,
  };
};

/** What a link of another purpose, of another stage or with a letter missing leads to. */
export const badLinkPage = (voice: Voice): APIGatewayProxyStructuredResultV2 =>
  page({ status: 400, voice, title: voice.texts.bad.title, text: [voice.texts.bad.text] });

/** It was a link of ours, and its time is over. */
export const oldLinkPage = (voice: Voice, instead: string): APIGatewayProxyStructuredResultV2 =>
  page({ status: 410, voice, title: voice.texts.old.title, text: [instead] });

export const tryAgainPage = (voice: Voice, form: string): APIGatewayProxyStructuredResultV2 =>
  page({ status: 502, voice, title: voice.texts.again.title, text: [voice.texts.again.text], body: form });
