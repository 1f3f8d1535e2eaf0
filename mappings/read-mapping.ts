import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compileMapping } from '#core/signal';
import { isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import * as z from 'zod';

/** A mapping as its author wrote it: events on `bus` that match `pattern` become what the JSONata expression `signal` yields. */
export type Mapping = {
  /** The file's name without `.yaml`. */
  readonly name: string;
  /** Name of an event bus, or of a partner event source: `default`, `aws.partner/shopify.com/123/shop`. */
  readonly bus: string;
  /** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly signal: string;
};

/** A mistake in a file. `line` and `column` count from 1. */
export type Fault = { readonly file: string; readonly line: number; readonly column: number; readonly message: string };

const FIELDS = ['source', 'detail-type', 'detail', 'account', 'region', 'resources', 'id', 'time', 'version'] as const;

/** What EventBridge asks of a pattern, whatever its operators are: lists at the ends of objects. */
const Branch: z.ZodType = z.lazy(() =>
  z.union(
    [z.array(z.unknown()).min(1), z.record(z.string(), Branch).refine((branch) => Object.keys(branch).length > 0)],
    {
      error: 'write a list of values, or fields with lists of values',
    },
  ),
);

const MappingDocument = z.strictObject(
  {
    description: z.string().optional(),
    bus: z
      .string()
      .regex(/^[\w./-]{1,256}$/, 'write the name of an event bus, not its ARN')
      .default('default'),
    pattern: z
      .partialRecord(z.enum([...FIELDS, '$or']), Branch, { error: `write one or more of ${FIELDS.join(', ')}` })
      .refine((pattern) => Object.keys(pattern).length > 0, 'an empty pattern would match every event'),
    signal: z.string({ error: 'write the JSONata expression that makes a signal of an event' }),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? `there is no field ${issue.keys.join(', ')}` : undefined) },
);

/** Reads and checks one mapping file. */
export const readMapping = (file: string): { readonly mapping: Mapping } | { readonly faults: readonly Fault[] } => {
  const lines = new LineCounter();
  const source = readFileSync(file, 'utf8');
  const document = parseDocument(source, { lineCounter: lines });
  const fault = (offset: number, message: string): Fault => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, message };
  };
  if (document.errors.length > 0)
    return { faults: document.errors.map(({ pos: [start], message }) => fault(start, message.split('\n')[0] ?? '')) };
  const read = MappingDocument.safeParse(document.toJS());
  if (!read.success)
    return {
      faults: read.error.issues.map(({ path, message }) =>
        fault(offsetOf(document, path), `\`${path.join('.') || 'the file'}\`: ${message}.`),
      ),
    };
  const { signal } = read.data;
  const compiled = compileMapping(signal);
  if ('fault' in compiled)
    return { faults: [fault(inScalar(document, source, compiled.fault.position), compiled.fault.message)] };
  const { bus, pattern } = read.data;
  return { mapping: { name: basename(file, '.yaml'), bus, pattern, signal } };
};

/** Every mapping in a folder, by name. Throws an error that lists every mistake with its place. */
export const readMappings = (folder: string): readonly Mapping[] => {
  const read = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => readMapping(join(folder, name)));
  const faults = read.flatMap((one) => ('faults' in one ? one.faults : []));
  if (faults.length > 0) throw new Error(faults.map(spell).join('\n'));
  return read.flatMap((one) => ('mapping' in one ? [one.mapping] : []));
};

/** `mappings/shopify.yaml:12:5` and what is wrong there. */
export const spell = ({ file, line, column, message }: Fault): string => `${file}:${line}:${column}\n  ${message}`;

/** Where a field is written; where it is missing, where the nearest thing around it is. */
const offsetOf = (document: Document, path: readonly PropertyKey[]): number => {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
};

/** Where character `position` of the expression stands in the file: its lines are indented there, and begin below `signal: |`. */
const inScalar = (document: Document, source: string, position: number): number => {
  const node = document.get('signal', true);
  if (!isScalar(node) || !node.range) return 0;
  const [start] = node.range;
  if (node.type !== 'BLOCK_LITERAL') return start;
  const before = String(node.value).slice(0, position).split('\n');
  const first = source.indexOf('\n', start) + 1;
  const lines = source.slice(first).split('\n');
  const above = lines.slice(0, before.length - 1).reduce((length, line) => length + line.length + 1, 0);
  const indent = lines.find((line) => line.trim() !== '')?.search(/\S/) ?? 0;
  return first + above + indent + (before.at(-1)?.length ?? 0);
};
