import { readFileSync } from 'node:fs';
import { Misread } from '../input/misread.ts';
import { isObject, own, parseEvent, type Json, type Signal } from '#core/signal';

type Log = { readonly customers: readonly (readonly [string, readonly Signal[]])[]; readonly from: number };

const subjectOf = ({ subject }: Signal): string => subject.customer ?? subject.user ?? subject.anonymous ?? '';

/** A line is what is put on the bus: an event with its `detail`, or the detail alone. */
const envelopeOf = (line: Json, number: number): Json => {
  if (!isObject(line) || own(line, 'detail') !== undefined || own(line, 'Detail') !== undefined) return line;
  const timestamp = own(line, 'timestamp') ?? null;
  return {
    id: `line-${number}`,
    'detail-type': String(own(line, 'event') ?? own(line, 'type') ?? ''),
    source: 'log',
    time: timestamp,
    detail: line,
  };
};

const parsed = (text: string, place: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Misread(place, `This is no JSON. Each line is one signal, as it is put on the bus.`);
  }
};

const signalAt = (text: string, number: number, file: string): Signal => {
  const place = `${file}:${number}`;
  const line = parsed(text, place);
  const envelope = envelopeOf(line, number);
  const time = Date.parse(isObject(envelope) ? String(own(envelope, 'time') ?? '') : '');
  if (Number.isNaN(time)) throw new Misread(place, 'The signal has no `timestamp`; write when it happened.');
  const { signal, refusal } = parseEvent(envelope, time);
  if (signal === undefined) throw new Misread(place, refusal.message);
  return signal;
};

/** A recorded log: one signal a line. Customers in the order of their names, the signals of each in the order of time. */
export const readLog = (file: string): Log => {
  const lines = readFileSync(file, 'utf8').split('\n');
  const signals = lines.flatMap((text, i) => (text.trim() === '' ? [] : [signalAt(text, i + 1, file)]));
  if (signals.length === 0) throw new Misread(file, 'There is no signal in it.');
  const customers = [...Map.groupBy(signals, subjectOf)]
    .map(([name, theirs]) => [name, theirs.toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : 1))] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { customers, from: Math.min(...signals.map(({ timestamp }) => Date.parse(timestamp))) };
};
