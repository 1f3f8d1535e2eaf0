import { styleText } from 'node:util';
import type { OutboxMessage } from './ground-api.ts';

/** Virtual time as people say it, in the shop's zone. */
export const sayTime = (at: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  })
    .format(new Date(at))
    .replace(',', '');

const marks = { email: '✉', sms: '✆', push: '◉' } as const;
const colours = { email: 'cyan', sms: 'magenta', push: 'yellow' } as const;

const clip = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

type Row = { readonly at: string; readonly who: string; readonly what: string; readonly aside?: string };

const row = ({ at, who, what, aside = '' }: Row): string =>
  `  ${styleText('dim', sayTime(at).padEnd(17))} ${styleText('bold', who.padEnd(6))} ${what} ${styleText('dim', aside)}`.trimEnd();

export const sayEvent = (at: string, who: string, [what, event]: readonly [string, string]): string =>
  row({ at, who, what, aside: event });

export const sayMessage = (message: OutboxMessage, who: string): string => {
  const { channel, at, subject, text = '' } = message;
  const words = channel === 'email' ? (subject ?? '') : text;
  return row({ at, who, what: styleText(colours[channel], `${marks[channel]} ${clip(words, 48)}`), aside: channel });
};

export const sayNothing = (at: string, who: string, what: string): string =>
  row({ at, who, what: styleText('green', `✓ ${what}`) });

export const sayLater = (what: string): string => styleText('dim', `  ┄┄ ${what} ┄┄`);
