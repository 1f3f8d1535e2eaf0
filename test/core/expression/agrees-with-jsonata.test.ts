import * as fc from 'fast-check';
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { compileExpression, type Bindings } from '#core/expression';

/** 3,000 expressions on two customers each; `SEGUE_EXPRESSION_RUNS=50000` for 100,000 evaluations, in some minutes. */
const RUNS = Number(process.env['SEGUE_EXPRESSION_RUNS'] ?? 3_000);

const NAMES = ['cart', 'items', 'name', 'price', 'tags', 'plan', 'total', 'missing'];
const name = fc.constantFrom(...NAMES);
const root = fc.constantFrom('profile', 'entry', 'event', 'seen', 'steps', 'now');

/** Few values, so that comparisons hit; every type, lists in lists, lists of one and of none. */
const scalar = fc.oneof(
  fc.constantFrom('a', 'b', 'vip', '', ' Ab  c ', '10', '0x1F', '2026-01-05T09:00:00.000Z', '2026-01-05', 'é😀x'),
  fc.constantFrom(0, 1, 2, -1, 0.5, 2.5, 10, 99.95, 1e21),
  fc.constantFrom(true, false, null),
);
const { data } = fc.letrec<{ data: unknown; list: unknown; record: unknown }>((tie) => ({
  data: fc.oneof({ depthSize: 'small' }, scalar, tie('list'), tie('record')),
  list: fc.array(tie('data'), { maxLength: 3 }),
  record: fc.dictionary(name, tie('data'), { maxKeys: 4 }),
}));
const products = fc.array(
  fc.record({ name: scalar, price: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), scalar), tags: data }),
  { maxLength: 4 },
);
const bindings = fc.record(
  {
    profile: fc.oneof(data, fc.record({ cart: fc.record({ items: products }), tags: data })),
    entry: data,
    event: data,
    seen: data,
    steps: data,
    now: scalar,
  },
  { requiredKeys: ['profile'] },
);

const literal = fc.oneof(
  fc.constantFrom(
    '"a"',
    "'vip'",
    '"10"',
    "''",
    "'2026-01-05T09:00:00Z'",
    '0',
    '1',
    '2',
    '-1',
    '2.5',
    '100',
    'true',
    'false',
    'null',
  ),
  fc.constantFrom("['a','b','vip']", '[1,2]', '[]', '[[1],[2,3]]', '[0]', "['a', 1]"),
);
const unary = fc
  .constantFrom(
    'exists count not boolean lowercase uppercase sum max min average string number length trim toMillis fromMillis distinct round floor ceil abs'.split(
      ' ',
    ),
  )
  .chain((names) => fc.constantFrom(...names));
const operator = fc.constantFrom('=', '!=', '<', '<=', '>', '>=', 'in', '+', '-', '*', '/', '%', '&', 'and', 'or');

/** Corners that chance seldom reaches: halves, lists in brackets in lists, sequences of one, items that are lists. */
const corner = fc.constantFrom(
  '$round(2.5)',
  '$round(-1.5)',
  '[[1,2,3][$ > 1]]',
  '[[1,2][0], 3]',
  '$distinct(profile.cart.items.tags)',
  '$distinct(profile.cart.items.price)',
  'profile.tags[$.name = name]',
  'profile.tags[$count($.name) > 0]',
  'profile.cart.items.(tags[$.price > 1])',
  '$substring("é😀x", -2, 1)',
  '$string([0.1 + 0.2, null, profile.cart])',
);
type Grammar = { value: string; path: string; predicate: string; inner: string; filter: string };
/** `value` stands where roots are; `inner` stands in brackets, where names are fields of the item. */
const { value } = fc.letrec<Grammar>((tie) => {
  const compound = (of: fc.Arbitrary<string>): fc.Arbitrary<string>[] => [
    fc.tuple(of, operator, of).map(([left, symbol, right]) => `(${left} ${symbol} ${right})`),
    fc.tuple(unary, of).map(([call, input]) => `$${call}(${input})`),
    fc.tuple(of, of).map(([text, part]) => `$contains(${text}, ${part})`),
    fc.tuple(of, of).map(([text, start]) => `$substring(${text}, ${start})`),
    fc.tuple(of, of, of).map((inputs) => `$substring(${inputs.join(', ')})`),
    fc.tuple(of, of, of).map(([when, then, otherwise]) => `(${when} ? ${then} : ${otherwise})`),
    fc.tuple(of, of).map(([when, then]) => `(${when} ? ${then})`),
    fc.array(of, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    of.map((negated) => `-${negated}`),
    fc.tuple(of, tie('filter')).map(([filtered, filter]) => `(${filtered})${filter}`),
    fc.tuple(of, name, tie('filter')).map(([start, field, filter]) => `(${start})${filter}.${field}`),
  ];
  return {
    filter: fc.oneof(
      fc.constantFrom('[0]', '[1]', '[-1]', '[true]', '[[0,1]]', "['x']"),
      tie('inner').map((test) => `[${test}]`),
    ),
    predicate: fc.tuple(name, fc.option(tie('filter'))).map(([field, filter]) => `.${field}${filter ?? ''}`),
    path: fc
      .tuple(
        root,
        fc.array(
          fc.oneof(
            name.map((field) => `.${field}`),
            tie('predicate'),
            tie('inner').map((step) => `.(${step})`),
          ),
          { maxLength: 4 },
        ),
      )
      .map(([start, steps]) => `${start}${steps.join('')}`),
    inner: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      name,
      literal,
      fc.constantFrom('$', '$.price', '$$.profile.cart', 'price > 1', 'tags.name'),
      fc.tuple(name, name).map((names) => names.join('.')),
      ...compound(tie('inner')),
    ),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('path'),
      literal,
      corner,
      ...compound(tie('value')),
    ),
  };
});

/** Undefined, NaN and infinities do not survive JSON; marks on arrays do not matter. */
const plain = (result: unknown): unknown => {
  if (Array.isArray(result)) return result.map(plain);
  if (result === undefined || (typeof result === 'number' && !Number.isFinite(result))) return `(${String(result)})`;
  if (typeof result !== 'object' || result === null) return Object.is(result, -0) ? 0 : result;
  return Object.fromEntries(Object.entries(result).map(([key, field]) => [key, plain(field)]));
};

type Outcome = { readonly value: unknown; readonly mismatch?: never } | { readonly mismatch: string };

const interpreted = async (source: string, input: Bindings): Promise<Outcome> => {
  try {
    return { value: plain(await jsonata(source).evaluate(input)) };
  } catch (thrown) {
    return { mismatch: (thrown as { code?: string }).code ?? String(thrown) };
  }
};

const compiled = (source: string, input: Bindings): Outcome => {
  const expression = compileExpression(source);
  if (!expression.ok) throw new Error(`${source}: ${expression.message}`);
  const result = expression.evaluate(input);
  return 'value' in result ? { value: plain(result.value) } : result;
};

/** Items of a list are evaluated side by side by the interpreter: which of two mismatches it names is chance. */
const named = (source: string, outcome: Outcome): Outcome =>
  'mismatch' in outcome && /\[.*,/s.test(source) ? { mismatch: 'one of several' } : outcome;

/**
 * The differences there are, all of `$fromMillis`: a number that is no date (JSONata writes `0NaN-NaN…`) and a picture that
 * takes its number from the context are mismatches here.
 */
const isOurs = (source: string, { mismatch }: { readonly mismatch?: string }): boolean =>
  source.includes('$fromMillis') && (mismatch === 'D3110' || mismatch === 'T0411');

test(
  'a condition means here what it means to JSONata, on every customer',
  async () => {
    await fc.assert(
      fc.asyncProperty(value, bindings, bindings, async (source, ...inputs) => {
        for (const input of inputs as Bindings[]) {
          const [ours, theirs] = [compiled(source, input), await interpreted(source, input)];
          const expected = isOurs(source, ours) ? ours : theirs;
          expect(named(source, ours)).toEqual(named(source, expected));
        }
      }),
      { numRuns: RUNS },
    );
  },
  60_000 + 20 * RUNS,
);
