import { afterEach, expect, test, vi } from 'vitest';
import { importApi, NotTaken } from '../../../commands/import-customers/send/import-api.ts';
import type { Part } from '../../../commands/import-customers/send/parts.ts';
import { sendParts } from '../../../commands/import-customers/send/send-parts.ts';

const COUNT = 12;
const begun = { id: 'a', parts: COUNT, done: 0, isDone: false, missing: [[0, COUNT - 1]] as [number, number][] };

async function* parts(): AsyncGenerator<Part> {
  for (let part = 0; part < COUNT; part += 1) yield { part, rows: [] };
}

afterEach(() => vi.unstubAllGlobals());

/** Sends twelve parts to a stack that answers so, and says how many were on their way whenever one arrived. */
const sendTo = async (statusOf: (part: number, time: number) => number) => {
  const [times, atOnce, done]: [Map<number, number>, number[], number[]] = [new Map(), [], []];
  let underWay = 0;
  vi.stubGlobal('fetch', async (url: string) => {
    const part = Number(url.split('/').at(-1));
    const time = (times.get(part) ?? 0) + 1;
    times.set(part, time);
    atOnce.push((underWay += 1));
    await new Promise((go) => setTimeout(go, 20));
    underWay -= 1;
    const body = JSON.stringify({ part, customers: 0, rows: 0, refused: [] });
    return new Response(body, { status: statusOf(part, time) });
  });
  const api = importApi('http://stack', 'token');
  const onDone = ({ part }: { readonly part: number }) => void done.push(part);
  const outcome = await sendParts(parts(), { api, begun: { ...begun, rows: 0, refused: 0, errors: [] }, onDone }).then(
    () => 'sent',
    (error: unknown) => error,
  );
  return { outcome, atOnce, done: done.toSorted((a, b) => a - b) };
};

test('parts go four at a time', async () => {
  const { outcome, atOnce, done } = await sendTo(() => 200);
  expect(outcome).toBe('sent');
  expect(Math.max(...atOnce)).toBe(4);
  expect(done).toEqual(Array.from({ length: COUNT }, (_, n) => n));
});

test('each part that has to be sent again leaves one less on its way, down to one', async () => {
  const { outcome, atOnce, done } = await sendTo((part, time) => (part < 4 && time === 1 ? 503 : 200));
  expect(outcome).toBe('sent');
  expect(done).toEqual(Array.from({ length: COUNT }, (_, n) => n));
  expect(atOnce.slice(0, 4)).toEqual([1, 2, 3, 4]);
  expect(atOnce.slice(-6)).toEqual(Array.from({ length: 6 }, () => 1));
});

test('a stack that refuses is not asked again', async () => {
  const { outcome, atOnce } = await sendTo(() => 403);
  expect(outcome).toBeInstanceOf(NotTaken);
  expect(atOnce.length).toBeLessThanOrEqual(4);
});
