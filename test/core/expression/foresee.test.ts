import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyData, compileExpression, foresee, type Kind, kinds, onMismatch } from '#core/expression';

const roots = ['profile'];
const given: Readonly<Record<string, ReturnType<typeof kinds>>> = {
  'profile.n': kinds('number'),
  'profile.t': kinds('text', 'nothing'),
  'profile.b': kinds('true', 'false'),
};
const at = (path: readonly string[]) => given[path.join('.')] ?? anyData;
const gives = (source: string) => [...(foresee(source, roots, at)?.gives ?? [])].toSorted();

describe('what an expression may give', () => {
  test.each<readonly [string, readonly Kind[]]>([
    ['1', ['number']],
    ['"a"', ['text']],
    ['null', ['null']],
    ['[1]', ['list']],
    ['profile.n', ['number']],
    ['profile.t', ['nothing', 'text']],
    ['profile.n = 1', ['false', 'true']],
    ['profile.n = "a"', ['false']],
    ['profile.n != "a"', ['true']],
    ['profile.t != 1', ['false', 'true']],
    ['profile.b = true', ['false', 'true']],
    ['profile.n > 1', ['false', 'mismatch', 'true']],
    ['profile.t > 1', ['mismatch', 'nothing']],
    ['profile.n > "1"', ['mismatch']],
    ['profile.n + 1', ['mismatch', 'number']],
    ['profile.n + profile.t', ['mismatch', 'nothing']],
    ['-profile.n', ['mismatch', 'nothing', 'number']],
    ['profile.n & "a"', ['mismatch', 'text']],
    ['profile.b and profile.n > 1', ['false', 'mismatch', 'true']],
    ['profile.b and profile.n = "a"', ['false']],
    ['profile.b or profile.n = "a"', ['false', 'true']],
    ['profile.n in [1, 2]', ['false', 'true']],
    ['profile.n in ["a"]', ['false']],
    ['$count(profile.x)', ['number']],
    ['$exists(profile.n)', ['true']],
    ['$exists(profile.t)', ['false', 'true']],
    ['$not(profile.b)', ['false', 'true']],
    ['$not(profile.t)', ['false', 'nothing', 'true']],
    ['$boolean(profile.n)', ['false', 'true']],
    ['$contains(profile.t, "a")', ['false', 'mismatch', 'nothing', 'true']],
    ['$contains(profile.n, "a")', ['mismatch', 'nothing']],
    ['$length(profile.t)', ['mismatch', 'nothing', 'number']],
    ['$trim(profile.t)', ['mismatch', 'nothing', 'text']],
    ['profile.b ? 1 : "a"', ['number', 'text']],
    ['profile.b ? 1', ['nothing', 'number']],
    ['1 < 2', ['true']],
    ['"a" < 2', ['mismatch']],
    ['$count([1, 2]) = 2', ['true']],
  ])('%s: %j', (source, expected) => expect(gives(source)).toEqual([...expected].toSorted()));

  test('is not known of what does not compile', () => expect(foresee('a +', roots, at)).toBeUndefined());
});

/** Never less than what it does give: whatever the data, the value is of a foreseen kind. */
test('what is foreseen includes what happens', () => {
  const scalar = fc.constantFrom(0, 1, 2.5, '', 'a', '10', true, false, null, undefined);
  const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.record({ x: scalar }));
  const data = fc.record({
    n: fc.integer({ min: -3, max: 3 }),
    t: fc.constantFrom('a', '', undefined),
    b: fc.boolean(),
    x: value,
  });
  const leaf = fc.constantFrom(
    'profile.n',
    'profile.t',
    'profile.b',
    'profile.x',
    'profile.x.x',
    '1',
    '"a"',
    'true',
    'null',
    '[1, "a"]',
  );
  const { of } = fc.letrec<{ of: string }>((tie) => ({
    of: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc
        .tuple(tie('of'), fc.constantFrom('=', '!=', '<', '>=', 'and', 'or', 'in', '+', '&'), tie('of'))
        .map((parts) => `(${parts.join(' ')})`),
      fc
        .tuple(fc.constantFrom('count', 'exists', 'not', 'boolean', 'string', 'number', 'length', 'sum'), tie('of'))
        .map(([name, input]) => `$${name}(${input})`),
      fc.tuple(tie('of'), tie('of'), tie('of')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    ),
  }));
  const kindOf = (result: unknown): Kind => {
    if (result === undefined) return 'nothing';
    if (result === null) return 'null';
    if (Array.isArray(result)) return 'list';
    if (typeof result === 'boolean') return result ? 'true' : 'false';
    return ({ number: 'number', string: 'text' } as const)[typeof result as 'number'] ?? 'object';
  };
  fc.assert(
    fc.property(of, data, (source, profile) => {
      const expression = compileExpression(source, roots);
      if (!expression.ok) return;
      const result = expression.evaluate({ profile: profile as never });
      const foreseen = foresee(source, roots, at);
      const kind = 'mismatch' in result ? 'mismatch' : kindOf(result.value);
      expect([...(foreseen?.gives ?? [])]).toContain(kind);
      if (foreseen?.isAlwaysTrue === true) expect(result).toEqual({ value: true });
      if (foreseen?.contradiction !== undefined) expect(result).not.toEqual({ value: true });
    }),
    { numRuns: 3_000 },
  );
});

describe('an expression that met data it has no meaning for', () => {
  const evaluate = (source: string, profile: object) => {
    const expression = compileExpression(source, roots);
    if (!expression.ok) throw new Error(expression.message);
    return expression.evaluate({ profile: profile as never });
  };
  test('is told to whoever counts, once each, until they have heard enough', () => {
    const heard: unknown[] = [];
    const stop = onMismatch((mismatch) => heard.push(mismatch));
    expect(evaluate('profile.n < 3', { n: 'a' })).toEqual({ mismatch: 'T2009' });
    evaluate('profile.n < 3', { n: 1 });
    expect(heard).toEqual([{ source: 'profile.n < 3', code: 'T2009' }]);
    stop();
    evaluate('profile.n < 3', { n: 'a' });
    expect(heard).toHaveLength(1);
  });
  test('has no more work than it may do', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => ({ x: i }));
    expect(evaluate('$count(profile.many[$count($$.profile.many.x) > 3]) > 1', { many })).toEqual({
      mismatch: 'D1012',
    });
    expect(evaluate('$count(profile.many[x > 3]) > 1', { many })).toEqual({ value: true });
  });
  test('reads no deeper than data may be', () => {
    let [one, other]: unknown[] = [1, 1];
    for (let depth = 0; depth < 300; depth++) [one, other] = [[one], [other]];
    expect(evaluate('profile.one = profile.other', { one, other })).toEqual({ mismatch: 'D1011' });
  });
  test('is refused where it has too many brackets', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}profile.b${')'.repeat(depth)}`;
    expect(compileExpression(nested(55), roots).ok).toBe(true);
    expect(compileExpression(nested(65), roots)).toMatchObject({
      ok: false,
      message: expect.stringContaining('60 levels'),
    });
  });
});
