import { consentChanged } from '#core/events';
import { parseEvent, type Refusal, type Signal } from '#core/signal';
import * as z from 'zod/mini';
import type { Import, RowRefusal } from '../aws/import-store.ts';

/** The most rows a part may have, and what each may say: who somebody is, and what they agreed to. */
export const MOST_ROWS = 1000;
const MOST_CALLS = 20;

const Identify = z.looseObject({ type: z.literal('identify') });
const Consent = z.looseObject({ type: z.literal('track'), event: z.literal(consentChanged) });
const Row = z.object({
  row: z.int().check(z.positive()),
  calls: z.array(z.union([Identify, Consent])).check(z.minLength(1), z.maxLength(MOST_CALLS)),
});
const Part = z.object({ rows: z.array(Row).check(z.minLength(1), z.maxLength(MOST_ROWS)) });
export type Part = z.infer<typeof Part>;
type Row = z.infer<typeof Row>;

/** A part as it was sent; undefined when it is none. */
export const readPart = (body: string): Part | undefined => {
  try {
    const read = Part.safeParse(JSON.parse(body));
    return read.success ? read.data : undefined;
  } catch {
    // What it says quotes the text, which is personal.
    return undefined;
  }
};

/** A signal, and which row of the file it is of. */
type FiledSignal = { readonly row: number; readonly signal: Signal };
export type RowSignals = { readonly signals: readonly FiledSignal[]; readonly refusals: readonly RowRefusal[] };

/** One id for one row of one import, for good. Those of a later import sort after it: of two equal times it counts. */
const messageIdOf = ({ id, startedAt }: Import, row: number, call: number): string =>
  `import-${String(startedAt).padStart(14, '0')}-${id}-${row}${call === 0 ? '' : `-${call}`}`;

const signalsOf = ({ row, calls }: Row, from: Import): RowSignals => {
  const time = new Date(from.startedAt).toISOString();
  const read = calls.map((call, index) => {
    const timestamp = call['timestamp'] ?? new Date(from.asOf).toISOString();
    const detail = { ...call, messageId: messageIdOf(from, row, index), timestamp, sentAt: undefined };
    return parseEvent({ source: 'import', 'detail-type': call.type, time, detail }, from.startedAt);
  });
  const refusal = read.find((each) => each.refusal !== undefined)?.refusal;
  // A row is one thing: nobody is known by half of it.
  if (refusal !== undefined) return { signals: [], refusals: [refusedRow(row, refusal)] };
  return { signals: read.flatMap(({ signal }) => (signal === undefined ? [] : [{ row, signal }])), refusals: [] };
};

const refusedRow = (row: number, { path, message }: Refusal): RowRefusal => ({
  row,
  field: path.replace(/^detail\.?/, ''),
  message: message.replaceAll('detail.', ''),
});

/** The signals that the rows of a part are, the same ones each time it is read. */
export const signalsOfPart = ({ rows }: Part, from: Import): RowSignals => {
  const read = rows.map((row) => signalsOf(row, from));
  return { signals: read.flatMap(({ signals }) => signals), refusals: read.flatMap(({ refusals }) => refusals) };
};
