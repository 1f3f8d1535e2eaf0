import { Variable, type Liquid, type Template } from 'liquidjs/dist/liquid.browser.mjs';
import { htmlEngine, textEngine } from './liquid-engine.ts';

/** A variable of a template and where it stands. `path` is `cart.products.0.name`; what only the run knows is `*`. */
export type TemplateVariable = { readonly path: string; readonly line: number; readonly column: number };

/** What is wrong with a template's syntax, and where. */
export type TemplateFault = { readonly message: string; readonly line: number; readonly column: number };

const pathOf = (variable: Variable): string =>
  variable.segments.map((segment) => (segment instanceof Variable ? '*' : String(segment))).join('.');

const variablesIn = (engine: Liquid, template: Template[]): readonly TemplateVariable[] =>
  Object.values(engine.analyzeSync(template, { partials: false }).globals)
    .flat()
    .map((found) => ({ path: pathOf(found), line: found.location.row, column: found.location.col }));

type Position = { readonly row: number; readonly col: number };

const positionOf = (thrown: unknown): Position => {
  const token = typeof thrown === 'object' && thrown !== null && 'token' in thrown ? thrown.token : undefined;
  const place = typeof token === 'object' && token !== null && 'getPosition' in token ? token.getPosition : undefined;
  const [row, col]: readonly unknown[] = typeof place === 'function' ? place.call(token) : [];
  return { row: typeof row === 'number' ? row : 1, col: typeof col === 'number' ? col : 1 };
};

/** Deeper than any author means, and far from what would end a rendering half-way. */
const DEEPEST = 40;

/** The place of the condition or loop that stands inside too many others. */
const tooDeepAt = (source: string): number | undefined => {
  let depth = 0;
  for (const { 1: end, index } of source.matchAll(/\{%-?\s*(end)?(?:if|unless|for|case|capture)\b/g)) {
    depth += end === undefined ? 1 : -1;
    if (depth > DEEPEST) return index;
  }
  return undefined;
};

const depthFault = (source: string): TemplateFault | undefined => {
  const index = tooDeepAt(source);
  if (index === undefined) return undefined;
  const lines = source.slice(0, index).split('\n');
  const message = `conditions and loops inside one another, more than ${DEEPEST} deep`;
  return { message, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
};

/** The variables one template source reads, or its fault. `kind` decides which filters exist and what is escaped. */
export const checkTemplate = (
  source: string,
  kind: 'html' | 'text',
): { readonly variables: readonly TemplateVariable[] } | { readonly fault: TemplateFault } => {
  const tooDeep = depthFault(source);
  if (tooDeep !== undefined) return { fault: tooDeep };
  const engine = kind === 'html' ? htmlEngine : textEngine;
  try {
    return { variables: variablesIn(engine, engine.parse(source)) };
  } catch (thrown) {
    const { row, col } = positionOf(thrown);
    const message =
      thrown instanceof Error ? thrown.message.replace(/, line:\d+, col:\d+.*$/, '') : 'unreadable template';
    return { fault: { message, line: row, column: col } };
  }
};
