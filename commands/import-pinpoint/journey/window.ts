import type { Surroundings } from '../activities/surroundings.ts';
import type { Part } from './entry.ts';
import { closedDays, openHours } from './open-hours.ts';

const none: Part = { fields: {}, incomplete: [] };

/** How long a message is held at most: a night, or over days on which nothing leaves. */
const longestHold = { night: '1 day', days: '14 days' } as const;

/** Pinpoint's quiet time, open hours and closed days, as the hours in which messages may leave. */
export const windowOf = ({ journey, ledger }: Surroundings): Part => {
  const { QuietTime, WaitForQuietTime, SendingSchedule } = journey;
  const { Start, End } = QuietTime ?? {};
  const isQuiet = Start !== undefined && End !== undefined && Start !== End;
  const isScheduled = isQuiet && SendingSchedule === true;
  const hold = WaitForQuietTime === true ? 'hold' : 'skip';
  ledger.note(['WaitForQuietTime'], 'exact', isQuiet ? `\`otherwise: ${hold}\`` : 'of no effect without quiet time');
  ledger.note(
    ['SendingSchedule'],
    'exact',
    isScheduled ? 'open hours and closed days count' : 'open hours and closed days do not count, as before',
  );
  if (!isScheduled)
    for (const field of ['OpenHours', 'ClosedDays'])
      ledger.note(
        [field],
        'exact',
        'of no effect in Pinpoint: SendingSchedule or QuietTime is not set, so it is left out',
      );
  if (!isQuiet) {
    ledger.note(
      ['QuietTime'],
      QuietTime === undefined ? 'exact' : 'not supported',
      'from and to some hour: this is no time at all',
    );
    return none;
  }
  ledger.note(['QuietTime', 'Start'], 'exact', `\`window.to: ${Start}\``);
  const unknown =
    'customers without a zone of their own keep it in the zone of the journey; Pinpoint sent to them anyway';
  ledger.note(['QuietTime', 'End'], 'changed', `\`window.from: ${End}\`; ${unknown}`);
  const closed = isScheduled ? closedDays(journey, ledger) : [];
  const hours = isScheduled ? openHours(journey, ledger) : {};
  const window = {
    from: End,
    to: Start,
    zone: 'customer',
    ...hours,
    ...(closed.length === 0 ? {} : { closed }),
    otherwise: hold,
    ...(hold === 'skip' ? {} : { atMost: isScheduled ? longestHold.days : longestHold.night }),
  };
  return { fields: { window }, incomplete: [] };
};
