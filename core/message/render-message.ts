import { LiquidError, type Template } from 'liquidjs/dist/liquid.browser.mjs';
import { dataOrFallback } from './data-or-fallback.ts';
import { TooLong } from './liquid/bounded-page.ts';
import { htmlEngine, textEngine } from './liquid/liquid-engine.ts';
import { renderTemplate } from './liquid/render-template.ts';
import type { EmailDocument, MessageDocument, PushDocument, SmsDocument } from './message-document.ts';
import type { MessageData } from './message-data.ts';
import { isSafeLink, unsafeLinkIn } from './unsafe-link.ts';

/** What a customer gets to see. */
export type MessageContent = EmailContent | SmsContent | PushContent;
export type EmailContent = {
  readonly channel: 'email';
  readonly subject: string;
  readonly html: string;
  readonly text: string;
};
export type SmsContent = { readonly channel: 'sms'; readonly text: string };
export type PushContent = {
  readonly channel: 'push';
  readonly title: string;
  readonly body: string;
  readonly link?: string;
};

/** Why a message cannot be said, readable after "withheld because". */
export type RenderRefusal = 'missing-data' | 'render-failed' | 'unsafe-link' | 'too-long' | 'empty';

/** `message` names template, line and variable, never a value. */
export type Rendered =
  | { readonly ok: true; readonly content: MessageContent }
  | { readonly ok: false; readonly reason: RenderRefusal; readonly message: string };

/**
 * Most characters of each part. SES takes 40 MB, but Gmail clips an email at 102 KB; an SMS of 1,600 characters is the
 * provider's limit; a push notification has 4 KB in all.
 */
const LONGEST = {
  subject: 255,
  html: 400_000,
  'plain text': 100_000,
  'SMS text': 1_600,
  title: 200,
  body: 1_000,
  link: 2_048,
} as const;
type Part = keyof typeof LONGEST;

class Refused extends Error {
  readonly reason: RenderRefusal;
  constructor(reason: RenderRefusal, message: string) {
    super(message);
    this.name = 'Refused';
    this.reason = reason;
  }
}

/** Parsing costs ten times a rendering, and a document is rendered for many customers. */
const parsed = new WeakMap<MessageDocument, Map<Part, Template[]>>();

const templateOf = (document: MessageDocument, part: Part, parse: () => Template[]): Template[] => {
  const parts = parsed.get(document) ?? new Map<Part, Template[]>();
  parsed.set(document, parts);
  const template = parts.get(part) ?? parse();
  parts.set(part, template);
  return template;
};

const refusalOf = (part: Part, thrown: unknown): Refused => {
  if (thrown instanceof TooLong) return new Refused('too-long', `${part}: ${thrown.message}`);
  if (!LiquidError.is(thrown)) return new Refused('render-failed', `${part}: rendering failed`);
  if (thrown.originalError instanceof TooLong) return refusalOf(part, thrown.originalError);
  const reason = thrown.name === 'UndefinedVariableError' ? 'missing-data' : 'render-failed';
  return new Refused(reason, `${part}: ${thrown.message}`);
};

type Renderer = (part: Part, source: string) => string;

/** Blank space around a part is not counted, so the page may be a little longer than the part. */
const SLACK = 1_000;

const rendererOf =
  (document: MessageDocument, data: MessageData): Renderer =>
  (part, source) => {
    const engine = part === 'html' ? htmlEngine : textEngine;
    const text = ((): string => {
      try {
        const template = templateOf(document, part, () => engine.parse(source));
        return renderTemplate(engine, template, { data, locale: document.locale, limit: LONGEST[part] + SLACK }).trim();
      } catch (thrown) {
        throw refusalOf(part, thrown);
      }
    })();
    if (text === '') throw new Refused('empty', `${part}: nothing is left to say`);
    if (text.length > LONGEST[part]) throw refusalOf(part, new TooLong(LONGEST[part]));
    return text;
  };

/** One line: a subject is a header, and a line break in one would begin the next header. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
/**
 * Line breaks and tabs are all the control a plain text needs, and a condition that did not hold leaves no hole. Line by
 * line: a pattern over the whole text would look at a customer's thousand spaces a thousand times.
 */
const plain = (text: string): string =>
  text
    .replaceAll(/[^\P{Cc}\n\t]+/gu, '')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n');

const renderEmail = (document: EmailDocument, render: Renderer): EmailContent => {
  const html = render('html', document.html);
  const unsafe = unsafeLinkIn(html);
  if (unsafe !== undefined) throw new Refused('unsafe-link', `html: ${unsafe} leads neither to https: nor to mailto:`);
  const subject = oneLine(render('subject', document.subject));
  return { channel: 'email', subject, html, text: plain(render('plain text', document.text)) };
};

const renderSms = (document: SmsDocument, render: Renderer): SmsContent => ({
  channel: 'sms',
  text: plain(render('SMS text', document.text)),
});

const renderPush = (document: PushDocument, render: Renderer): PushContent => {
  const content = {
    channel: 'push' as const,
    title: oneLine(render('title', document.title)),
    body: plain(render('body', document.body)),
  };
  if (document.link === undefined) return content;
  const link = render('link', document.link);
  if (!/^https:/i.test(link) || !isSafeLink(link)) throw new Refused('unsafe-link', 'link: leads not to https:');
  return { ...content, link };
};

const contentOf = (document: MessageDocument, render: Renderer): MessageContent => {
  switch (document.channel) {
    case 'email':
      return renderEmail(document, render);
    case 'sms':
      return renderSms(document, render);
    case 'push':
      return renderPush(document, render);
  }
};

/** What `document` says to the customer `data` is about, with its own words where it declares a fallback for what is missing. */
export const renderMessage = (document: MessageDocument, data: MessageData): Rendered => {
  try {
    return { ok: true, content: contentOf(document, rendererOf(document, dataOrFallback(data, document.fallback))) };
  } catch (thrown) {
    if (thrown instanceof Refused) return { ok: false, reason: thrown.reason, message: thrown.message };
    throw thrown;
  }
};
