import * as z from 'zod';
import { FUNCTIONS } from '../functions.ts';
import { nearest, Refused, REFUSALS } from './refusal.ts';
import { OPERATORS, type Filter, type Operator, type Step, type Syntax } from './syntax.ts';

/** A node as JSONata's parser leaves it; children are looked at when their turn comes. */
const Node = z.looseObject({ type: z.string(), value: z.unknown().optional(), position: z.number().optional() });
type Node = z.infer<typeof Node>;
const Nodes = z.array(z.unknown());
const Literal = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const isOperator = z.enum(OPERATORS);

/** Deeper expressions are refused, so that neither checking nor evaluation can exhaust the stack. */
const MAX_DEPTH = 60;

/** Where a node stands: how deep, after which position, whether `$` means something there, and what the roots are. */
type Place = {
  readonly depth: number;
  readonly after: number;
  readonly isInside: boolean;
  readonly roots: readonly string[];
};

/** A position of JSONata's is the end of its token; people look for the beginning. */
const startOf = ({ position, value }: Node, { after }: Place): number =>
  position === undefined ? after : Math.max(0, position - (typeof value === 'string' ? value.length : 0));

const refuse = (node: Node, place: Place, what: keyof typeof REFUSALS): never => {
  const [message, hint] = REFUSALS[what];
  throw new Refused(startOf(node, place), `${message} cannot be used in an expression`, hint);
};

const inside = (place: Place): Place => ({ ...place, isInside: true });

const filtersOf = (filters: unknown, place: Place): readonly Filter[] =>
  Nodes.parse(filters ?? []).map((raw): Filter => {
    const stage = Node.parse(raw);
    if (stage.type !== 'filter') return refuse(stage, place, 'position');
    const expression = Node.parse(stage['expr']);
    if (expression.type === 'number') return { kind: 'index', index: Number(expression.value) };
    return { kind: 'where', test: checkSyntax(expression, inside(place)) };
  });

const stepOf = (raw: unknown, place: Place, isFirst: boolean): Step => {
  const node = Node.parse(raw);
  if (node['consarray'] === true) return refuse(node, place, 'array-step');
  if (node['index'] !== undefined || node['focus'] !== undefined) return refuse(node, place, 'position');
  const { stages, ...bare } = node;
  const filters = filtersOf(stages, place);
  if (node.type === 'name') return { of: { kind: 'field', name: String(node.value) }, filters };
  return { of: checkSyntax(bare, isFirst ? place : inside(place)), filters };
};

const checkRoot = (raw: unknown, place: Place): void => {
  const node = Node.parse(raw);
  const name = String(node.value);
  if (node.type !== 'name' || place.isInside || place.roots.includes(name)) return;
  const hint = nearest(name, place.roots) ?? `an expression reads ${place.roots.join(', ')}`;
  throw new Refused(startOf(node, place), `"${name}" is nothing an expression can read`, hint);
};

const pathOf = (node: Node, place: Place): Syntax => {
  if (node['keepSingletonArray'] === true) return refuse(node, place, 'keep-array');
  const [first, second] = Nodes.parse(node['steps']);
  checkRoot(first, place);
  const start = Node.parse(first);
  if (start.type === 'variable' && start.value === '$' && second !== undefined)
    checkRoot(second, { ...place, isInside: false });
  return { kind: 'path', steps: Nodes.parse(node['steps']).map((step, index) => stepOf(step, place, index === 0)) };
};

const variableOf = (node: Node, place: Place): Syntax => {
  const name = String(node.value);
  if (name === '') return place.isInside ? { kind: 'item' } : refuse(node, place, 'bare-item');
  if (name === '$') return { kind: 'root' };
  const hint = place.roots.includes(name) ? `write ${name} without $` : 'an expression has no variables';
  throw new Refused(startOf(node, place) - 1, `$${name} is not known`, hint);
};

const callOf = (node: Node, place: Place): Syntax => {
  const procedure = Node.parse(node['procedure']);
  const name = String(procedure.value);
  const start = startOf(procedure, place) - 1;
  const builtin = procedure.type === 'variable' ? FUNCTIONS.get(name) : undefined;
  if (name === 'now' || name === 'millis')
    throw new Refused(
      start,
      `$${name}() reads the clock`,
      place.roots.includes('now') ? 'write now, the time of evaluation' : 'let a wait or a within say when',
    );
  if (builtin === undefined) {
    const known = [...FUNCTIONS.keys()].map((each) => `$${each}`);
    throw new Refused(
      start,
      `$${name} is not available`,
      nearest(`$${name}`, known) ?? `available: ${known.join(', ')}`,
    );
  }
  const inputs = Nodes.parse(node['arguments']).map((input) => checkSyntax(input, place));
  const [fewest, most] = builtin.inputs;
  if (inputs.length >= fewest && inputs.length <= most) return { kind: 'call', name, inputs };
  const count = fewest === most ? `${fewest}` : `${fewest} or ${most}`;
  throw new Refused(
    start,
    `$${name} takes ${count}, not ${inputs.length}`,
    `put ${count} between the brackets, with commas`,
  );
};

const binaryOf = (node: Node, place: Place): Syntax => {
  const operator = isOperator.safeParse(node.value);
  if (!operator.success) return refuse(node, place, node.value === '..' ? 'range' : 'unknown');
  const [left, right] = [checkSyntax(node['lhs'], place), checkSyntax(node['rhs'], place)];
  return { kind: 'binary', operator: operator.data satisfies Operator, left, right };
};

const unaryOf = (node: Node, place: Place): Syntax => {
  if (node.value === '-') return { kind: 'negative', of: checkSyntax(node['expression'], place) };
  if (node.value !== '[') return refuse(node, place, 'object');
  return { kind: 'array', items: Nodes.parse(node['expressions']).map((item) => checkSyntax(item, place)) };
};

/** `a ?: b` and `a ?? b` arrive as conditions; Step Functions has neither. They give themselves away by their positions. */
const conditionOf = (node: Node, place: Place): Syntax => {
  const test = Node.parse(node['condition']);
  if (test.type === 'function' && test.position === undefined) return refuse(node, place, 'default');
  if (JSON.stringify(test) === JSON.stringify(node['then'])) return refuse(node, place, 'elvis');
  const [tested, consequent] = [checkSyntax(test, place), checkSyntax(node['then'], place)];
  const alternative = node['else'] === undefined ? {} : { alternative: checkSyntax(node['else'], place) };
  return { kind: 'condition', test: tested, consequent, ...alternative };
};

const groupOf = (node: Node, place: Place): Syntax => {
  const [only, ...more] = Nodes.parse(node['expressions']);
  if (only === undefined || more.length > 0) return refuse(node, place, 'block');
  return { kind: 'group', of: checkSyntax(only, place) };
};

const bareSyntax = (node: Node, place: Place): Syntax => {
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return { kind: 'literal', value: Literal.parse(node.value) };
    case 'path':
      return pathOf(node, place);
    case 'name':
      return { kind: 'field', name: String(node.value) };
    case 'variable':
      return variableOf(node, place);
    case 'binary':
      return binaryOf(node, place);
    case 'unary':
      return unaryOf(node, place);
    case 'condition':
      return conditionOf(node, place);
    case 'block':
      return groupOf(node, place);
    case 'function':
      return callOf(node, place);
    case 'regex':
    case 'lambda':
    case 'partial':
    case 'apply':
    case 'bind':
    case 'transform':
    case 'wildcard':
    case 'descendant':
    case 'parent':
    case 'sort':
      return refuse(node, place, node.type);
    default:
      return refuse(node, place, 'unknown');
  }
};

/**
 * What the portable subset makes of a node of JSONata's syntax tree.
 * @throws Refused with position, reason and hint for everything outside the subset.
 */
export const checkSyntax = (raw: unknown, place: Place): Syntax => {
  const node = Node.parse(raw);
  const here = { ...place, depth: place.depth + 1, after: node.position ?? place.after };
  if (here.depth > MAX_DEPTH) return refuse(node, place, 'too-deep');
  if (node['group'] !== undefined) return refuse(node, here, 'object');
  const of = bareSyntax(node, here);
  const filters = filtersOf(node['predicate'], here);
  return filters.length === 0 ? of : { kind: 'filtered', of, filters };
};
