import { readFileSync } from 'node:fs';
import { flow, passTime, type River, type World } from '#core/flow';
import { durationMs, planJourney, PublishedDocument } from '#core/journey';
import { emptyProfile } from '#core/profile';
import { parseEvent, type Signal } from '#core/signal';

/** Monday 5 January 2026, 09:00 UTC: where every story begins. */
export const monday = Date.parse('2026-01-05T09:00:00Z');

const publishedAt = (name: string): PublishedDocument =>
  PublishedDocument.parse(
    JSON.parse(readFileSync(new URL(`../../state-machines/${name}/journey.json`, import.meta.url), 'utf8')),
  );

/** One customer's story, told in events and durations; `tell()` says what was sent, when, and how it ended. */
export const story = (name: string, start = monday) => {
  const { journey, topics } = publishedAt(name);
  const world: World = { journeys: [{ journey, plan: planJourney(journey), version: 1, machine: name }], topics };
  let river: River = { profile: emptyProfile(), runs: [], sent: [], withheld: [] };
  let now = start;
  let count = 0;

  const signal = (detail: object): Signal => {
    const parsed = parseEvent(
      {
        id: `event-${++count}`,
        'detail-type': 'track',
        source: 'shop',
        time: new Date(now).toISOString(),
        detail: { userId: 'ada', messageId: `m-${count}`, ...detail },
      },
      now,
    );
    if (parsed.signal === undefined) throw new Error(parsed.refusal.message);
    return parsed.signal;
  };

  const told = {
    happens: (event: string, properties: object = {}) => {
      river = flow(river, signal({ type: 'track', event, properties }), { world, now });
      return told;
    },
    identifies: (traits: object) => {
      river = flow(river, signal({ type: 'identify', traits }), { world, now });
      return told;
    },
    clicks: (step: string) => {
      const run = river.runs.at(-1)!;
      return told.happens('Email Link Clicked', { enrol: run.enrol, step, human: true });
    },
    later: (duration: string) => {
      now += durationMs(duration)!;
      river = passTime(river, now, world);
      return told;
    },
    sent: () =>
      river.sent.map(({ at, channel, message }) => `${channel} ${message} after ${(at - start) / 3_600_000} h`),
    withheld: () => river.withheld,
    ended: () => river.runs.map((run) => run.endReason ?? run.exitReason ?? 'open'),
    goals: () => river.runs.flatMap((run) => Object.values(run.goals).length),
  };
  return told;
};
