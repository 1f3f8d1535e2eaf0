import { expect, test } from 'vitest';
import { JourneyDocument, noPolicy, type PublishedDocument } from '#core/journey';
import { playOnMachine } from './machine.ts';
import { playPurely } from './pure.ts';
import { caseOf } from './random-stories.ts';
import { monday, type Told } from './river.ts';

/**
 * One meaning, two executors: random journeys of every kind of step with random histories are carried once by the pure
 * `flow`, once by the compiled machine and the functions. Sends and what they say, tasks and events, their times and the
 * endings must be the same. `SEGUE_JOURNEYS=2000` compares more than the few of `npm test`; `SEGUE_SEED` others; `SEGUE_CASE`
 * one alone.
 */
const runs = Number(process.env['SEGUE_JOURNEYS'] ?? 60);
const seed = Number(process.env['SEGUE_SEED'] ?? 20_260_105);
const only = process.env['SEGUE_CASE'];
const cases = only === undefined ? Array.from({ length: runs }, (_, n) => n) : [Number(only)];

/** Of tasks that were asked at the same instant, the order means nothing. */
const comparable = (told: Told): Told => ({
  ...told,
  asked: told.asked.toSorted((one, other) => one.at - other.at || (one.step < other.step ? -1 : 1)),
});

test(`${cases.length} random journeys are carried alike by the core and by the state machines (seed ${seed})`, async () => {
  for (const n of cases) {
    if (n % 100 === 0 && runs >= 100) process.stderr.write(`\r  ${n} of ${runs} journeys`);
    const { script, documents } = caseOf(seed, n);
    const pure = comparable(playPurely(script, documents));
    const told = await playOnMachine(script, documents).then(comparable, (error: Error) => ({ failed: error.message }));
    // How to tell the story again, and alone the whole of it.
    const again = `SEGUE_SEED=${seed} SEGUE_CASE=${n}`;
    const story = only === undefined ? {} : { script, journeys: documents.map(({ journey }) => journey) };
    expect({ again, ...story, told }).toEqual({ again, ...story, told: pure });
  }
}, 3_600_000);

test('what a customer is by now ends a run, though the signal that shows it is old', async () => {
  const journey = JourneyDocument.parse({
    name: 'after-an-order',
    triggers: [{ signal: 'Order Completed' }],
    topic: 'promotions',
    exit: [{ when: 'profile.stage = "awareness"' }],
    steps: [{ wait: '360 days' }],
  });
  const documents: PublishedDocument[] = [
    { journey, topics: { promotions: 'marketing' }, policy: noPolicy, messages: {}, needs: [] },
  ];
  const day = 86_400_000;
  const call = (n: number, at: number, detail: object) => ({
    at,
    signal: { userId: 'late', messageId: `late-${n}`, type: 'track', ...detail },
  });
  const script = {
    journeys: [journey.name],
    customer: 'customer-who-is-late',
    start: monday,
    lines: [
      call(1, monday, { event: 'Order Completed', properties: { order_id: 'o', products: [] } }),
      // An app that was offline for most of a year.
      call(2, monday + 300 * day, { event: 'Page Viewed', timestamp: new Date(monday + day).toISOString() }),
    ],
  };
  const told = playPurely(script, documents);
  expect(told.ended).toEqual([{ journey: journey.name, reason: 'profile.stage = "awareness"' }]);
  expect(await playOnMachine(script, documents)).toEqual(told);
}, 60_000);
