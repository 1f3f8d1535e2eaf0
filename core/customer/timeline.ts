import type { Enrolment } from '#core/journey';
import { messageIdOf, messageInWords, type MessageRow } from '#core/message';
import type { JsonObject, Signal } from '#core/signal';

/** What a person wrote down, or did for the customer. */
export type Note = {
  readonly at: string;
  readonly id: string;
  readonly by: string;
  readonly text: string;
  readonly did?: string;
};

/** One line of a customer's history: `says` is the whole of it in words, `about` what it was about. */
export type TimelineEntry = {
  readonly at: string;
  readonly kind: 'signal' | 'message' | 'journey' | 'note';
  readonly says: string;
  readonly about: JsonObject;
};

export type History = {
  /** Newest first. */
  readonly signals: readonly Signal[];
  /** What was sent, and what was not. */
  readonly messages: readonly MessageRow[];
  readonly runs: readonly Enrolment[];
  readonly notes: readonly Note[];
};

/** Where a page ended: the instant of its last entry, and how many of that instant were given. */
export type Place = { readonly at: string; readonly given: number };
export type TimelinePage = { readonly entries: readonly TimelineEntry[]; readonly next?: Place };

const iso = (ms: number): string => new Date(ms).toISOString();

const ofSignal = ({ timestamp, event, type, messageId, properties, traits }: Signal): TimelineEntry => ({
  at: timestamp,
  kind: 'signal',
  says: event,
  about: { id: messageId, type, ...(type === 'identify' || type === 'group' ? { traits } : { properties }) },
});

const ofMessage =
  (zone: string) =>
  (row: MessageRow): TimelineEntry => {
    const { at, journey, step, message, channel = '', status, reason = '' } = row;
    const [says = '', ...why] = messageInWords(row, zone);
    const about = { id: messageIdOf(row), journey, step, message, channel, status: status.toLowerCase(), reason, why };
    return { at, kind: 'message', says, about };
  };

const ofRun = (run: Enrolment): readonly TimelineEntry[] => {
  const { journey, enrol, occurrence, version } = run;
  const about = { journey, enrol, occurrence, version };
  const over = run.exitedAt ?? run.endedAt;
  const reason = run.exitReason ?? run.endReason ?? '';
  return [
    { at: iso(run.enteredAt), kind: 'journey', says: `entered ${journey}: ${run.entry.event}`, about },
    ...(over === undefined
      ? []
      : [{ at: iso(over), kind: 'journey' as const, says: `left ${journey}: ${reason}`, about: { ...about, reason } }]),
  ];
};

const ofNote = ({ at, id, by, text, did }: Note): TimelineEntry => ({
  at,
  kind: 'note',
  says: did === undefined ? `${by}: ${text}` : `${by}: ${did}${text === '' ? '' : `, ${text}`}`,
  about: { id, by, text, ...(did === undefined ? {} : { did }) },
});

/** `zone` is the IANA zone in which instants are told. */
export type Asked = { readonly limit: number; readonly zone: string; readonly from?: Place | undefined };

/** A page of what happened to a customer, the newest first. Entries of one instant keep their order from page to page. */
export const timelineOf = (history: History, { limit, zone, from }: Asked): TimelinePage => {
  // Of one instant, what followed from a signal comes before it.
  const all = [
    ...history.notes.map(ofNote),
    ...history.messages.map(ofMessage(zone)),
    ...history.runs.flatMap(ofRun),
    ...history.signals.map(ofSignal),
  ]
    .filter(({ at }) => from === undefined || at <= from.at)
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const given = from === undefined ? 0 : Math.min(from.given, all.filter(({ at }) => at === from.at).length);
  const entries = all.slice(given, given + limit);
  const last = entries.at(-1);
  if (last === undefined || all.length <= given + limit) return { entries };
  const ofLast = all.slice(0, given + limit).filter(({ at }) => at === last.at).length;
  return { entries, next: { at: last.at, given: ofLast } };
};
