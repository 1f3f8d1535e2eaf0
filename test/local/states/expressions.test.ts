import { describe, expect, it } from 'vitest';
import { createExpressions } from '../../../local/states/jsonata/expressions.ts';
import { ground, jsonata } from './ground.ts';
import { START } from './small-world.ts';

const { compile } = createExpressions({ now: () => START });
const value = (source: string, bindings = {}): Promise<unknown> => compile(source).evaluate(bindings);

describe('an expression', () => {
  it.each([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$hash("segue", "SHA-256")', '562ea743e2efc4ddd7ba4a3d5f33b42ef6a11818037961db4b276c4288b72f70'],
    ['$parse("{\\"a\\":[1]}").a', [1]],
    ['$now()', '2026-01-05T09:00:00.000Z'],
    ['$now("[D1] [MNn] [Y]")', '5 January 2026'],
    ['$millis()', START],
    ['$exists($uuid())', true],
    ['$random(7) = $random(7)', true],
  ])('%s', async (source, expected) => {
    expect(await value(source)).toEqual(expected);
  });

  it('draws from nought to one', async () => {
    const drawn = (await Promise.all(Array.from({ length: 50 }, (_, seed) => value(`$random(${seed})`)))) as number[];
    expect(drawn.every((n) => n >= 0 && n < 1)).toBe(true);
    expect(new Set(drawn).size).toBe(50);
  });

  it.each(['$eval("1")', '$f := $eval', 'a ?: b', 'a ?? b', '[1 ? {"x": a ?? b}]'])('%s is refused', (source) => {
    expect(() => compile(source)).toThrow('is not supported in Step Functions');
  });

  it.each(["$contains('x', /(?:a)??/)", '$exists(a) ? a : b', "'a ?? b'", '"$eval"', '/* ?: */ 1'])(
    '%s is not',
    (source) => {
      expect(() => compile(source)).not.toThrow();
    },
  );

  it('that cannot be parsed refuses the machine, with its place', async () => {
    const broken = jsonata('A', { A: { Type: 'Pass', Output: { x: ['{% 1 + %}'] }, End: true } });
    await expect(ground().machine(broken)).rejects.toThrow(
      /JSONata expression '1 \+' is not valid.* at \/States\/A\/Output\/x\[0\]/,
    );
  });

  it('that throws says what JSONata says', async () => {
    const { describe: about, machine, start, world } = ground();
    const execution = await start(
      await machine(jsonata('A', { A: { Type: 'Pass', Output: '{% "a" + 1 %}', End: true } })),
    );
    await world.clock.quiet();
    expect((await about(execution))['cause']).toContain(
      "The JSONata expression '\"a\" + 1' specified for the field 'Output' threw an error during evaluation. T2001: The left side",
    );
  });

  it('sees its execution, machine and state', async () => {
    const { describe: about, machine, start, world } = ground();
    const arn = await machine(jsonata('A', { A: { Type: 'Pass', Output: '{% $states.context %}', End: true } }));
    const execution = await start(arn, { a: 1 }, 'once');
    await world.clock.quiet();
    expect(JSON.parse(String((await about(execution))['output']))).toEqual({
      Execution: {
        Id: execution,
        Input: { a: 1 },
        Name: 'once',
        RoleArn: 'arn:aws:iam::123456789012:role/machine',
        StartTime: '2026-01-05T09:00:00.000Z',
        RedriveCount: 0,
      },
      StateMachine: { Id: arn, Name: 'M' },
      State: { Name: 'A', EnteredTime: '2026-01-05T09:00:00.000Z', RetryCount: 0 },
    });
  });
});
