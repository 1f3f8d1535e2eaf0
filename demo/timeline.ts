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

type Row = {
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly aside?: string;
  readonly colour?: Parameters<typeof styleText>[0];
};

/** Fits 80 columns: when, who, what, and how it is called. A long name takes its room from what. */
const row = ({ at, who, what, aside = '', colour = 'reset' }: Row): string => {
  const when = styleText('dim', sayTime(at).padEnd(16));
  const name = clip(who, 16).padEnd(5);
  const room = 50 - name.length;
  const said = styleText(colour, clip(what, room - 1).padEnd(room));
  return `  ${when} ${styleText('bold', name)} ${said}${styleText('dim', aside)}`.trimEnd();
};

export const sayEvent = (at: string, who: string, [what, event]: readonly [string, string]): string =>
  row({ at, who, what, aside: event });

export const sayMessage = (message: OutboxMessage, who: string): string => {
  const { channel, at, subject, text = '' } = message;
  const words = channel === 'email' ? (subject ?? '') : text;
  return row({ at, who, what: `${marks[channel]} ${words}`, aside: channel, colour: colours[channel] });
};

export const sayNothing = (at: string, who: string, what: string): string =>
  row({ at, who, what: `✓ ${what}`, colour: 'green' });

export const sayLater = (what: string): string => styleText('dim', `  ┄┄ ${what} ┄┄`);
