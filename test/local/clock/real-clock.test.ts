import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { realClock } from '../../../local/clock/real-clock.ts';

test('real timers fire at their time and in order', async () => {
  const clock = realClock();
  const fired: string[] = [];
  const at = clock.now() + 10;
  clock.at(at + 10, () => fired.push('later'));
  clock.at(at, () => fired.push('first'));
  clock.at(at, () => fired.push('second'));
  clock.at(at - 1000, () => fired.push('past'));
  await sleep(60);
  expect(fired).toEqual(['past', 'first', 'second', 'later']);
});

test('a wait of 60 days does not ring early', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  try {
    const clock = realClock();
    const days = 60 * 86_400_000;
    const due = clock.now() + days;
    let fired = 0;
    clock.at(due, () => (fired = clock.now()));
    vi.advanceTimersByTime(days - 1);
    expect(fired).toBe(0);
    vi.advanceTimersByTime(1);
    expect(fired).toBe(due);
  } finally {
    vi.useRealTimers();
  }
});

test('a cancelled real timer stays silent', async () => {
  const clock = realClock();
  let fired = false;
  clock.at(clock.now() + 5, () => (fired = true))();
  await sleep(20);
  expect(fired).toBe(false);
});

test('real time refuses to be advanced', async () => {
  await expect(realClock().advance(1)).rejects.toThrow('cannot be advanced');
});
