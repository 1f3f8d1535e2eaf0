import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { crashing } from '../world/calls.ts';
import { fold, somebody, type Somebody } from '../world/customer.ts';
import { at, hour, journeyOf, monday, publish, startWorld, stopWorld } from '../world/world.ts';
import { ask, inLine, minutePasses, streamTells, ticks } from './desk.ts';

const steps = [{ wait: '1 hour' }, { end: 'over' }];
const journeys = [
  { name: 'plain', triggers: [{ signal: 'Came' }], steps },
  {
    name: 'slow',
    triggers: [{ signal: 'Queued' }],
    exit: [{ on: 'Left' }],
    entryRate: { most: 2, per: 'minute' },
    steps,
  },
  { name: 'spread', triggers: [{ signal: 'Spread' }], entryRate: { most: 60, per: 'hour' }, steps },
  { name: 'fast', triggers: [{ signal: 'Fast' }], entryRate: { most: 2, per: 'second' }, steps },
  { name: 'crashes', triggers: [{ signal: 'Crashed' }], entryRate: { most: 2, per: 'minute' }, steps },
  { name: 'held-out', triggers: [{ signal: 'Drawn' }], entryRate: { most: 5, per: 'minute' }, holdout: 50, steps },
] as const;

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  for (const each of journeys) await publish(journeyOf(each));
});
afterAll(stopWorld);

/** Each test has a time of its own: the rate counts by the clock. */
let now = monday;
beforeEach(() => at((now += 24 * hour)));

const says = async (event: string, many: number): Promise<readonly Somebody[]> => {
  const people: Somebody[] = [];
  for (let i = 0; i < many; i++) {
    at(now + i);
    const who = somebody();
    people.push(who);
    await fold(await who.track(event));
  }
  return people;
};
const started = (people: readonly Somebody[]): readonly number[] => people.map((who) => who.executions().length);

describe('a journey without a rate', () => {
  test('is entered at once, and nobody waits in line', async () => {
    const people = await says('Came', 2);
    expect(started(people)).toEqual([1, 1]);
    const who = somebody();
    expect(await ask(who, 'plain')).toMatchObject({ code: 202 });
    expect(started([who])).toEqual([1]);
    expect(await inLine('plain')).toEqual([]);
  });
});

describe('a journey with an entry rate', () => {
  test('takes customers into line, and starts them in order at its rate', async () => {
    const people = await says('Queued', 5);
    expect(started(people)).toEqual([0, 0, 0, 0, 0]);
    expect(await inLine('slow')).toEqual(people.map(({ id }) => id));
    await streamTells('slow');
    const seen = [started(people)];
    for (let i = 1; i <= 2; i++) {
      await minutePasses();
      seen.push(started(people));
    }
    expect(seen).toEqual([
      [1, 1, 0, 0, 0],
      [1, 1, 1, 1, 0],
      [1, 1, 1, 1, 1],
    ]);
    expect(await inLine('slow')).toEqual([]);
    // Nobody is left: nobody calls any more.
    expect(ticks).toEqual([]);
  });

  test('starts no more when its function is called twice in a minute, or twice at once', async () => {
    const people = await says('Queued', 5);
    await Promise.all([streamTells('slow'), streamTells('slow')]);
    await streamTells('slow');
    expect(started(people)).toEqual([1, 1, 0, 0, 0]);
    for (let i = 1; i <= 2; i++) await minutePasses();
    expect(started(people)).toEqual([1, 1, 1, 1, 1]);
  });

  test('takes who asks over HTTP into line as well, and starts nobody twice who asks again', async () => {
    const who = somebody();
    expect(await ask(who, 'slow', 'a-key')).toMatchObject({ code: 202 });
    expect(await ask(who, 'slow', 'a-key')).toMatchObject({ code: 202 });
    expect(await ask(who, 'slow')).toMatchObject({ code: 409, title: 'already-open' });
    expect(started([who])).toEqual([0]);
    await streamTells('slow');
    expect(started([who])).toEqual([1]);
  });

  test('never starts who has left while in line', async () => {
    const [who] = await says('Queued', 1);
    await fold(await who!.track('Left'));
    await streamTells('slow');
    expect(started([who!])).toEqual([0]);
    expect(await who!.runs()).toMatchObject([{ exitReason: 'Left' }]);
    expect(await inLine('slow')).toEqual([]);
  });

  test('spreads the places of an hour over its minutes', async () => {
    const people = await says('Spread', 3);
    await streamTells('spread');
    expect(started(people)).toEqual([1, 0, 0]);
    await minutePasses();
    expect(started(people)).toEqual([1, 1, 0]);
    await minutePasses();
    expect(started(people)).toEqual([1, 1, 1]);
  });

  test('per second starts some each second, within one call', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now });
    const people = await says('Fast', 5);
    const began = performance.now();
    const moving = setInterval(() => at(now + Math.floor(performance.now() - began)), 20);
    await streamTells('fast');
    clearInterval(moving);
    expect(started(people)).toEqual([1, 1, 1, 1, 1]);
    expect(performance.now() - began).toBeGreaterThan(1500);
  });

  test('does not put in line who is only counted', async () => {
    const people = await says('Drawn', 12);
    const waiting = await inLine('held-out');
    for (const who of people) {
      const [run] = await who.runs();
      expect(waiting.includes(who.id)).toBe(run!['endReason'] === undefined);
    }
    expect(waiting.length).toBeLessThan(12);
  });
});

describe('a crash', () => {
  test('of the function that releases the line, at any of its calls, starts everybody once all the same', async () => {
    for (const when of ['before', 'after'] as const) {
      for (const tells of [true, false]) {
        for (let call = 1; ; call++) {
          at((now += 24 * hour));
          const people = await says('Crashed', 3);
          const works = (): Promise<void> => (tells ? streamTells('crashes') : minutePasses());
          if (!tells) await streamTells('crashes');
          const { error } = await crashing({ at: call, when, dead: true }, works);
          // What failed is tried again: a batch of the stream by Lambda, a message by its queue.
          if (error !== undefined && tells) await works();
          for (let i = 0; i < 5; i++) await minutePasses();
          expect([call, when, tells, started(people)]).toEqual([call, when, tells, [1, 1, 1]]);
          expect(await inLine('crashes')).toEqual([]);
          if (error === undefined) break;
        }
      }
    }
  });

  test('of a request between putting a run and starting it is healed within two minutes, once', async () => {
    let healed = 0;
    for (const key of [true, false]) {
      for (const when of ['before', 'after'] as const) {
        for (let call = 1; ; call++) {
          at((now += 24 * hour));
          const who = somebody();
          const { error } = await crashing({ at: call, when, dead: true }, () =>
            ask(who, 'plain', key ? `${when}-${call}` : undefined),
          );
          const [run] = await who.runs();
          const before = who.executions().length;
          await streamTells('plain');
          // Whoever asks has a minute for it: until then nobody else starts the run.
          expect(who.executions()).toHaveLength(before);
          for (let i = 0; i < 3; i++) await minutePasses();
          expect(who.executions()).toHaveLength(run === undefined ? 0 : 1);
          expect(await inLine('plain')).toEqual([]);
          healed += who.executions().length - before;
          if (error === undefined) break;
        }
      }
    }
    expect(healed).toBeGreaterThan(3);
    expect(ticks).toEqual([]);
  });
});
