import { request } from 'node:http';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeDate } from '../../../local/clock/fake-date.ts';
import { resumedClock } from '../../../local/clock/resumed-clock.ts';
import { virtualClock } from '../../../local/clock/virtual-clock.ts';
import { openJournal } from '../../../local/journal/open-journal.ts';

const MONDAY = Date.parse('2026-01-05T09:00:00Z');
const DAY = 86_400_000;

describe('virtual time', () => {
  test('stands still until it is advanced', async () => {
    const clock = virtualClock(MONDAY);
    await sleep(5);
    expect(clock.now()).toBe(MONDAY);
    expect(await clock.advance(1000)).toBe(MONDAY + 1000);
  });

  test('fires timers in the order of their instants, and of one instant in the order they were set', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), async (delays) => {
        const clock = virtualClock(MONDAY);
        const fired: (readonly [at: number, index: number])[] = [];
        delays.forEach((delay, index) => clock.at(MONDAY + delay, () => fired.push([clock.now() - MONDAY, index])));
        await clock.advance(20);
        const expected = delays.map((delay, index) => [delay, index] as const).toSorted((a, b) => a[0] - b[0]);
        expect(fired).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  test('a wait of 200 days ends after 200 days', async () => {
    const clock = virtualClock(MONDAY);
    let ended = 0;
    clock.at(MONDAY + 200 * DAY, () => (ended = clock.now()));
    await clock.advance(199 * DAY);
    expect(ended).toBe(0);
    await clock.advance(DAY);
    expect(ended).toBe(MONDAY + 200 * DAY);
  });

  test('waits for the work of one instant, and for what that work begins, before the next', async () => {
    const clock = virtualClock(MONDAY);
    const seen: string[] = [];
    const note = (what: string) => seen.push(`${clock.now() - MONDAY} ${what}`);
    clock.at(MONDAY + 10, () => {
      void clock.busy(async () => {
        await sleep(10);
        note('first');
        void clock.busy(async () => {
          await sleep(10);
          note('begun by first');
          clock.at(clock.now() + 5, () => note('set by first'));
        });
      });
    });
    clock.at(MONDAY + 20, () => note('second'));
    await clock.advance(20);
    expect(seen).toEqual(['10 first', '10 begun by first', '15 set by first', '20 second']);
  });

  test('real sockets finish before time jumps', async () => {
    const server = createServer((_, reply) => void sleep(15).then(() => reply.end('ok')));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const clock = virtualClock(MONDAY);
    let answeredAt = 0;
    const ask = () =>
      new Promise<void>((done) => request({ port, host: '127.0.0.1' }, (r) => r.resume().on('end', done)).end());
    clock.at(MONDAY + 5, () => void clock.busy(async () => (await ask(), (answeredAt = clock.now()))));
    await clock.advance(DAY);
    expect(answeredAt).toBe(MONDAY + 5);
    server.close();
  });

  test('a timer in the past fires without an advance, and quiet waits for it', async () => {
    const clock = virtualClock(MONDAY);
    let fired = false;
    clock.at(MONDAY - 1, () => (fired = true));
    expect(fired).toBe(false);
    await clock.quiet();
    expect(fired).toBe(true);
  });

  test('a cancelled timer never fires, even when cancelled by another of the same instant', async () => {
    const clock = virtualClock(MONDAY);
    let fired = 0;
    const cancelled: (() => void)[] = [];
    clock.at(MONDAY + 1, () => cancelled[0]?.());
    cancelled.push(clock.at(MONDAY + 1, () => (fired += 1)));
    clock.at(MONDAY + 2, () => (fired += 1))();
    await clock.advance(5);
    expect(fired).toBe(0);
  });

  test('two advances at once queue one after the other', async () => {
    const clock = virtualClock(MONDAY);
    const nows = await Promise.all([clock.advance(DAY), clock.advance(DAY)]);
    expect(nows).toEqual([MONDAY + DAY, MONDAY + 2 * DAY]);
  });

  test('a timer that throws fails the advance, not the other timers', async () => {
    const clock = virtualClock(MONDAY);
    let fired = false;
    clock.at(MONDAY + 1, () => {
      throw new Error('boom');
    });
    clock.at(MONDAY + 1, () => (fired = true));
    await expect(clock.advance(5)).rejects.toThrow('boom');
    expect(fired).toBe(true);
    expect(await clock.advance(5)).toBe(MONDAY + 6);
  });

  test('failed work counts as finished', async () => {
    const clock = virtualClock(MONDAY);
    await expect(clock.busy(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await clock.quiet();
  });

  test('100,000 timers are fired within seconds', async () => {
    const clock = virtualClock(MONDAY);
    let fired = 0;
    for (let i = 0; i < 100_000; i += 1) clock.at(MONDAY + ((i * 7919) % 1000), () => (fired += 1));
    await clock.advance(1000);
    expect(fired).toBe(100_000);
  });

  test('a restart goes on at the instant the last run reached', async () => {
    const journal = openJournal(':memory:');
    const first = resumedClock(journal, MONDAY);
    expect(first.now()).toBe(MONDAY);
    await first.advance(3 * DAY);
    expect(resumedClock(journal, MONDAY).now()).toBe(MONDAY + 3 * DAY);
  });
});

describe('a faked Date', () => {
  test('reads the world clock, keeps dates with arguments, and is restored', async () => {
    const clock = virtualClock(MONDAY);
    const restore = fakeDate(clock);
    try {
      expect(Date.now()).toBe(MONDAY);
      expect(new Date().toISOString()).toBe('2026-01-05T09:00:00.000Z');
      expect(new Date(5).getTime()).toBe(5);
      expect(new Date()).toBeInstanceOf(Date);
      expect(Date()).toContain('2026');
      expect(Date.UTC(2020, 0)).toBe(1_577_836_800_000);
      await clock.advance(DAY);
      expect(new Date().getTime()).toBe(MONDAY + DAY);
      const before = performance.now();
      await sleep(5);
      expect(performance.now()).toBeGreaterThan(before);
    } finally {
      restore();
    }
    expect(Date.now()).toBeGreaterThan(MONDAY + 2 * DAY);
  });
});
