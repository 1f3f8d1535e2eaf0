import { fitsIn, isObject, MAX_SIGNAL_BYTES, own } from '../json.ts';
import { parseEvent } from '../parse-event.ts';
import type { Json, JsonObject, Refusal, Signal } from '../signal.ts';

/** What a request's body may weigh, and how many calls a batch may have: both as Segment has it. */
export const MAX_REQUEST_BYTES = 500 * 1024;
const MAX_CALLS = 2_500;

/** The source of what came over HTTP, on the bus. */
const SOURCE = 'http';

/** One call of a request as an event for the bus, with its id; or the same event and why it is no signal. */
export type ReadCall = {
  /** Place in the batch, from 0; 0 for a call on its own. */
  readonly index: number;
  readonly event: CallEvent;
  readonly messageId?: string;
  readonly refusal?: Refusal;
};

/** `time` is ISO 8601; `detail` is what a producer would have put on the bus itself. */
export type CallEvent = {
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: Json;
};

export type ReadCalls =
  | { readonly calls: readonly ReadCall[]; readonly refusal?: never }
  | { readonly refusal: Refusal; readonly calls?: never };

/**
 * Reads the body of a request to Segment's HTTP API: one call, or a `batch` of them with `sentAt` and `context` for all.
 * Timestamps leave here by our clock, with `originalTimestamp` beside them; ids as `parseEvent` gives them.
 * @param name one of `track identify page screen group alias batch`
 * @param body the body, parsed
 * @param receivedAt milliseconds since 1970
 * @see https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 */
export const readCalls = (name: string, body: unknown, receivedAt: number): ReadCalls => {
  if (!isObject(body)) return none('unknown-shape', '$', 'The body is no JSON object.');
  if (name !== 'batch') return { calls: [readCall({ call: body, type: name, index: 0, place: '' }, receivedAt)] };
  const batch = own(body, 'batch');
  if (!isList(batch)) return none('bad-field', 'batch', 'batch must be a list of calls.');
  if (batch.length > MAX_CALLS)
    return none('too-large', 'batch', `batch has ${batch.length} calls; send at most ${MAX_CALLS} at once.`);
  return {
    calls: batch.map((call, index) =>
      readCall({ call: isObject(call) ? shared(body, call) : call, index, place: `batch[${index}].` }, receivedAt),
    ),
  };
};

const none = (reason: Refusal['reason'], path: string, message: string): ReadCalls => ({
  refusal: { reason, path, message },
});

/** `Array.isArray` does not narrow a readonly array. */
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** What a batch says once for all its calls. */
const shared = (batch: JsonObject, call: JsonObject): JsonObject => {
  const [all, its] = [own(batch, 'context'), own(call, 'context')];
  const context = isObject(all) && (its === undefined || isObject(its)) ? { context: { ...all, ...its } } : {};
  const sentAt = own(batch, 'sentAt');
  return { ...(sentAt !== undefined && { sentAt }), ...call, ...context };
};

type Given = { readonly call: Json; readonly type?: string; readonly index: number; readonly place: string };

const readCall = ({ call, type, index, place }: Given, receivedAt: number): ReadCall => {
  const time = new Date(receivedAt).toISOString();
  const event = { source: SOURCE, 'detail-type': type ?? 'track', time, detail: call };
  if (!isObject(call)) {
    const path = place.slice(0, -1);
    return { index, event, refusal: { reason: 'unknown-shape', path, message: `${path} is no JSON object.` } };
  }
  const said = asSaid(call, type);
  const { signal, refusal } = parseEvent({ ...event, detail: said }, receivedAt);
  if (refusal) return { index, event, refusal: placed(refusal, place) };
  const detail = byOurClock(said, signal, time);
  const flaw = findFlawOnTheWay(detail, place);
  return flaw ? { index, event, refusal: flaw } : { index, event: { ...event, detail }, messageId: signal.messageId };
};

/** What we added may be too much, and two code points are taken by no queue: better refused here than lost there. */
const findFlawOnTheWay = (detail: JsonObject, place: string): Refusal | undefined => {
  const path = place.slice(0, -1) || '$';
  const what = place === '' ? 'The call' : path;
  if (!fitsIn(MAX_SIGNAL_BYTES, detail))
    return { reason: 'too-large', path, message: `${what} is larger than ${MAX_SIGNAL_BYTES} bytes of JSON.` };
  if (/[\uFFFE\uFFFF]/.test(JSON.stringify(detail)))
    return { reason: 'bad-field', path, message: `${what} has text with U+FFFE or U+FFFF, which are no characters.` };
  return undefined;
};

/** The call in the producer's own words and times: what others before us noted about its way here does not count. */
const asSaid = (call: JsonObject, type: string | undefined): JsonObject => {
  const { writeKey: _, receivedAt: _received, originalTimestamp, ...said } = call;
  const timestamp = own(said, 'timestamp') ?? originalTimestamp;
  return { ...said, ...(timestamp !== undefined && { timestamp }), ...(type !== undefined && { type }) };
};

const byOurClock = (said: JsonObject, { messageId, timestamp }: Signal, receivedAt: string): JsonObject => {
  const originalTimestamp = own(said, 'timestamp');
  return {
    ...said,
    messageId,
    timestamp,
    ...(originalTimestamp !== undefined && { originalTimestamp }),
    receivedAt,
  };
};

/** `detail` is ours; the caller sent a call, alone or at a place in a batch. */
const placed = ({ reason, path, message }: Refusal, place: string): Refusal => {
  const here = place.slice(0, -1);
  const spelt = (text: string): string => text.replaceAll('detail.', place).replace(/^detail\b(?!-)/, here || '$');
  return { reason, path: spelt(path), message: spelt(message).replace(/^\$/, 'The call') };
};
