import * as z from 'zod';
import { besideRow, leavesOf, type Path, pathText, type Row } from '../report/ledger.ts';
import type { Segment } from './condition-shapes.ts';
import { jsonPlaces, placeIn, type JsonPlaces } from './json-places.ts';
import { foundIn, type Found, isFields, shapes } from './kinds.ts';
import { activityTypes, type Journey } from './journey-shape.ts';
import type { EmailTemplate, PushTemplate, SmsTemplate } from './template-shapes.ts';

/** What is wrong with a file, and where. */
export type Fault = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** In the JSON: `Activities.a1.Wait.WaitTime.WaitFor`; empty for the whole. */
  readonly path: string;
  readonly message: string;
};

type Source = {
  readonly file: string;
  readonly raw: unknown;
  /** What stands around it in its file: page tokens, notes of whoever saved it. */
  readonly beside: readonly Row[];
  /** Says where something in this document is wrong. */
  readonly fault: (path: Path, message: string) => Fault;
};
export type SavedJourney = Source & { readonly kind: 'journey'; readonly document: Journey };
export type SavedSegment = Source & { readonly kind: 'segment'; readonly document: Segment };
export type SavedTemplate = Source &
  (
    | { readonly kind: 'email'; readonly document: EmailTemplate }
    | { readonly kind: 'sms'; readonly document: SmsTemplate }
    | { readonly kind: 'push'; readonly document: PushTemplate }
  );
export type Saved = SavedJourney | SavedSegment | SavedTemplate;

export type ReadFile = {
  readonly saved: readonly Saved[];
  readonly faults: readonly Fault[];
};

/** The command line leaves out what is not set; other tools write null. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, withoutNulls(each)]])),
  );
};

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (here, key) =>
      typeof here === 'object' && here !== null && Object.hasOwn(here, key) ? Reflect.get(here, key) : undefined,
    value,
  );

const keysOf = (path: readonly PropertyKey[]): Path => path.map((key) => (typeof key === 'number' ? key : String(key)));

const wordsOf = (issue: z.core.$ZodIssue, value: unknown): string => {
  if (value === undefined) return `\`${String(issue.path.at(-1) ?? '')}\` is missing.`;
  const expected = issue.code === 'invalid_type' ? issue.expected : undefined;
  const written = Array.isArray(value) ? 'a list' : isFields(value) ? 'an object' : JSON.stringify(value);
  if (expected !== undefined) return `This should be a ${expected === 'record' ? 'object' : expected}, not ${written}.`;
  if (issue.code === 'invalid_value') return `${written} is not possible here. Known: ${issue.values.join(', ')}.`;
  return issue.code === 'custom' || issue.code === 'invalid_format'
    ? `${written}: ${issue.message}.`
    : `${issue.message}.`;
};

/** What no type can say: each activity is of one kind, and leads to activities there are. */
const activityFaults = (raw: unknown, fault: Source['fault']): readonly Fault[] => {
  const activities = valueAt(raw, ['Activities']);
  if (!isFields(activities)) return [];
  const known = (id: unknown): boolean => typeof id !== 'string' || Object.hasOwn(activities, id);
  const points = /^(NextActivity|TrueActivity|FalseActivity|DefaultActivity|MessageActivity)$/;
  const start = valueAt(raw, ['StartActivity']);
  const dangling = (path: Path, id: unknown) => fault(path, `There is no activity ${JSON.stringify(id)}.`);
  return [
    ...(known(start) ? [] : [dangling(['StartActivity'], start)]),
    ...Object.entries(activities).flatMap(([id, activity]) => {
      const kinds = isFields(activity) ? Object.keys(activity).filter((key) => activityTypes.includes(key)) : [];
      const several = `This activity is several things at once: ${kinds.join(' and ')}.`;
      return [
        ...(kinds.length > 1 ? [fault(['Activities', id], several)] : []),
        ...leavesOf(activity, ['Activities', id])
          .filter(({ path, value }) => points.test(String(path.at(-1))) && !known(value))
          .map(({ path, value }) => dangling(path, value)),
      ];
    }),
  ];
};

const readOne = ({ kind, raw, at }: Found, file: string, places: JsonPlaces): Saved | readonly Fault[] => {
  const fault = (path: Path, message: string): Fault => {
    const whole = [...at, ...path];
    return { file, ...places.of(whole), path: pathText(whole), message };
  };
  const clean = withoutNulls(raw);
  const source = { file, raw, fault, beside: [] };
  const faultsOf = ({ issues }: z.ZodError): readonly Fault[] =>
    issues.map((issue) => fault(keysOf(issue.path), wordsOf(issue, valueAt(clean, keysOf(issue.path)))));
  switch (kind) {
    case 'journey': {
      const read = shapes.journey.safeParse(clean);
      const faults = [...(read.success ? [] : faultsOf(read.error)), ...activityFaults(clean, fault)];
      return read.success && faults.length === 0 ? { ...source, kind, document: read.data } : faults;
    }
    case 'segment': {
      const read = shapes.segment.safeParse(clean);
      return read.success ? { ...source, kind, document: read.data } : faultsOf(read.error);
    }
    case 'email': {
      const read = shapes.email.safeParse(clean);
      return read.success ? { ...source, kind, document: read.data } : faultsOf(read.error);
    }
    case 'sms': {
      const read = shapes.sms.safeParse(clean);
      return read.success ? { ...source, kind, document: read.data } : faultsOf(read.error);
    }
    case 'push': {
      const read = shapes.push.safeParse(clean);
      return read.success ? { ...source, kind, document: read.data } : faultsOf(read.error);
    }
  }
};

const parsed = (text: string): { readonly value: unknown } | { readonly offset: number; readonly message: string } => {
  try {
    return { value: JSON.parse(text) };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : 'unreadable';
    const [, offset] = /at position (\d+)/.exec(message) ?? [];
    return {
      offset: offset === undefined ? text.length : Number(offset),
      message: message.split(' (line')[0] ?? message,
    };
  }
};

const isWithin = (path: Path, of: Path): boolean => of.every((key, depth) => path[depth] === key);

/** Reads what a saved file holds. @param text its content */
export const readSaved = (file: string, text: string): ReadFile => {
  try {
    return readDocument(file, text);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    const message = 'This is nested too deeply to be of Pinpoint.';
    return { saved: [], faults: [{ file, line: 1, column: 1, path: '', message }] };
  }
};

const readDocument = (file: string, text: string): ReadFile => {
  const json = parsed(text.replace(/^\uFEFF/, ' '));
  if ('message' in json)
    return {
      saved: [],
      faults: [{ file, ...placeIn(text, json.offset), path: '', message: `This is no JSON: ${json.message}.` }],
    };
  const places = jsonPlaces(text);
  const found = foundIn(json.value);
  const none = 'This is no journey, segment or email, SMS or push template of Pinpoint.';
  const read = found.map((each) => readOne(each, file, places));
  const twice = places.repeated.map((path) => ({
    file,
    ...places.of(path),
    path: pathText(path),
    message: `${JSON.stringify(path.at(-1))} stands twice here; one of them would be lost.`,
  }));
  const leaves = leavesOf(json.value);
  const nameless = leaves
    .filter(({ path }) => path.includes('__proto__'))
    .map(({ path }) => ({
      file,
      ...places.of(path),
      path: pathText(path),
      message: 'Nothing can be called `__proto__`.',
    }));
  const beside = leaves.filter(({ path }) => !found.some(({ at }) => isWithin(path, at)));
  return {
    // Each thing of a file has its own report: the first tells what stands around them.
    saved: read.flatMap((each, i) =>
      'kind' in each ? [i === 0 ? { ...each, beside: beside.map(besideRow) } : each] : [],
    ),
    faults: [
      ...(found.length === 0 ? [{ file, ...places.of([]), path: '', message: none }] : []),
      ...twice,
      ...nameless,
      ...read.flatMap((each) => ('kind' in each ? [] : each)),
    ],
  };
};
