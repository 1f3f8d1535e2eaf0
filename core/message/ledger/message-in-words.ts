import type { Check } from '#core/decision';
import type { MessageReport } from './message-report.ts';
import type { MessageRow } from './message-row.ts';
import { whyWithheld } from './why-withheld.ts';

/** `Tue 6 Jan 2026, 13:00`, in an IANA zone. */
const instantIn =
  (zone: string) =>
  (iso: string): string => {
    const at = Date.parse(iso);
    if (Number.isNaN(at)) return 'an unknown time';
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    return format.format(at).replace(/^(\w+), /, '$1 ');
  };

type Say = (iso: string) => string;

const byChannel: { readonly [channel: string]: string } = { email: 'by email', sms: 'by SMS', push: 'by push' };
const by = (channel: string | undefined): string => byChannel[channel ?? ''] ?? 'on no channel yet';

const channelName: { readonly [channel: string]: string } = { email: 'email', sms: 'SMS', push: 'push' };

const plain = (word: string): string => word.replaceAll('-', ' ');

/** What became of it, in a sentence. */
const outcome = (row: MessageRow, on: Say): string => {
  const { status, message, channel, at, settledAt = at, reason, reports, isSettledByReport } = row;
  switch (status) {
    case 'SENT': {
      const heard = isSettledByReport ? '; its provider did not answer, but reported on it later' : '';
      return `\`${message}\` was sent on ${on(at)} ${by(channel)}${heard}.`;
    }
    case 'FAILED': {
      const last = reports.at(-1);
      const said = isSettledByReport && last !== undefined ? (last.detail ?? last.kind) : (reason ?? 'no reason given');
      return `\`${message}\` was not sent ${by(channel)} on ${on(at)}: its provider refused it (${said}).`;
    }
    case 'UNKNOWN':
      return `Whether \`${message}\` left ${by(channel)} on ${on(at)} is unknown: its provider did not answer, and has reported nothing since.`;
    case 'CLAIMED':
      return `\`${message}\` is being sent ${by(channel)} since ${on(at)}.`;
    case 'WITHHELD':
      return `\`${message}\` was not sent on ${on(settledAt)}: ${whyWithheld(reason ?? '')}.`;
  }
};

const again = ({ attempts = 1 }: MessageRow): readonly string[] =>
  attempts > 1
    ? [
        `Its provider was asked ${attempts} times, because it did not answer: a message of service may come twice rather than never.`,
      ]
    : [];

const looked = ({ check, detail }: Check): string => {
  const said = check === 'channel' ? detail?.split(', not ')[0] : detail;
  return said === undefined ? plain(check) : `${plain(check)} (${said})`;
};

/** `sms, not email (no-consent)`, as the check of channels says it. */
const passedOver = ({ checks }: MessageRow): readonly string[] => {
  const said = checks.find(({ check }) => check === 'channel')?.detail ?? '';
  const all = [...said.matchAll(/\bnot (\w+) \(([\w-]+)\)/g)].map(
    ([, channel = '', why = '']) => `${channelName[channel] ?? channel} (${plain(why)})`,
  );
  return all.length === 0 ? [] : [`Passed over before: ${all.join(', ')}.`];
};

/** What was looked at on the way, in order. */
const because = ({ checks, status }: MessageRow): readonly string[] => {
  const passed = checks.filter(({ result }) => result === 'yes');
  const against = checks.filter(({ result }) => result !== 'yes');
  const said = passed.map(looked).join(', ');
  if (status === 'WITHHELD' && against.length > 0) {
    const before = said === '' ? '' : ` Nothing stood against it in: ${said}.`;
    return [`What stood against it: ${against.map(looked).join(', ')}.${before}`];
  }
  return said === '' ? [] : [`It was allowed: nothing stood against it in ${said}.`];
};

const consented = ({ consentVersion, status }: MessageRow): readonly string[] =>
  consentVersion === undefined || status === 'WITHHELD'
    ? []
    : [`What the customer had agreed to was looked up in its version ${consentVersion}.`];

const kept: { readonly [kind in MessageReport['kind']]: string } = {
  sent: 'taken by the provider',
  delivered: 'delivered',
  opened: 'opened',
  clicked: 'clicked',
  delayed: 'delayed',
  bounced: 'bounced',
  complained: 'called spam',
  undelivered: 'not delivered',
  rejected: 'rejected',
};

const reported = ({ reports }: MessageRow, on: Say): readonly string[] => {
  if (reports.length === 0) return [];
  const all = reports.map(({ kind, at, detail }) => {
    const more = detail === undefined ? '' : ` (${detail === 'machine' ? 'by a machine' : detail})`;
    return `${kept[kind]}${more} on ${on(at)}`;
  });
  return [`What came back: ${all.join('; ')}.`];
};

/**
 * Why a message was sent or not, and what became of it, in a few sentences for people.
 * @param zone the IANA zone in which instants are told
 */
export const messageInWords = (row: MessageRow, zone = 'UTC'): readonly string[] => {
  const on = instantIn(zone);
  return [
    outcome(row, on),
    ...again(row),
    ...passedOver(row),
    ...because(row),
    ...consented(row),
    ...reported(row, on),
  ];
};
