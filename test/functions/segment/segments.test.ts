import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { segmentStore } from '../../../functions/aws/segment-store.ts';
import { crashing } from '../world/calls.ts';
import { fold, refold, somebody, type Somebody } from '../world/customer.ts';
import { at, bus, busAccepts, monday, pointersAgeASecond, refolds, startWorld, stopWorld } from '../world/world.ts';
import {
  fillAll,
  isMember,
  members,
  minutes,
  openOffice,
  publishSegments,
  said,
  saidIds,
  segment,
  segments,
  state,
  sweep,
  upload,
} from './office.ts';

const day = 86_400_000;
const buyers = { name: 'buyers', when: 'profile.orders.count > 0' };
const angry = { name: 'angry', when: 'profile.complaint.open' };
const lapsed = {
  name: 'lapsed',
  when: ['profile.orders.count > 0', { since: 'profile.orders.lastAt', over: '30 days' }],
};

beforeAll(async () => {
  await startWorld();
  openOffice();
  await publishSegments(buyers, angry, lapsed);
  await fillAll();
});
afterAll(stopWorld);

const order = (who: Somebody, time = Date.now()) =>
  who.track('Order Completed', { revenue: 10 }, { time, received: time });
const sizeOf = async (name: string): Promise<number> => (await segment(name)).body['size'];

describe('a customer', () => {
  test('enters a segment with the signal that makes them belong, and leaves it with another', async () => {
    const ada = somebody();
    const before = await sizeOf('angry');
    await fold(await ada.track('Complaint Filed', { case_id: '1' }));
    expect([said(ada.id), await isMember('angry', ada.id)]).toEqual([['Segment Entered: angry'], true]);
    expect(await sizeOf('angry')).toBe(before + 1);
    await fold(await ada.track('Complaint Resolved', { case_id: '1' }));
    expect(said(ada.id)).toEqual(['Segment Entered: angry', 'Segment Left: angry']);
    expect(await isMember('angry', ada.id)).toBe(false);
    expect(await sizeOf('angry')).toBe(before);
    expect(new Set(saidIds(ada.id)).size).toBe(2);
  });

  test('whose batch is delivered twice enters once', async () => {
    const ben = somebody();
    const before = await sizeOf('buyers');
    const bought = await order(ben);
    await fold(bought);
    await fold(bought);
    expect(said(ben.id)).toEqual(['Segment Entered: buyers']);
    expect(await sizeOf('buyers')).toBe(before + 1);
  });

  test('is counted once and told of under one id, wherever the function dies', async () => {
    for (let call = 1; ; call++) {
      const eve = somebody();
      const before = await sizeOf('angry');
      const rows = [await eve.track('Complaint Filed', { case_id: '1' })];
      const { calls } = await crashing({ at: call, when: 'after', dead: true }, () => fold(...rows));
      await fold(...rows);
      for (const body of refolds.splice(0)) await refold(body);
      expect(await isMember('angry', eve.id)).toBe(true);
      expect(await sizeOf('angry')).toBe(before + 1);
      expect(new Set(saidIds(eve.id)).size).toBe(1);
      if (calls.length < call) break;
    }
  }, 60_000);

  test('costs no more than before while no segment changes: the profile is written once', async () => {
    const kim = somebody();
    await fold(await order(kim));
    const { calls } = await crashing({ at: 99, when: 'after', dead: false }, async () => fold(await order(kim)));
    expect(calls.filter((call) => call !== 'BatchWriteItem')).toEqual(['BatchGetItem', 'BatchExecuteStatement']);
  });
});

describe('time', () => {
  test('puts a customer into a segment in the very minute, without a signal', async () => {
    at(monday);
    const lee = somebody();
    await fold(await order(lee, monday + 30_000));
    expect(minutes.at(-1)).toMatchObject({ at: '2026-02-04T09:01:00.000Z', minute: '2026-02-04T09:01' });
    at(monday + 30 * day + 30_000);
    await sweep('2026-02-04T09:00');
    expect(await isMember('lapsed', lee.id)).toBe(false);
    at(monday + 30 * day + 60_000);
    await sweep('2026-02-04T09:01');
    expect(await isMember('lapsed', lee.id)).toBe(true);
    expect(said(lee.id)).toEqual(['Segment Entered: buyers', 'Segment Entered: lapsed']);
    await sweep('2026-02-04T09:01');
    expect(said(lee.id)).toHaveLength(2);
    await fold(await order(lee));
    expect(said(lee.id).at(-1)).toBe('Segment Left: lapsed');
  });

  test('is looked at again later when something came meanwhile, and nothing is planned anew until then', async () => {
    at(monday + 100 * day);
    const max = somebody();
    await fold(await order(max));
    const planned = minutes.length;
    at(monday + 120 * day);
    await fold(await order(max));
    expect(minutes).toHaveLength(planned);
    at(monday + 130 * day);
    await sweep(minutes.at(-1)!.minute);
    expect(await isMember('lapsed', max.id)).toBe(false);
    expect(minutes.at(-1)).toMatchObject({ at: new Date(monday + 150 * day).toISOString() });
    at(monday + 150 * day);
    await sweep(minutes.at(-1)!.minute);
    expect(await isMember('lapsed', max.id)).toBe(true);
  });
});

test('whoever signs in the very moment somebody looks at them again is where their signals put them, once', async () => {
  const start = monday + 300 * day;
  at(start);
  const crowd = Array.from({ length: 12 }, () => somebody());
  for (const who of crowd) await fold(await order(who));
  const { minute } = minutes.at(-1)!;
  at(start + 30 * day);
  const [lapsedBefore, angryBefore] = [await sizeOf('lapsed'), await sizeOf('angry')];
  const rows = await Promise.all(
    crowd.map((who, n) => (n % 2 === 0 ? order(who) : who.track('Complaint Filed', { case_id: '1' }))),
  );
  await Promise.all([sweep(minute), ...rows.map((row) => fold(row)), sweep(minute)]);
  for (const body of refolds.splice(0)) expect(await refold(body)).toEqual([]);
  expect(await sizeOf('lapsed')).toBe(lapsedBefore + 6);
  expect(await sizeOf('angry')).toBe(angryBefore + 6);
  for (const [n, who] of crowd.entries()) {
    expect(await isMember('lapsed', who.id)).toBe(n % 2 === 1);
    // Said again under the same id, it is the same.
    const once = new Map(saidIds(who.id).map((id, place) => [id, said(who.id)[place]]));
    const times = (what: string) => [...once.values()].filter((each) => each === what).length;
    expect(times('Segment Entered: lapsed') - times('Segment Left: lapsed')).toBe(n % 2);
  }
}, 60_000);

describe('segments that are published', () => {
  test('take in everybody they hold for, quietly, and show how far they are', async () => {
    at(monday + 200 * day);
    const crowd = Array.from({ length: 30 }, () => somebody());
    for (const who of crowd) await fold(await who.identify({ plan: 'gold' }));
    const gold = { name: 'gold', description: 'Pays for gold.', when: 'profile.traits.plan = "gold"' };
    expect(await publishSegments(buyers, angry, lapsed, gold)).toMatchObject({ Status: 'SUCCESS' });
    pointersAgeASecond();
    expect((await segment('gold')).body).toMatchObject({ size: 0, filling: { customersSoFar: 0 } });
    await fillAll();
    const { body } = await segment('gold');
    expect(body).toMatchObject({ name: 'gold', kind: 'rule', description: 'Pays for gold.', size: 30 });
    expect(body).not.toHaveProperty('filling');
    expect(crowd.flatMap(({ id }) => said(id))).toEqual([]);
    expect(await fillAll()).toBe(0);
  });

  test('the same again are no new ones, and who left with one is gone from it', async () => {
    expect(await publishSegments(buyers, angry, lapsed)).toMatchObject({
      Reason: expect.stringContaining('3 segments'),
    });
    pointersAgeASecond();
    expect(await fillAll()).toBeGreaterThan(0);
    expect((await segment('gold')).status).toBe(404);
    expect(await segmentStore(state).size('gold')).toBe(0);
    const again = await publishSegments(buyers, angry, lapsed);
    expect([again.Status, await fillAll()]).toEqual(['SUCCESS', 0]);
  });
});

test('a walk that was done before it was noted as begun stays done', async () => {
  const { fillRows, parts } = await import('../../../functions/segment/desk/fill-rows.ts');
  const fills = fillRows(state);
  for (let part = 0; part < parts; part++) {
    await fills.note({ fill: 99, part, customers: 5 }, true);
    await fills.begin({ fill: 99, part, customers: 0 });
  }
  expect((await fills.walks()).find(({ fill }) => fill === 99)).toMatchObject({ customers: 20, isDone: true });
});

describe('over HTTP', () => {
  test('segments are listed with their size, and members by page, each once', async () => {
    const { body } = await segments();
    const found = body['segments'].find(({ name }: { name: string }) => name === 'buyers');
    expect(found).toMatchObject({ kind: 'rule', when: buyers.when, size: await sizeOf('buyers') });
    const all: string[] = [];
    let after: string | undefined;
    do {
      const page = (await members('buyers', { limit: '2', ...(after && { after }) })).body;
      expect(page['members'].length).toBeLessThanOrEqual(2);
      all.push(...page['members']);
      after = page['next'];
    } while (after !== undefined);
    expect(all).toHaveLength(found.size);
    expect(new Set(all).size).toBe(found.size);
    const streamed = await Array.fromAsync(segmentStore(state).members('buyers'));
    expect(streamed.sort()).toEqual(all.sort());
  });

  test.each([
    [{ limit: '0' }, 400],
    [{ after: 'Z!' }, 400],
  ])('a query that makes no sense is refused: %j', async (query, status) => {
    expect((await members('buyers', query)).status).toBe(status);
    expect((await members('nobody-knows-it')).status).toBe(404);
  });

  test('a list of customers is uploaded, with what is wrong in each row', async () => {
    const [ann, bob] = [somebody(), somebody()];
    await fold(await ann.track('Hello'));
    await fold(await bob.track('Hello'));
    bus.splice(0);
    const file = `name,userId\r\n"Smith, Ann",${ann.user}\r\nGhost,nobody-at-all\r\nEmpty,\r\n\r\nBob,"${bob.user}"\r\n`;
    const answer = await upload('press', file);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        added: 2,
        already: 0,
        refused: 2,
        errors: [
          { row: 3, field: 'userId', message: expect.stringContaining('Nothing is known') },
          { row: 4, field: 'userId', message: expect.stringContaining('empty') },
        ],
      },
    });
    expect((await segment('press')).body).toMatchObject({ kind: 'list', size: 2 });
    expect(said(ann.id)).toEqual(['Segment Entered: press']);
    expect((await upload('press', file)).body).toMatchObject({ added: 0, already: 2 });
    expect(new Set(saidIds(ann.id)).size).toBe(1);
  });

  test.each([
    ['press', 'mail\na@b.example', 422],
    ['press', '', 422],
    ['press', 'userId\n"unclosed', 422],
    ['buyers', 'userId\nada', 409],
    ['Press!', 'userId\nada', 400],
    ['press', `userId\n${'x\n'.repeat(6000)}`, 413],
    ['press', 'x'.repeat(1_100_000), 413],
  ])('a file that is none is refused: %s %.20j', async (name, file, status) => {
    expect((await upload(name, file)).status).toBe(status);
  });

  test('an upload that broke off is repeated without harm', async () => {
    busAccepts();
    const zoe = somebody();
    await fold(await zoe.track('Hello'));
    const broken = await crashing({ at: (calls) => calls.at(-1) === 'PutEvents', when: 'before', dead: true }, () =>
      upload('vips', `userId\n${zoe.user}`),
    );
    expect(broken.error).toBeDefined();
    expect((await upload('vips', `userId\n${zoe.user}`)).body).toMatchObject({ added: 0, already: 1 });
    expect([said(zoe.id), (await segment('vips')).body['size']]).toEqual([['Segment Entered: vips'], 1]);
  });
});
