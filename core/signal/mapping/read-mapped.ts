import { isObject, own } from '../json.ts';
import { parseEvent } from '../parse-event.ts';
import { refuse, type Json, type JsonObject, type Parsed } from '../signal.ts';
import { compileMapping, type CompiledMapping } from './compile-mapping.ts';

/** Mapping expressions by name. */
export type Mappings = Readonly<Record<string, string>>;

/** An event with the name of the mapping whose rule it matched, as that rule puts it into the queue. */
type Mapped = { readonly mapping: string; readonly event: JsonObject };

/**
 * Reads what the rule of a mapping put into the queue, `{mapping, event}`: the mapping's expression makes calls of the event, and
 * each is checked like any other. Calls without an id have the event's, with their place after the first; so it is the same
 * signal however often the event is delivered.
 * @returns a function of the queue message and `now` (milliseconds since 1970), which answers `undefined` when no mapping is asked for
 */
export const mappingReader = (mappings: Mappings) => {
  const compiled = new Map<string, CompiledMapping>();
  const find = (name: string): CompiledMapping | undefined => {
    const source = Object.hasOwn(mappings, name) ? mappings[name] : undefined;
    const made = compiled.get(name) ?? (source === undefined ? undefined : compileMapping(source));
    if (made === undefined || 'fault' in made) return undefined;
    compiled.set(name, made);
    return made;
  };
  return async (body: unknown, now: number): Promise<readonly Parsed[] | undefined> => {
    const mapped = asMapped(body);
    return mapped && readMapped(mapped, find(mapped.mapping), now);
  };
};

const asMapped = (body: unknown): Mapped | undefined => {
  if (!isObject(body)) return undefined;
  const [mapping, event] = [own(body, 'mapping'), own(body, 'event')];
  return typeof mapping === 'string' && isObject(event) ? { mapping, event } : undefined;
};

const readMapped = async (
  { mapping, event }: Mapped,
  compiled: CompiledMapping | undefined,
  now: number,
): Promise<readonly Parsed[]> => {
  if (!compiled) return [refuse('not-mapped', 'mapping', `No mapping is called ${mapping}.`)];
  const evaluated = await compiled.evaluate(event);
  if ('failed' in evaluated)
    return [
      refuse('not-mapped', 'mapping', `The mapping ${mapping} fails on this event (JSONata ${evaluated.failed}).`),
    ];
  const calls = listOf(evaluated.result);
  if (!calls) return [refuse('not-mapped', 'mapping', `The mapping ${mapping} makes nothing of this event.`)];
  return calls.map((call, index) => readCall(call, { mapping, event, index }, now));
};

/** An empty list says that there is nothing to say. */
const listOf = (result: unknown): readonly Json[] | undefined => {
  // A plain copy: sequences of JSONata carry marks, and what is no JSON goes.
  const text = JSON.stringify(result);
  if (text === undefined) return undefined;
  const plain: Json = JSON.parse(text);
  return Array.isArray(plain) ? plain : [plain];
};

const readCall = (call: Json, { mapping, event, index }: Mapped & { readonly index: number }, now: number): Parsed => {
  const place = `signal[${index}]`;
  if (!isObject(call)) return refuse('not-mapped', place, `The mapping ${mapping} yields what is no object.`);
  const [id, time] = [own(event, 'id'), own(event, 'time')];
  const detail = {
    ...(typeof id === 'string' && id !== '' && { messageId: index === 0 ? id : `${id}:${index}` }),
    ...call,
  };
  const envelope = {
    source: `mapping.${mapping}`,
    'detail-type': 'track',
    ...(time !== undefined && { time }),
    detail,
  };
  const { signal, refusal } = parseEvent(envelope, now);
  if (signal) return { signal };
  const spelt = (text: string): string => text.replaceAll('detail.', `${place}.`).replace(/^detail\b(?!-)/, place);
  return refuse(refusal.reason, spelt(refusal.path), spelt(refusal.message));
};
