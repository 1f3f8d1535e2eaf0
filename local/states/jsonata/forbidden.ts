/**
 * What AWS's JSONata lacks and the library has: `$eval`, and the operators `?:` and `??` of version 2.1.
 * Returns the first one an expression uses. An operator is read from the text before its node, because the
 * library turns it into the same tree as a written-out condition; a regular expression is one node of its own.
 */
export function forbidden(source: string, ast: unknown): string | undefined {
  if (typeof ast !== 'object' || ast === null) return undefined;
  const node = new Map<string, unknown>(Object.entries(ast));
  if (node.get('type') === 'variable' && node.get('value') === 'eval') return '$eval';
  const operator = operatorBefore(source, node);
  if (operator !== undefined) return operator;
  for (const child of node.values()) {
    const found = forbidden(source, child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function operatorBefore(source: string, node: ReadonlyMap<string, unknown>): string | undefined {
  const position = node.get('position');
  if (node.get('type') !== 'condition' || typeof position !== 'number') return undefined;
  const text = source.slice(position - 2, position);
  return text === '?:' || text === '??' ? text : undefined;
}
