import { whyWithheld } from '#core/message';
import type { Touchpoint } from './touchpoint.ts';

const clocks = new Map<string, Intl.DateTimeFormat>();
const mostClocks = 500;

/** `Thu 8 Jan 13:00`, on a clock in the zone. */
const sayInstant = (at: number, timeZone: string): string => {
  const options = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone, hour12: false });
  if (clocks.size < mostClocks) clocks.set(timeZone, clock);
  return clock.format(at).replaceAll(',', '');
};

const what = (touchpoint: Touchpoint): string => {
  switch (touchpoint.do) {
    case 'send':
      return `${(touchpoint.channel ?? 'message').replace('sms', 'SMS')} \`${touchpoint.message}\``;
    case 'task':
      return `task for ${touchpoint.to}: ${touchpoint.title}`;
    case 'start':
      return `enters \`${touchpoint.journey}\``;
  }
};

/** `Thu 8 Jan 13:00 SMS \`last-call\`, if …, unless …`. @param exits what would end the run before */
export const sayTouchpoint = (touchpoint: Touchpoint, exits: readonly string[], zone: string): string => {
  const withheld = touchpoint.do === 'send' ? touchpoint.withheld : undefined;
  return [
    `${sayInstant(touchpoint.at, zone)} ${what(touchpoint)}`,
    ...(withheld === undefined ? [] : [`as things stand not sent: ${whyWithheld(withheld)}`]),
    ...(touchpoint.if.length === 0 ? [] : [`if ${touchpoint.if.join(' and ')}`]),
    ...(exits.length === 0 ? [] : [`unless ${exits.join(' or ')}`]),
  ].join(', ');
};
