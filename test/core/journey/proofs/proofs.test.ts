import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, JourneyDocument, planJourney, prices, proofLines, proofsOf } from '#core/journey';
import { runs } from '../../../setup/runs.ts';

const topics = { promotions: 'marketing', service: 'transactional' } as const;
const hour = 3_600_000;
const day = 24 * hour;

const journeyOf = (steps: readonly object[], fields: object = {}) =>
  JourneyDocument.parse({ name: 'j', triggers: [{ signal: 'X' }], topic: 'promotions', steps, ...fields });
const proved = (...steps: readonly object[]) => proofsOf(journeyOf(steps), { topics });

const wait = (time: string) => ({ wait: time });
const send = (...channels: readonly string[]) => ({
  send: { message: 'm', channels: channels.length > 0 ? channels : ['email'] },
});
const waitFor = (within: string, then: object = {}) => ({ waitFor: { a: { on: 'A' } }, within, then });
const branch = (then: readonly object[], otherwise?: readonly object[]) => ({
  branch: [{ when: 'profile.traits.a', then }],
  ...(otherwise && { otherwise }),
});
const repeat = (times: number, every: string, ...steps: readonly object[]) => ({ repeat: { every, times, steps } });
const repeatUntil = (times: number, every: string, ...steps: readonly object[]) => ({
  repeat: { every, times, until: 'profile.traits.a', steps },
});

describe('the longest a run can take', () => {
  test.each([
    [[wait('4 hours'), wait('1 day')], day + 4 * hour],
    [[waitFor('2 days', { a: [wait('5 days')], timeout: [wait('1 day')] })], 7 * day],
    [[branch([wait('1 day')], [wait('3 days')]), wait('1 hour')], 3 * day + hour],
    [[branch([wait('9 days'), { end: 'x' }]), wait('1 day')], 9 * day],
    [[repeat(3, '1 day', wait('2 hours'))], 2 * day + 6 * hour],
    [[repeat(3, '1 day', branch([wait('9 days'), { end: 'x' }])), wait('1 hour')], 11 * day],
    [[{ task: { to: 'a', title: 'b', outcomes: ['x'], due: '2 days' } }], 2 * day],
    [[{ task: { to: 'a', title: 'b', due: '2 days' } }], 0],
    [[{ start: { journey: 'x', wait: true, within: '5 days' } }], 5 * day],
    [[{ start: { journey: 'x', within: '5 days' } }], 0],
    [[wait('until 09:00')], 25 * hour],
    [[wait('until best time')], 25 * hour],
    [[wait('until Monday at 09:00')], 7 * day + hour],
    [[wait('until entry + 3 days')], 3 * day],
    [[wait('until entry - 3 days')], 0],
    [[wait('until entry + 3 days at 09:00')], 4 * day + hour],
    [[{ wait: 'until renewal', otherwise: [wait('3 days')] }], 3 * day],
    [[branch([{ goto: 'z' }]), wait('1 day'), { id: 'z', wait: '1 hour' }], day + hour],
  ] as const)('%j', (steps, ms) => expect(proved(...steps).longestMs).toBe(ms));

  test('counts every hold of what may be held', () => {
    const held = (fields: object) =>
      proofsOf(
        journeyOf([send(), send()], {
          window: { from: '08:00', to: '20:00', zone: 'UTC', atMost: '12 hours', ...fields },
        }),
        { topics },
      ).longestMs;
    expect(held({})).toBe(day);
    expect(held({ otherwise: 'skip' })).toBe(0);
    expect(
      proofsOf(journeyOf([send()], { topic: 'service', window: { from: '08:00', to: '20:00', zone: 'UTC' } }), {
        topics,
      }).longestMs,
    ).toBe(0);
    expect(proved(send()).longestMs).toBe(0);
  });
  test('says that a date of the customer is not in it', () => {
    expect(proved(wait('until renewal')).waitsForDate).toBe(true);
    expect(proved(wait('until entry.properties.x')).waitsForDate).toBe(true);
    for (const time of ['1 day', 'until 09:00', 'until entry', 'until best time'])
      expect(proved(wait(time)).waitsForDate).toBe(false);
  });
});

describe('the most messages', () => {
  const messages = (...steps: readonly object[]) => {
    const { total, perDay } = proved(...steps).messages;
    return [total, perDay];
  };
  test.each([
    [[wait('1 day')], 0, 0],
    [[send(), send()], 2, 2],
    [[send(), wait('23 hours'), send()], 2, 2],
    [[send(), wait('24 hours'), send()], 2, 1],
    [[send(), waitFor('3 days'), send()], 2, 2],
    [[send(), waitFor('3 days', { a: [{ end: 'x' }] }), send()], 2, 1],
    [[branch([send(), send()], [send()]), send()], 3, 3],
    [[branch([send(), { end: 'x' }]), wait('1 day'), send(), send()], 2, 2],
    [[repeat(5, '6 hours', send())], 5, 4],
    [[repeat(5, '1 day', send())], 5, 1],
    [[repeat(2, '1 hour', send(), send()), send()], 5, 5],
    [[repeatUntil(10, '23 hours', send()), send()], 11, 3],
    [[repeat(1000, '1 minute', send())], 1000, 1000],
    [[send(), wait('until 09:00'), send()], 2, 2],
    [
      [
        send(),
        {
          split: [
            { arm: 'a', percent: 50, then: [send()] },
            { arm: 'b', percent: 50 },
          ],
        },
      ],
      2,
      2,
    ],
    [
      [
        {
          decide: [
            { option: 'a', then: [send()] },
            { option: 'b', when: 'profile.traits.a', then: [send(), send()] },
          ],
        },
      ],
      2,
      2,
    ],
  ] as const)('%j', (steps, total, perDay) => expect(messages(...steps)).toEqual([total, perDay]));

  test('by channel counts whatever a message may go by', () => {
    const all = proved(send('email', 'sms'), send('sms'), {
      send: { message: 'm', channels: 'preferred', among: ['push', 'email'] },
    }).messages;
    expect(all).toEqual({ total: 3, perDay: 3, email: 2, sms: 2, push: 1 });
  });
});

describe('the states a run enters', () => {
  const states = (...steps: readonly object[]) => {
    const { least, most } = proved(...steps).transitions;
    return [least, most];
  };
  test.each([
    [[wait('4 hours'), send(), waitFor('1 day', { a: [{ end: 'x' }] }), send()], 2, 3],
    [[wait('4 hours'), send(), waitFor('1 day'), send()], 3, 3],
    [[wait('1 day')], 2, 2],
    [[send(), wait('1 day'), send()], 2, 2],
    [[send()], 1, 1],
    [[send(), wait('1 day'), { end: 'x' }], 2, 2],
    [[waitFor('1 day', { a: [{ end: 'x' }], timeout: [{ end: 'y' }] })], 1, 2],
    [[branch([wait('1 day')], [wait('2 days')])], 2, 3],
    [[branch([wait('1 day')])], 1, 2],
    [[repeat(3, '1 day', send())], 3, 3],
    [[repeatUntil(3, '1 day', send())], 1, 3],
    [[send(), wait('until 09:00'), send()], 1, 3],
  ] as const)('%j', (steps, least, most) => expect(states(...steps)).toEqual([least, most]));
});

describe('what it costs', () => {
  test('is what its states, calls, rows and messages cost', () => {
    const { cost } = proofsOf(
      journeyOf([wait('4 hours'), send('email'), waitFor('1 day', { a: [{ end: 'x' }] }), send('sms', 'push')]),
      { topics },
    );
    expect(cost.country).toBe('US');
    expect(cost.messages).toBeCloseTo(0.16 + 8.83, 6);
    expect(cost.running).toBeGreaterThan(0.075);
    expect(cost.running).toBeLessThan(0.13);
  });
  test('is that of the dearest channel a message may take', () => {
    const fee = (...channels: readonly string[]) => proved(send(...channels)).cost.messages;
    expect(fee('email')).toBeCloseTo(1000 * prices.email, 9);
    expect(fee('push')).toBeCloseTo(1000 * prices.push, 9);
    expect(fee('push', 'sms', 'email')).toBeCloseTo(1000 * prices.smsPart.US, 9);
  });
  test('is nothing for messages where none is sent', () => expect(proved(wait('1 day')).cost.messages).toBe(0));
  test('is the sum of its parts, as they would stand on a bill', () => {
    const { transition, lambdaRequest, lambdaGbSecond, logGb, write, read, event, queueRequest } = prices;
    const call = lambdaRequest + 0.06 * lambdaGbSecond + (0.25 / 1_048_576) * logGb + 2 * read;
    const signal = event + 1.2 * queueRequest + 2 * write;
    const [waited, called] = [transition + write, transition + write + call];
    const entry = signal + 2 * write;
    const bill = (...steps: readonly object[]) => proved(...steps).cost.running / 1000;
    expect(bill(wait('1 day'))).toBeCloseTo(entry + waited + called, 9);
    expect(bill({ emit: { event: 'E' } }, wait('1 day'))).toBeCloseTo(entry + 2 * called + signal + write, 9);
    expect(bill(send(), wait('1 day'))).toBeCloseTo(entry + 2 * called + 9 * write + 2.5 * signal, 9);
    expect(bill(wait('until renewal'))).toBeCloseTo(entry + called + waited + called, 9);
  });
  test('grows with every state and every message', () => {
    const running = (...steps: readonly object[]) => proved(...steps).cost.running;
    expect(running(wait('1 day'), wait('1 day')) - running(wait('1 day'))).toBeCloseTo(1000 * (25e-6 + 0.625e-6), 6);
    expect(running(send(), send())).toBeGreaterThan(running(send()));
    expect(running({ emit: { event: 'E' } }, wait('1 day'))).toBeGreaterThan(running(wait('1 day')));
  });
});

test('said, they fit a narrow terminal', () => {
  const lines = proofLines(proved(wait('4 hours'), send('sms'), wait('until renewal')));
  expect(lines[0]).toBe('at most 4 hours, and until a date of the customer');
  expect(lines[1]).toBe('at most 1 message, 1 in 24 hours; email 0, sms 1, push 0');
  expect(lines[2]).toBe('2 to 4 state transitions');
  expect(lines[3]).toMatch(/^per 1,000: at most \$0\.\d\d to run, \$8\.83 for messages \(SMS to US\)$/);
  const longest = proofLines({
    longestMs: 364 * day + 23 * hour,
    waitsForDate: true,
    messages: { total: 1000, perDay: 1000, email: 1000, sms: 1000, push: 1000 },
    transitions: { least: 1, most: 9999 },
    cost: { running: 1234.56, messages: 123_456.78, country: 'US', smsPart: 1 },
  });
  for (const line of longest) expect(line.length).toBeLessThanOrEqual(78);
  expect(proofLines(proved({ end: 'x' })).slice(0, 3)).toEqual([
    'at most no time',
    'at most 0 messages, 0 in 24 hours; email 0, sms 0, push 0',
    '1 state transition',
  ]);
  expect(proofLines(proved(wait('90 minutes')))[0]).toBe('at most 1 hour 30 minutes');
  expect(proofLines(proved(wait('1 day')))[0]).toBe('at most 1 day');
  expect(proofLines(proved(wait('49 hours')))[0]).toBe('at most 2 days 1 hour');
});

test('an SMS to a country whose price is not known is not counted, and the author is told', () => {
  const steps = [send('email'), send('sms')];
  const to = (options: object) => proofsOf(journeyOf(steps), { topics, ...options });
  expect(to({ country: 'GB' }).cost.messages).toBeCloseTo(0.16, 6);
  expect(proofLines(to({ country: 'GB' })).slice(3)).toEqual([
    expect.stringMatching(/\$0\.16 for messages \(SMS apart\)$/),
    'SMS to GB is not counted: give its price per part with --sms-price',
  ]);
  const priced = to({ country: 'GB', smsPart: 0.04 });
  expect(priced.cost.messages).toBeCloseTo(0.16 + 40, 6);
  expect(proofLines(priced).slice(3)).toEqual([expect.stringMatching(/\(SMS to GB\)$/)]);
  // Where none is sent there is nothing to say.
  expect(proofLines(proofsOf(journeyOf([send('email')]), { topics, country: 'GB' }))).toHaveLength(4);
});

describe('whatever a customer does, a run stays within what is proved', () => {
  const leaf = fc.oneof(
    fc.constantFrom('1 hour', '10 hours', '1 day', '3 days').map(wait),
    fc.constant(send('email')),
    fc.constantFrom('1 hour', '2 days').map((within) => waitFor(within)),
    fc.constant({ emit: { event: 'E' } }),
  );
  const steps = (depth: number): fc.Arbitrary<object[]> =>
    fc.array(
      depth === 0
        ? leaf
        : fc.oneof(
            { weight: 3, arbitrary: leaf },
            { weight: 1, arbitrary: fc.tuple(steps(depth - 1), steps(depth - 1)).map(([a, b]) => branch(a, b)) },
            {
              weight: 1,
              arbitrary: fc
                .tuple(steps(depth - 1), steps(depth - 1))
                .map(([a, b]) => waitFor('1 day', { a: [...a, { end: 'x' }], timeout: b })),
            },
            {
              weight: 1,
              arbitrary: fc
                .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('1 hour', '1 day'), steps(0))
                .map(([n, every, body]) => repeat(n, every, ...body)),
            },
          ),
      { minLength: 1, maxLength: 4 },
    );

  test('in time, messages and messages a day', () => {
    fc.assert(
      fc.property(steps(2), fc.infiniteStream(fc.nat(99)), (list, chance) => {
        const journey = journeyOf(list);
        const plan = planJourney(journey);
        const { longestMs, messages } = proofsOf(journey, { topics });
        const dice = (): number => chance.next().value ?? 0;
        let now = 0;
        let notes = {};
        const sent: number[] = [];
        const sight = () => ({
          steps: notes,
          holds: () => dice() < 50,
          draw: () => dice() / 100,
          choose: () => undefined,
        });
        let next = advance(plan, { reached: plan.first }, sight());
        for (let moves = 0; next.do !== 'end'; moves++) {
          expect(moves).toBeLessThan(2_000);
          notes = { ...notes, ...next.notes };
          if (next.do === 'send') {
            sent.push(now);
            next = advance(plan, { sent: next.node.id, outcome: { status: 'sent' } }, sight());
          } else if (next.do === 'act')
            next = advance(plan, { acted: next.node.id, outcome: { status: 'done' } }, sight());
          else if (next.node.kind === 'waitFor' && dice() < 50) {
            now += Math.floor((next.node.ms * dice()) / 100);
            next = advance(plan, { heard: next.node.id, winner: 'a' }, sight());
          } else {
            now += next.node.kind === 'waitFor' ? next.node.ms : 'ms' in next.node.time ? next.node.time.ms : 0;
            next = advance(plan, { timedOut: next.node.id }, sight());
          }
        }
        expect(now).toBeLessThanOrEqual(longestMs);
        expect(sent.length).toBeLessThanOrEqual(messages.total);
        for (const [i, at] of sent.entries())
          expect(sent.slice(i).filter((each) => each < at + day).length).toBeLessThanOrEqual(messages.perDay);
      }),
      { numRuns: runs(500) },
    );
  });
});
