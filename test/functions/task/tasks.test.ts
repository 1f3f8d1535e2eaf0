import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { taskName } from '../../../functions/aws/task.ts';
import { taskStore } from '../../../functions/aws/task-store.ts';
import { tables } from '../world/environment.ts';
import { at, hour, minute, monday, rowsOf, startWorld, stopWorld } from '../world/world.ts';
import { ada, as, asked, listed, openRun } from './desk.ts';

const tasks = taskStore(tables.state);
beforeAll(startWorld);
afterAll(stopWorld);

let runs = 0;
/** A task of a run of its own, in a queue of its own, so that tests do not meet. */
const ask = async (more: Parameters<typeof asked>[0] = {}): Promise<string> => {
  const enrol = `run${++runs}`;
  await openRun(enrol);
  const task = asked({ enrol, to: `queue-${runs}`, ...more });
  expect(await tasks.ask(ada, task)).toBe(true);
  return taskName(ada, task.id);
};
const rowOf = async (task: string) => (await rowsOf(`C#${ada}`)).get(`TASK#${task.split('.')[1]}`)!;
const pointers = async () => [...(await rowsOf(`TASKS#queue-${runs}`)).keys()];

describe('a journey asks', () => {
  test('once, however often its step is tried', async () => {
    const task = await ask();
    await as('ben').claim(task);
    const again = asked({ enrol: `run${runs}`, to: `queue-${runs}`, title: 'Another title' });
    expect(await tasks.ask(ada, again)).toBe(true);
    expect(await rowOf(task)).toMatchObject({ title: 'Approve a remedy', status: 'claimed' });
    expect(await pointers()).toEqual([`2026-01-06T09:00:00.000Z#${task}`]);
  });

  test('nobody, when its customer has left meanwhile', async () => {
    await openRun('left', { exitedAt: monday });
    expect(await tasks.ask(ada, asked({ enrol: 'left', to: 'quiet' }))).toBe(false);
    expect(await as('ben').list({ to: 'quiet' })).toEqual({ status: 200, body: { tasks: [] } });
  });

  test('and what it asked is forgotten a month after it was due', async () => {
    const task = await ask();
    const ttl = (monday + 31 * 24 * hour) / 1000;
    expect((await rowOf(task))['ttl']).toBe(ttl);
    expect([...(await rowsOf(`TASKS#queue-${runs}`)).values()].map((pointer) => pointer['ttl'])).toEqual([ttl]);
  });
});

describe('an agent sees', () => {
  test('what to do, for whom and by when, and nothing of the machinery', async () => {
    const task = await ask();
    expect((await as('ben').list({ to: `queue-${runs}` })).body).toEqual({
      tasks: [
        {
          task,
          status: 'open',
          to: `queue-${runs}`,
          title: 'Approve a remedy',
          shows: { order: '17', remedy: 'replacement' },
          outcomes: ['approve', 'decline'],
          dueAt: '2026-01-06T09:00:00.000Z',
          askedAt: '2026-01-05T09:00:00.000Z',
          customer: ada,
          journey: 'service-recovery',
        },
      ],
    });
  });

  test('the most urgent first, page by page, each once and none left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (dues, limit) => {
          const to = `pages-${++runs}`;
          for (const [n, due] of dues.entries()) {
            await openRun(`p${runs}-${n}`);
            await tasks.ask(ada, asked({ enrol: `p${runs}-${n}`, to, dueAt: monday + due * minute }));
          }
          const seen: { task: string; dueAt: string }[] = [];
          let after: string | undefined;
          do {
            const { body } = await as('ben').list({
              to,
              limit: String(limit),
              ...(after === undefined ? {} : { after }),
            });
            seen.push(...(body['tasks'] as typeof seen));
            after = body['next'] as string | undefined;
          } while (after !== undefined);
          expect(new Set(seen.map(({ task }) => task)).size).toBe(dues.length);
          expect(seen.map(({ dueAt }) => dueAt)).toEqual(seen.map(({ dueAt }) => dueAt).toSorted());
        },
      ),
      { numRuns: 15 },
    );
  });

  test('those of a status, though others lie between them', async () => {
    const to = `mixed-${++runs}`;
    const names: string[] = [];
    for (let n = 0; n < 6; n++) {
      await openRun(`m${runs}-${n}`);
      const task = asked({ enrol: `m${runs}-${n}`, to, dueAt: monday + n * hour });
      await tasks.ask(ada, task);
      names.push(taskName(ada, task.id));
    }
    for (const name of names.slice(0, 4)) await as('ben').claim(name);
    expect(listed(await as('ben').list({ to, status: 'open', limit: '2' }))).toEqual(names.slice(4));
    expect(listed(await as('ben').list({ to, status: 'claimed' }))).toEqual(names.slice(0, 4));
    expect(listed(await as('ben').list({ to }))).toEqual(names);
  });

  test.each([
    ['no queue', {}, 'to'],
    ['an empty queue', { to: '' }, 'to'],
    ['a status that is none', { to: 'support', status: 'answered' }, 'status'],
    ['no page', { to: 'support', limit: '0' }, 'limit'],
    ['a page too large', { to: 'support', limit: '101' }, 'limit'],
    ['a page of a word', { to: 'support', limit: 'all' }, 'limit'],
    ['a place that is none', { to: 'support', after: 'ä' }, 'after'],
  ])('a sentence, when asking for %s', async (_, query, field) => {
    const { status, body } = await as('ben').list(query);
    expect(status).toBe(400);
    expect(body).toMatchObject({ title: 'bad-request', detail: expect.stringContaining(`\`${field}\``) });
  });
});

describe('claiming', () => {
  test('keeps others away until it is given back', async () => {
    const task = await ask();
    expect(await as('ben').claim(task)).toMatchObject({ status: 200, body: { status: 'claimed', claimedBy: 'ben' } });
    for (const refused of [
      await as('eve').claim(task),
      await as('eve').release(task),
      await as('eve').answer(task, 'approve'),
    ])
      expect(refused).toMatchObject({
        status: 409,
        body: { title: 'claimed', detail: expect.stringContaining('ben') },
      });
    expect(await as('ben').release(task)).toMatchObject({ status: 200, body: { status: 'open' } });
    expect(await as('eve').claim(task)).toMatchObject({ status: 200, body: { claimedBy: 'eve' } });
  });

  test('twice by the same person is claiming once', async () => {
    const task = await ask();
    await as('ben').claim(task);
    at(monday + minute);
    expect(await as('ben').claim(task)).toMatchObject({ status: 200 });
    expect((await rowOf(task))['claimedAt']).toBe(monday);
    at(monday);
    await as('ben').release(task);
    expect(await as('ben').release(task)).toMatchObject({ status: 200, body: { status: 'open' } });
  });

  test('by many at once is claimed by one', async () => {
    const task = await ask();
    const all = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((who) => as(who).claim(task)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 409)).toHaveLength(4);
  });
});

describe('an answer', () => {
  test('is written down with who gave it, and the task leaves its queue', async () => {
    const task = await ask();
    const answered = await as('ben').answer(task, 'approve', { response: { order: 18 }, note: 'called her' });
    expect(answered).toMatchObject({
      status: 200,
      body: { status: 'answered', outcome: 'approve', answeredBy: 'ben', answeredAt: '2026-01-05T09:00:00.000Z' },
    });
    expect(await rowOf(task)).toMatchObject({ response: { order: 18 }, note: 'called her', outcome: 'approve' });
    expect(await pointers()).toEqual([]);
  });

  test('again from the same person is the same answer; another one is refused, and by whom is said', async () => {
    const task = await ask();
    await as('ben').answer(task, 'approve');
    expect(await as('ben').answer(task, 'approve')).toMatchObject({ status: 200, body: { outcome: 'approve' } });
    for (const refused of [
      await as('ben').answer(task, 'decline'),
      await as('eve').answer(task, 'approve'),
      await as('ben').claim(task),
    ])
      expect(refused).toMatchObject({
        status: 409,
        body: { title: 'answered', detail: 'ben has answered this task: `approve`.' },
      });
  });

  test('of many at once is one', async () => {
    const task = await ask();
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((who) => as(who).answer(task, 'approve')));
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    const winner = String((await rowOf(task))['answeredBy']);
    expect(all.find(({ status }) => status === 200)!.body['answeredBy']).toBe(winner);
  });

  test('that is none of the outcomes is refused with their names', async () => {
    const task = await ask();
    for (const outcome of ['maybe', undefined, 'done'])
      expect(await as('ben').answer(task, outcome)).toMatchObject({
        status: 422,
        body: { title: 'unknown-outcome', detail: '`outcome` is one of `approve`, `decline`.' },
      });
    expect(await rowOf(task)).toMatchObject({ status: 'open' });
  });

  test('to a task without outcomes is that it was done', async () => {
    const task = await ask({ outcomes: [] });
    expect(await as('ben').answer(task, 'approve')).toMatchObject({ status: 422 });
    expect(await as('ben').answer(task)).toMatchObject({ status: 200, body: { outcome: 'done' } });
  });

  test.each([
    ['no JSON', '{', 'not JSON'],
    ['no object', '[]', 'the body'],
    ['another action', { action: 'delete' }, '`action`'],
    ['a note too long', { action: 'answer', outcome: 'approve', note: 'x'.repeat(2001) }, '`note`'],
    ['a field nobody knows', { action: 'claim', force: true }, 'the body'],
    ['too much', { action: 'answer', response: 'x'.repeat(17_000) }, '16 KB'],
    ['a name of JavaScript itself', '{"action":"answer","response":{"__proto__":1}}', '__proto__'],
  ])('with %s changes nothing and says what is wrong', async (_, body, says) => {
    const task = await ask();
    const { status, body: said } = await as('ben').change(task, body);
    expect(status).toBe(400);
    expect(said['detail']).toContain(says);
    expect(await rowOf(task)).toMatchObject({ status: 'open' });
  });

  test('to a task that is none of ours finds none', async () => {
    for (const name of ['', 'x', `${ada}.`, `${ada}.none`, `${'b'.repeat(26)}.run1-1-approval`, '../x'])
      expect(await as('ben').claim(name)).toMatchObject({ status: 404, body: { title: 'unknown-task' } });
  });
});

describe('when the run is over', () => {
  test('its tasks are closed, those of others are not, and an answer comes too late', async () => {
    const task = await ask();
    const claimed = asked({ enrol: `run${runs}`, to: `queue-${runs}`, step: 'call-back' });
    await tasks.ask(ada, claimed);
    await as('ben').claim(taskName(ada, claimed.id));
    await openRun('other');
    const others = asked({ enrol: 'other', to: `queue-${runs}` });
    await tasks.ask(ada, others);
    const over = { reason: 'Order Completed', at: monday };
    expect(await tasks.close(ada, { enrol: `run${runs}`, occurrence: 1 }, over)).toBe(2);
    expect(await tasks.close(ada, { enrol: `run${runs}`, occurrence: 1 }, over)).toBe(0);
    expect(await pointers()).toEqual([`2026-01-06T09:00:00.000Z#${taskName(ada, others.id)}`]);
    expect(await as('ben').answer(task, 'approve')).toMatchObject({
      status: 409,
      body: { title: 'closed', detail: expect.stringContaining('Order Completed') },
    });
  });

  test('an answer that was there first stays', async () => {
    const task = await ask();
    await as('ben').answer(task, 'approve');
    const run = { enrol: `run${runs}`, occurrence: 1 };
    expect(await tasks.close(ada, run, { reason: 'x', at: monday })).toBe(0);
    expect(await rowOf(task)).toMatchObject({ status: 'answered' });
  });

  test('answer and end at once: one of them, never both', async () => {
    for (let round = 0; round < 10; round++) {
      const task = await ask();
      const run = { enrol: `run${runs}`, occurrence: 1 };
      const [answer, closed] = await Promise.all([
        as('ben').answer(task, 'approve'),
        tasks.close(ada, run, { reason: 'x', at: monday }),
      ]);
      expect([answer.status, closed]).toEqual(closed === 1 ? [409, 1] : [200, 0]);
    }
  });
});
