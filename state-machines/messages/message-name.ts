import type { Channel } from '#core/profile';
import type { MessageFault } from './message-fault.ts';

/** What a file's name says. */
export type MessageName = {
  readonly message: string;
  readonly channel: Channel;
  /** Which wording, by its letter. */
  readonly variant?: string;
  /** As a BCP 47 tag in its usual spelling. */
  readonly locale?: string;
};

/** A language, perhaps with script, country or variant: `de`, `de-AT`, `zh-Hant`. */
export const LOCALE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

const EXTENSIONS: Readonly<Record<Channel, string>> = { email: 'mjml', sms: 'liquid', push: 'liquid' };
const NAME =
  /^([a-z0-9]+(?:-[a-z0-9]+)*)(?:\.([a-z]))?(?:\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?\.(email|sms|push)\.([a-z]+)$/;
const isChannel = (word: string | undefined): word is Channel => word === 'email' || word === 'sms' || word === 'push';

/** `de-at` as it is usually written, `de-AT`, or nothing if there is no such tag. */
export const spelt = (tag: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
};

/** Which message a file holds, by its name. */
export const nameOf = (file: string): MessageName | MessageFault => {
  const [, message, variant, tag, channel, extension] = NAME.exec(file) ?? [];
  const locale = tag === undefined ? undefined : spelt(tag);
  const isTag = tag === undefined || locale !== undefined;
  if (message !== undefined && isChannel(channel) && extension === EXTENSIONS[channel] && isTag)
    return {
      message,
      channel,
      ...(variant === undefined ? {} : { variant }),
      ...(locale === undefined ? {} : { locale }),
    };
  const hint =
    'name it <message>.email.mjml, <message>.sms.liquid or <message>.push.liquid, in small letters; a second wording is ' +
    '<message>.b.email.mjml, a translation <message>.de.email.mjml, and both <message>.b.de.email.mjml';
  return { file, line: 1, column: 1, message: 'this name says neither message nor channel', hint };
};
