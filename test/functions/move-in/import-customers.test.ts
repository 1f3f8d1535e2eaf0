import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { crashing, unwatched, watched } from '../world/calls.ts';
import { somebody } from '../world/customer.ts';
import {
  at,
  bus,
  deleteRows,
  hour,
  journeyOf,
  minute,
  monday,
  publish,
  putRow,
  refolds,
  rowsOf,
  startWorld,
  stopWorld,
} from '../world/world.ts';
import {
  begin,
  customerOf,
  foldThoseAside,
  forget,
  hashOf,
  known,
  lateStream,
  look,
  newImport,
  row,
  send,
  stream,
} from './office.ts';

const greeting = journeyOf({ name: 'greeting', triggers: [{ signal: 'Identified' }], steps: [{ wait: '1 day' }] });

beforeAll(async () => {
  await startWorld();
  await publish(greeting);
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(stopWorld);
beforeEach(() => {
  at(monday);
  refolds.length = 0;
  bus.length = 0;
});

const consent = (granted: boolean, topic = '*') => ({
  traits: { consent: { email: { [topic]: granted } } },
  properties: { source: 'import:people.csv', evidence: { column: 'opt_in', row: '1' } },
});

/** Something that is no import, in the log and not yet in the profile. */
const does = (user: string): Promise<unknown> => {
  const signal = {
    messageId: `live-${user}`,
    type: 'track',
    event: 'Product Viewed',
    timestamp: new Date(monday).toISOString(),
    subject: { user },
    properties: {},
    traits: {},
    context: {},
  };
  const receivedAt = new Date(monday + minute).toISOString();
  const pk = `C#${customerOf(user)}`;
  return putRow('log', { pk, sk: signal.messageId, at: signal.timestamp, receivedAt, signal: JSON.stringify(signal) });
};

let people = 0;
const person = (): string => `mover-${++people}`;

describe('a part of a file', () => {
  test('makes its customers known at once, to be found by their addresses, with where their consent comes from', async () => {
    const [ada, id] = [person(), await newImport(1)];
    const { traits, ...evidence } = consent(true, 'promotions');
    const answer = await send(id, 0, {
      rows: [row(2, ada, { email: 'Ada@Example.com', plan: 'gold', ...traits }, evidence)],
    });
    expect(answer).toMatchObject({ status: 200, body: { part: 0, customers: 1, rows: 1, refused: [] } });
    const rows = await known(ada);
    expect(rows['PROFILE']!['body'].writes).not.toEqual([]);
    expect(rows['PROFILE']!['owed']).toBeUndefined();
    expect(JSON.parse(rows['GATE']!['consents']).email.promotions.granted).toBe(true);
    const links = Object.entries(rows).filter(([sk]) => /^CONSENT#\d/.test(sk));
    expect(links).toHaveLength(1);
    expect(JSON.parse(links[0]![1]['record'])).toMatchObject({
      source: 'import:people.csv',
      evidence: { column: 'opt_in', row: '1' },
    });
    const found = await rowsOf(`ID#email#${hashOf('email', 'ada@example.com')}`);
    expect([...found.get('ID')!['customers']]).toEqual([customerOf(ada)]);
  });

  test('begins no journey and tells nobody of it', async () => {
    const [ada, id] = [person(), await newImport(1)];
    await send(id, 0, { rows: [row(2, ada, { plan: 'gold' })] });
    await stream([ada]);
    await foldThoseAside();
    expect(Object.keys(await known(ada)).filter((sk) => sk.startsWith('ENROL#'))).toEqual([]);
    expect(bus).toEqual([]);
    const who = somebody();
    await stream([]);
    expect(await who.profile()).toBeUndefined();
  });

  test('begins none either for those who are known already', async () => {
    const [ada, id] = [person(), await newImport(2)];
    await send(id, 0, { rows: [row(2, ada, { plan: 'gold' })] });
    await send(id, 1, { rows: [row(3, ada, { plan: 'silver', city: 'Rome' })] });
    await stream([ada]);
    await foldThoseAside();
    const rows = await known(ada);
    expect(Object.keys(rows).filter((sk) => sk.startsWith('ENROL#'))).toEqual([]);
    expect(JSON.stringify(rows['PROFILE']!['body'])).toContain('Rome');
  });

  test('says of each row that is none what is wrong with it, and takes the others', async () => {
    const [ada, id] = [person(), await newImport(1)];
    const { body } = await send(id, 0, {
      rows: [
        row(2, 'x'.repeat(300)),
        row(3, ada, { plan: 'gold' }),
        row(4, 'null'),
        row(5, ada, {}, { timestamp: 'soon' }),
      ],
    });
    expect(body['rows']).toBe(1);
    expect(body['refused']).toEqual([
      { row: 2, field: 'userId', message: 'userId is longer than 256 bytes.' },
      { row: 4, field: 'userId', message: expect.stringContaining('userId') },
      { row: 5, field: 'timestamp', message: expect.stringContaining('no date') },
    ]);
    expect(await known(ada)).toHaveProperty('PROFILE');
  });

  test.each([
    ['no JSON', '{"rows": '],
    ['no rows', { rows: [] }],
    [
      'an order instead of a customer',
      { rows: [{ row: 1, calls: [{ type: 'track', event: 'Order Completed', userId: 'u' }] }] },
    ],
    ['too many rows', { rows: Array.from({ length: 1001 }, (_, n) => row(n + 1, 'u')) }],
  ])('is refused as a whole where it is %s', async (_, body) => {
    const id = await newImport(1);
    expect(await send(id, 0, body)).toMatchObject({ status: 422 });
    expect((await look(id)).body).toMatchObject({ done: 0, missing: [[0, 0]] });
  });

  test('of no import, or beyond its end, is refused', async () => {
    const id = await newImport(1);
    expect(await send('f'.repeat(16), 0, { rows: [row(1, 'u')] })).toMatchObject({ status: 404 });
    expect(await send(id, 1, { rows: [row(1, 'u')] })).toMatchObject({ status: 404 });
    expect(await send(id, '../0', { rows: [row(1, 'u')] })).toMatchObject({ status: 404 });
  });
});

describe('an import', () => {
  test('says how far it is, and is found again as it was begun', async () => {
    const id = await newImport(4, '2026-01-01T00:00:00.000Z');
    await send(id, 1, { rows: [row(2, person())] });
    at(monday + hour);
    const wanted = { id, file: 'people.csv', asOf: '2026-01-02T00:00:00.000Z', parts: 4 };
    const { body } = await begin(wanted);
    expect(body).toMatchObject({
      asOf: '2026-01-01T00:00:00.000Z',
      startedAt: new Date(monday).toISOString(),
      done: 1,
      isDone: false,
      missing: [
        [0, 0],
        [2, 3],
      ],
      rows: 1,
    });
    expect(await begin({ ...wanted, parts: 5 })).toMatchObject({ status: 409 });
    expect(await look('e'.repeat(16))).toMatchObject({ status: 404 });
    expect(await begin({ ...wanted, id: 'people.csv' })).toMatchObject({ status: 422 });
    expect(await begin('{')).toMatchObject({ status: 422 });
  });

  test('as of a time to come is one of now', async () => {
    const id = await newImport(1, '2036-01-01T00:00:00.000Z');
    expect((await look(id)).body['asOf']).toBe(new Date(monday).toISOString());
  });

  test('of an old file takes nothing back of what was said since', async () => {
    const who = somebody();
    const said = await who.say({ type: 'identify', traits: { plan: 'new', consent: { email: false } } });
    const { fold } = await import('../world/customer.ts');
    await fold(said);
    const id = await newImport(1);
    const { traits, ...evidence } = consent(true);
    const userId = String(said.signal.subject.user);
    await send(id, 0, { rows: [row(2, userId, { plan: 'old', city: 'Rome', ...traits }, evidence)] });
    await stream([userId]);
    await foldThoseAside();
    const rows = await known(userId);
    expect(JSON.parse(rows['GATE']!['consents']).email['*'].granted).toBe(false);
    expect(JSON.stringify(rows['PROFILE']!['body'])).toContain('Rome');
    expect(JSON.stringify(rows['PROFILE']!['body'])).not.toContain('old');
  });
});

describe('what is known after an import', () => {
  const something = fc.record({
    who: fc.nat(3),
    traits: fc.dictionary(
      fc.constantFrom('plan', 'city', 'email', 'phone'),
      fc.constantFrom('a@b.example', '+393331234567', 'x', 3),
      {
        noNullPrototype: true,
      },
    ),
    consent: fc.option(fc.record({ granted: fc.boolean(), topic: fc.constantFrom('*', 'promotions') }), {
      nil: undefined,
    }),
    days: fc.option(fc.nat(5), { nil: undefined }),
  });
  const story = fc.record({
    things: fc.array(something, { minLength: 1, maxLength: 8 }),
    cuts: fc.array(fc.nat(8), { maxLength: 2 }),
    again: fc.array(fc.nat(2), { maxLength: 3 }),
    live: fc.option(fc.nat(3), { nil: undefined }),
  });
  type Thing = {
    who: number;
    traits: object;
    consent: { granted: boolean; topic: string } | undefined;
    days: number | undefined;
  };

  const rowOf = (number: number, users: readonly string[], { who, traits, consent: said, days }: Thing) => {
    const { traits: also, ...evidence } = said === undefined ? { traits: {} } : consent(said.granted, said.topic);
    const timestamp = days === undefined ? {} : { timestamp: new Date(monday - days * 24 * hour).toISOString() };
    return row(number, users[who]!, { ...traits, ...also }, { ...timestamp, ...evidence });
  };

  test('is what the ordinary fold makes of its rows, however they are cut, sent again, or met by what they do meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ things, cuts, again, live }) => {
        const users = Array.from({ length: 4 }, person);
        const ends = [...new Set([...cuts.filter((cut) => cut > 0 && cut < things.length), things.length])].toSorted(
          (a, b) => a - b,
        );
        const parts = ends.map((end, index) =>
          things
            .slice(ends[index - 1] ?? 0, end)
            .map((thing, n) => rowOf((ends[index - 1] ?? 0) + n + 1, users, thing)),
        );
        const id = await newImport(parts.length);
        for (const [index, rows] of parts.entries()) {
          expect((await send(id, index, { rows })).status).toBe(200);
          await stream(users);
        }
        for (const part of again) if (parts[part] !== undefined) await send(id, part, { rows: parts[part] });
        if (live !== undefined) {
          at(monday + minute);
          await does(users[live]!);
        }
        await stream(users);
        await foldThoseAside();
        const before = await Promise.all(users.map(known));
        for (const user of users) await forget(user);
        await stream(users, { all: true });
        await foldThoseAside();
        expect(before).toEqual(await Promise.all(users.map(known)));
      }),
      { numRuns: 25 },
    );
  });

  const family = (): { users: readonly string[]; rows: readonly object[] } => {
    const users = [person(), person()];
    const { traits, ...evidence } = consent(true);
    const address = `${users[0]}@example.com`;
    return {
      users,
      rows: [
        row(1, users[0]!, { email: address, ...traits }, evidence),
        row(2, users[1]!, { email: address, plan: 'gold' }, { anonymousId: `visitor-${users[1]}` }),
        row(3, users[0]!, { city: 'Rome' }),
      ],
    };
  };

  const isAsFolded = async (users: readonly string[]): Promise<void> => {
    await stream(users);
    await foldThoseAside();
    const before = await Promise.all(users.map(known));
    for (const user of users) await forget(user);
    await stream(users, { all: true });
    await foldThoseAside();
    expect(before).toEqual(await Promise.all(users.map(known)));
  };

  const callsOfOne = async (): Promise<number> => {
    const [{ rows }, id] = [family(), await newImport(1)];
    return (await crashing({ at: -1, when: 'before', dead: true }, () => send(id, 0, { rows }))).calls.length;
  };

  test('is the same where a part broke off at any of its calls and was sent again', async () => {
    const calls = await callsOfOne();
    expect(calls).toBeGreaterThan(5);
    for (let n = 1; n <= calls; n++)
      for (const [when, dead] of [
        ['before', true],
        ['after', true],
        ['before', false],
      ] as const) {
        const [{ users, rows }, id] = [family(), await newImport(1)];
        await crashing({ at: n, when, dead }, () => send(id, 0, { rows }));
        expect((await send(id, 0, { rows })).status).toBe(200);
        await isAsFolded(users);
      }
  });

  test('is everything or nothing of a newcomer, wherever a part broke off', async () => {
    const calls = await callsOfOne();
    let taken = 0;
    for (let n = 1; n <= calls; n++)
      for (const when of ['before', 'after'] as const) {
        const [{ users, rows }, id] = [family(), await newImport(1)];
        await crashing({ at: n, when, dead: true }, () => send(id, 0, { rows }));
        for (const user of users) {
          const log = [...(await rowsOf(`C#${customerOf(user)}`, 'log')).values()];
          const { PROFILE, GATE, ...others } = await known(user);
          const isIn = PROFILE !== undefined;
          expect(log.map((each) => each['folded'])).toEqual(isIn ? log.map(() => true) : []);
          expect(Object.keys(others).some((sk) => sk.startsWith('CONSENT'))).toBe(isIn && user === users[0]);
          expect(GATE !== undefined).toBe(isIn && user === users[0]);
          taken += Number(isIn);
        }
      }
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(calls * 4);
  });

  test('counts a row once that waits for the stream when the part is sent again', async () => {
    const [ada, id] = [person(), await newImport(1)];
    const gate = { pk: `C#${customerOf(ada)}`, sk: 'GATE' };
    await putRow('state', { ...gate, version: 1 });
    const part = { rows: [row(1, ada, { plan: 'gold', consent: { email: true } })] };
    const isStored = (calls: readonly string[]): boolean => calls.at(-1) === 'BatchWriteItem';
    await crashing({ at: isStored, when: 'after', dead: true }, () => send(id, 0, part));
    const tell = await lateStream([ada]);
    await deleteRows('state', [gate]);
    expect((await send(id, 0, part)).status).toBe(200);
    await tell();
    await isAsFolded([ada]);
  });

  test('is the same of somebody with more rows than one transaction holds', async () => {
    const [{ users, rows }, id] = [family(), await newImport(1)];
    const many = Array.from({ length: 120 }, (_, n) => row(n + 10, users[0]!, { [`trait-${n}`]: n }));
    expect((await send(id, 0, { rows: [...rows, ...many] })).status).toBe(200);
    await isAsFolded(users);
    expect(JSON.stringify((await known(users[0]!))['PROFILE']!['body'])).toContain('trait-119');
  });

  test('is of everybody who shares an address, also where so many do that it is nobody’s', async () => {
    const [crowd, shared] = [Array.from({ length: 3 }, person), `${person()}@example.com`];
    const pk = `ID#email#${hashOf('email', shared)}`;
    const customers = new Set(Array.from({ length: 98 }, (_, n) => `c${n}`));
    await putRow('state', { pk, sk: 'ID', at: new Date(monday).toISOString(), customers });
    const id = await newImport(1);
    await send(id, 0, { rows: crowd.map((user, n) => row(n + 1, user, { email: shared })) });
    expect((await rowsOf(pk)).get('ID')!['customers'].size).toBe(100);
    for (const user of crowd) expect(await known(user)).toHaveProperty('PROFILE');
    expect(refolds).toEqual([]);
  });

  test('is the same where a customer does something between the part that broke off and the one sent again', async () => {
    const calls = await callsOfOne();
    for (let n = 1; n <= calls; n++) {
      const [{ users, rows }, id] = [family(), await newImport(1)];
      await crashing({ at: n, when: 'after', dead: true }, () => send(id, 0, { rows }));
      await does(users[0]!);
      await stream(users);
      expect((await send(id, 0, { rows })).status).toBe(200);
      await isAsFolded(users);
    }
  });

  test('is the same where a customer does something at any moment of it', async () => {
    const calls = await callsOfOne();
    expect(calls).toBeGreaterThan(5);
    for (let n = 1; n <= calls; n++) {
      const [{ users, rows }, id] = [family(), await newImport(1)];
      let seen = 0;
      const before = async (): Promise<void> => {
        if (++seen === n)
          await unwatched(async () => {
            await does(users[0]!);
            await stream(users);
          });
      };
      await watched({ before }, () => send(id, 0, { rows }));
      await isAsFolded(users);
    }
  });
});
