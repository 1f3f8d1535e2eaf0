import { parseDocument } from 'yaml';
import * as z from 'zod';
import { closestWord } from '#core/expression';
import type { Channel } from '#core/profile';
import { placeOf, type MessageFault } from './message-fault.ts';
import { LOCALE, nameOf } from './message-name.ts';

/** What every message may say of itself. */
const COMMON = {
  /** The language this file is written in, where its name does not say it. */
  locale: z.string().regex(LOCALE, 'a language is written as de or de-AT').optional(),
  /** Percent of customers who get this wording. */
  share: z.number().min(0).max(100).optional(),
  /** What is said where a customer has no value, by path. */
  fallback: z.record(z.string(), z.json()).optional(),
  /** `fallback`: it can be said to everybody, which is proved here; `skip`: it is withheld where something is missing. */
  whenMissing: z.enum(['skip', 'fallback']).default('skip'),
};

/** What stands between the `---` lines at the top of a message file. */
const FRONT_MATTER = {
  email: z.strictObject({
    ...COMMON,
    subject: z.string().min(1),
    /** The line an inbox shows after the subject. */
    preheader: z.string().min(1).optional(),
    /** Instead of the plain text made from the HTML. */
    text: z.string().min(1).optional(),
    from: z
      .string()
      .regex(/^[^\p{Cc}\u2028\u2029]+$/u, 'a sender is one line')
      .optional(),
  }),
  sms: z.strictObject({
    ...COMMON,
    /** How many segments a usual message may cost. */
    segments: z.number().int().min(1).max(10).default(1),
  }),
  push: z.strictObject({ ...COMMON, title: z.string().min(1), link: z.string().min(1).optional() }),
};

type Common = {
  readonly file: string;
  readonly message: string;
  /** Which wording, by its letter. */
  readonly variant?: string;
  /** As a BCP 47 tag; absent: the message for everybody else. */
  readonly locale?: string;
  /** The whole file. */
  readonly source: string;
  readonly body: string;
  /** Lines before the body. */
  readonly bodyLine: number;
};
export type EmailFile = Common & { readonly channel: 'email'; readonly front: z.infer<typeof FRONT_MATTER.email> };
export type SmsFile = Common & { readonly channel: 'sms'; readonly front: z.infer<typeof FRONT_MATTER.sms> };
export type PushFile = Common & { readonly channel: 'push'; readonly front: z.infer<typeof FRONT_MATTER.push> };
export type MessageFile = EmailFile | SmsFile | PushFile;

const FENCED = /^---\r?\n([\s\S]*?\r?\n)?---[ \t]*(?:\r?\n|$)/;

type Sources = { readonly file: string; readonly source: string; readonly fenced: string };

const keyFault = ({ file, source }: Sources, issue: z.core.$ZodIssue, known: readonly string[]): MessageFault => {
  const isUnknown = issue.code === 'unrecognized_keys';
  const word = String((isUnknown ? issue.keys[0] : issue.path[0]) ?? '');
  const found = source.search(new RegExp(`^${word.replaceAll(/[^\w-]/g, '.')}\\s*:`, 'm'));
  const place = placeOf(source, found);
  if (isUnknown) {
    const near = closestWord(word, known);
    const hint = near === undefined ? `write one of: ${known.join(', ')}` : `did you mean "${near}"?`;
    return { file, ...place, message: `"${word}" is not known here`, hint };
  }
  if (found >= 0) return { file, ...place, message: `"${word}": ${issue.message}` };
  const hint = `write "${word}: …" between two --- lines at the top`;
  return { file, ...place, message: `"${word}" is missing`, hint };
};

const yamlOf = ({ file, fenced }: Sources): { readonly value: unknown } | MessageFault => {
  const document = parseDocument(fenced, { prettyErrors: false });
  const [error] = document.errors;
  if (error === undefined) return { value: document.toJS() ?? {} };
  const { line, column } = placeOf(fenced, error.pos[0]);
  return {
    file,
    line: line + 1,
    column,
    message: `front matter: ${error.message}`,
    hint: 'put texts in double quotes',
  };
};

const withFront = (sources: Sources, common: Common, channel: Channel): MessageFile | readonly MessageFault[] => {
  const yaml = yamlOf(sources);
  if (!('value' in yaml)) return [yaml];
  const faults = ({ issues }: z.ZodError, schema: { readonly shape: object }): readonly MessageFault[] =>
    issues.map((issue) => keyFault(sources, issue, Object.keys(schema.shape))).sort((a, b) => b.line - a.line);
  switch (channel) {
    case 'email': {
      const front = FRONT_MATTER.email.safeParse(yaml.value);
      return front.success ? { ...common, channel, front: front.data } : faults(front.error, FRONT_MATTER.email);
    }
    case 'sms': {
      const front = FRONT_MATTER.sms.safeParse(yaml.value);
      return front.success ? { ...common, channel, front: front.data } : faults(front.error, FRONT_MATTER.sms);
    }
    case 'push': {
      const front = FRONT_MATTER.push.safeParse(yaml.value);
      return front.success ? { ...common, channel, front: front.data } : faults(front.error, FRONT_MATTER.push);
    }
  }
};

/** Far above any message, and low enough that a file made to keep the publisher busy is done with soon. */
const MOST = { characters: 250_000, tags: 10_000 };

const sizeFault = (file: string, source: string): MessageFault | undefined => {
  const place = { file, line: 1, column: 1 };
  if (source.length > MOST.characters)
    return { ...place, message: `longer than ${MOST.characters} characters`, hint: 'Gmail clips an email at 102 KB' };
  if (source.split('<').length > MOST.tags)
    return { ...place, message: `more than ${MOST.tags} tags`, hint: 'Gmail clips an email at 102 KB' };
  return undefined;
};

/** One message file taken apart, or what is wrong with its name or its front matter. */
export const readMessage = (file: string, source: string): MessageFile | readonly MessageFault[] => {
  const name = nameOf(file);
  if (!('channel' in name)) return [name];
  const large = sizeFault(file, source);
  if (large !== undefined) return [large];
  const [fence = '', fenced = ''] = FENCED.exec(source) ?? [];
  const { message, variant, locale } = name;
  const common = {
    file,
    message,
    ...(variant === undefined ? {} : { variant }),
    ...(locale === undefined ? {} : { locale }),
    source,
    body: source.slice(fence.length),
    bodyLine: fence.split('\n').length - 1,
  };
  return withFront({ file, source, fenced }, common, name.channel);
};
