import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkSegment, type SegmentDocument } from '#core/segment';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';

/** A mistake in a file. `line` and `column` count from 1. */
type Fault = { readonly file: string; readonly line: number; readonly column: number; readonly message: string };
type Read = { readonly segment: SegmentDocument } | { readonly faults: readonly Fault[] };

/** Where a field is written; where it is missing, where the nearest thing around it is. */
const offsetOf = (document: Document, path: readonly (string | number)[]): number => {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
};

const readSegment = (file: string): Read => {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const fault = (offset: number, message: string): Fault => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, message };
  };
  if (document.errors.length > 0)
    return { faults: document.errors.map(({ pos: [start], message }) => fault(start, message.split('\n')[0] ?? '')) };
  const { segment, problems } = checkSegment(document.toJS());
  if (segment === undefined)
    return { faults: problems.map(({ path, message }) => fault(offsetOf(document, path), message)) };
  const name = basename(file, '.yaml');
  if (segment.name === name) return { segment };
  return {
    faults: [
      fault(
        offsetOf(document, ['name']),
        `The segment of ${name}.yaml is called \`${name}\`, not \`${segment.name}\`.`,
      ),
    ],
  };
};

const spell = ({ file, line, column, message }: Fault): string => `${file}:${line}:${column}\n  ${message}`;

/** Whether a segment asks for consent: it must know then which topics wait for a confirmation. */
const asksForConsent = ({ when }: SegmentDocument): boolean =>
  /\bprofile\b(?!\.(?!`?consent)[\w`])/.test(JSON.stringify(when));

/**
 * Every segment of a folder that is live, by name. Throws an error that lists every mistake with its place.
 * @param confirm the topics that ask for a double opt-in
 */
export const readSegments = (folder: string, confirm: readonly string[] = []): readonly SegmentDocument[] => {
  if (!existsSync(folder)) return [];
  const read = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => readSegment(join(folder, name)));
  const faults = read.flatMap((one) => ('faults' in one ? one.faults : []));
  if (faults.length > 0) throw new Error(faults.map(spell).join('\n'));
  return read
    .flatMap((one) => ('segment' in one && one.segment.live !== false ? [one.segment] : []))
    .map((segment) =>
      confirm.length > 0 && asksForConsent(segment) ? { ...segment, confirm: [...confirm] } : segment,
    );
};
