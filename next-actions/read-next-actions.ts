import { existsSync, readFileSync } from 'node:fs';
import { checkNextActions, type NextAction } from '#core/customer';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';

/** Where a field is written; where it is missing, where the nearest thing around it is. */
const offsetOf = (document: Document, path: readonly (string | number)[]): number => {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
};

/** The rules of a file, checked. Throws an error that lists every mistake with its place. */
export const readNextActions = (file: string): readonly NextAction[] => {
  if (!existsSync(file)) return [];
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const spell = (offset: number, message: string): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}\n  ${message}`;
  };
  const torn = document.errors.map(({ pos: [start], message }) => spell(start, message.split('\n')[0] ?? ''));
  if (torn.length > 0) throw new Error(torn.join('\n'));
  const { actions, problems } = checkNextActions(document.toJS());
  if (actions === undefined)
    throw new Error(problems.map(({ path, message }) => spell(offsetOf(document, path), message)).join('\n'));
  return actions;
};
