import { eventDetails, eventNamed } from '../activities/events.ts';
import type { Surroundings } from '../activities/surroundings.ts';
import type { Journey } from '../read/journey-shape.ts';
import { combined, type Condition } from '../segment/condition.ts';
import { spoken } from './spoken.ts';

/** Fields of a journey, and what is missing among them. */
export type Part = { readonly fields: { readonly [field: string]: unknown }; readonly incomplete: readonly string[] };

/** A segment's name here, whether it was imported or not. */
export type NameOfSegment = (id: string) => string;

type Entering = { readonly around: Surroundings; readonly nameOf: NameOfSegment };

const secondsOnly = (instant: string): string => new Date(Date.parse(instant)).toISOString().slice(0, 19);

const whole = (journey: Journey): string => spoken(journey.RefreshFrequency ?? 'PT1H').replace(/^24 hours$/, '1 day');
const rateOf = (journey: Journey): string => {
  const [, amount, unit] = /^([\d.]+) (\w+?)s?$/.exec(whole(journey)) ?? [];
  const [count, word] = unit === 'week' ? [Number(amount) * 7, 'day'] : [Number(amount), unit];
  if (word === 'second' || !Number.isInteger(count)) return 'rate(1 hour)';
  return `rate(${count} ${word}${count === 1 ? '' : 's'})`;
};

/** Who enters from a segment: all at once at a time, again and again, or whoever joins it. */
const fromSegment = (id: string, { around, nameOf }: Entering): Part => {
  const { journey, ledger } = around;
  const segment = nameOf(id);
  const at = ['StartCondition', 'SegmentStartCondition', 'SegmentId'];
  ledger.note(at, 'changed', `the segment \`${segment}\`: segments are evaluated once the segment room is there`);
  const { StartTime } = journey.Schedule ?? {};
  const joined = { segment, on: 'entered' };
  if (journey.RefreshFrequency !== undefined) {
    const schedule = rateOf(journey);
    ledger.note(
      ['RefreshFrequency'],
      'exact',
      `\`schedule: ${schedule}\`: who is in the segment enters, as often as \`reentry\` lets them`,
    );
    const isAlso = journey.RefreshOnSegmentUpdate === true;
    ledger.note(
      ['RefreshOnSegmentUpdate'],
      isAlso ? 'changed' : 'exact',
      isAlso ? 'who joins the segment enters at once' : 'off, as it was',
    );
    return { fields: { triggers: [{ schedule, segment }, ...(isAlso ? [joined] : [])] }, incomplete: [] };
  }
  ledger.note(['RefreshOnSegmentUpdate'], 'exact', 'of no effect without RefreshFrequency');
  if (StartTime === undefined) {
    ledger.note(
      at,
      'changed',
      `whoever joins the segment \`${segment}\`, not who is in it when the journey is published`,
    );
    return { fields: { triggers: [joined] }, incomplete: [] };
  }
  const schedule = `at(${secondsOnly(StartTime)})`;
  const isPast = Date.parse(StartTime) <= around.now;
  ledger.note(
    ['Schedule', 'StartTime'],
    isPast ? 'changed' : 'exact',
    `\`schedule: ${schedule}\`${isPast ? ', which is past: nobody enters until you change it' : ''}`,
  );
  return { fields: { triggers: [{ schedule, segment }] }, incomplete: [] };
};

type EventStart = NonNullable<NonNullable<Journey['StartCondition']>['EventStartCondition']>;

const fromEvent = ({ EventFilter, SegmentId }: EventStart, { around }: Entering): Part => {
  const { ledger } = around;
  const path = ['StartCondition', 'EventStartCondition'];
  const dimensions = EventFilter?.Dimensions ?? {};
  const at = [...path, 'EventFilter', 'Dimensions'];
  const types = dimensions.EventType?.Values ?? [];
  const events = types.map(eventNamed);
  const isNot = dimensions.EventType?.DimensionType === 'EXCLUSIVE';
  const segment: Condition = SegmentId === undefined ? { when: 'true' } : around.segment(SegmentId);
  ledger.note([...path, 'EventFilter', 'FilterType'], 'changed', 'an event is a signal, whoever says it');
  ledger.note(
    [...at, 'EventType'],
    isNot ? 'not supported' : 'exact',
    isNot ? 'every event but some cannot start a journey' : `\`signal: ${events.map(({ on }) => on).join(', ')}\``,
  );
  if ('incomplete' in segment) ledger.note([...path, 'SegmentId'], 'not supported', segment.incomplete);
  else ledger.note([...path, 'SegmentId'], 'exact', 'the condition of the segment is written out after `where:`');
  const wheres = events.flatMap(({ where }) => (where === undefined ? [] : [{ when: where }]));
  const where = combined([...wheres, ...eventDetails(dimensions, { path: at, around }), segment], 'and');
  const lacks = isNot || types.length === 0 ? ['StartCondition: says no event. Write `signal:` with its name.'] : [];
  const signal = events.length === 1 ? events[0]?.on : events.map(({ on }) => on);
  const condition =
    'when' in where
      ? where.when === 'true'
        ? {}
        : { where: where.when }
      : { incomplete: `StartCondition: ${where.incomplete}` };
  return {
    fields: lacks.length > 0 ? {} : { triggers: [{ signal, ...condition }] },
    incomplete: [...lacks, ...('incomplete' in where ? [`StartCondition: ${where.incomplete}`] : [])],
  };
};

/** Who enters. */
export const entryOf = (entering: Entering): Part => {
  const { journey, ledger } = entering.around;
  const { SegmentStartCondition, EventStartCondition } = journey.StartCondition ?? {};
  ledger.note(['StartCondition', 'Description'], 'not supported', 'kept in this report only');
  if (EventStartCondition !== undefined) {
    const why = 'an event starts the journey when it comes';
    ledger.note(['RefreshFrequency'], 'changed', why);
    ledger.note(['RefreshOnSegmentUpdate'], 'changed', why);
    return fromEvent(EventStartCondition, entering);
  }
  if (SegmentStartCondition !== undefined) return fromSegment(SegmentStartCondition.SegmentId, entering);
  ledger.note(['RefreshFrequency'], 'not supported', 'nobody enters');
  ledger.note(['RefreshOnSegmentUpdate'], 'not supported', 'nobody enters');
  return { fields: {}, incomplete: ['StartCondition is missing: nobody enters. Write `triggers:`.'] };
};
