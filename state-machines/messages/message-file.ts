import { parseDocument } from 'yaml';
import * as z from 'zod';
import { closestWord } from '#core/expression';
import type { Channel } from '#core/profile';
import { placeOf, type MessageFault } from './message-fault.ts';

/** What stands between the `---` lines at the top of a message file. */
const FRONT_MATTER = {
  email: z.strictObject({
    subject: z.string().min(1),
    /** The line an inbox shows after the subject. */
    preheader: z.string().min(1).optional(),
    /** Instead of the plain text made from the HTML. */
    text: z.string().min(1).optional(),
    from: z.string().min(1).optional(),
  }),
  sms: z.strictObject({
    /** How many segments a usual message may cost. */
    segments: z.number().int().min(1).max(10).default(1),
  }),
  push: z.strictObject({ title: z.string().min(1), link: z.string().min(1).optional() }),
};

type Common = {
  readonly file: string;
  readonly message: string;
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

const EXTENSIONS: Readonly<Record<Channel, string>> = { email: 'mjml', sms: 'liquid', push: 'liquid' };
const NAME = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.(email|sms|push)\.([a-z]+)$/;
const FENCED = /^---\r?\n([\s\S]*?\r?\n)?---[ \t]*(?:\r?\n|$)/;
const isChannel = (word: string | undefined): word is Channel => word === 'email' || word === 'sms' || word === 'push';

/** Which message a file holds, by its name. */
export const nameOf = (file: string): { readonly message: string; readonly channel: Channel } | MessageFault => {
  const [, message, channel, extension] = NAME.exec(file) ?? [];
  if (message !== undefined && isChannel(channel) && extension === EXTENSIONS[channel]) return { message, channel };
  const hint = 'name it <message>.email.mjml, <message>.sms.liquid or <message>.push.liquid, in small letters';
  return { file, line: 1, column: 1, message: 'this name says neither message nor channel', hint };
};

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

/** One message file taken apart, or what is wrong with its name or its front matter. */
export const readMessage = (file: string, source: string): MessageFile | readonly MessageFault[] => {
  const name = nameOf(file);
  if (!('channel' in name)) return [name];
  const [fence = '', fenced = ''] = FENCED.exec(source) ?? [];
  const common = {
    file,
    message: name.message,
    source,
    body: source.slice(fence.length),
    bodyLine: fence.split('\n').length - 1,
  };
  return withFront({ file, source, fenced }, common, name.channel);
};
