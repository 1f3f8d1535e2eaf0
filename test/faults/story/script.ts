import { type Chance, seeded } from '../../../bench/durability/seeded.ts';
import type { Mood } from '../ground/kernel.ts';

/** Monday 5 January 2026, 09:00 UTC. */
export const monday = Date.parse('2026-01-05T09:00:00Z');
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** One customer of a story. */
export type Person = { readonly user: string; readonly traits: object; readonly device?: string };

/** What a customer does; or, `after` a message, what comes back. */
export type Line = {
  readonly number: number;
  readonly person: number;
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
};
export type Spoken = Line & { readonly at: number };
/** Said so long after the n-th message that a provider took. */
export type Reaction = Line & { readonly message: number; readonly afterMs: number };

/** When a provider takes nothing. */
export type Outage = { readonly operation: string; readonly from: number; readonly to: number };

export type Script = {
  readonly start: number;
  readonly people: readonly Person[];
  readonly spoken: readonly Spoken[];
  readonly reactions: readonly Reaction[];
  /** Said while somebody is frozen, one at each time. */
  readonly meanwhile: readonly (Line & { readonly afterMs: number })[];
  readonly outages: readonly Outage[];
  readonly mood: Mood;
};

const providers = ['SendRawEmail', 'SendTextMessage', 'SendMessages'] as const;

const person = (seed: number, number: number, chance: Chance): Person => {
  const shared = chance.isOneIn(4);
  const consent = {
    email: !chance.isOneIn(6),
    sms: !chance.isOneIn(4),
    push: !chance.isOneIn(3),
  };
  const user = `person-${seed}-${number}`;
  const own = shared ? `home-${seed}` : user;
  const phone = `+4477${String(900_000_00 + (seed % 90_000) * 10 + number).padStart(8, '0')}`;
  return {
    user,
    traits: {
      email: `${own}@customer.example`,
      ...(chance.isOneIn(5) ? {} : { phone }),
      ...(chance.isOneIn(3) ? { timezone: chance.oneOf(['America/New_York', 'Asia/Tokyo', 'Europe/Berlin']) } : {}),
      consent,
    },
    ...(chance.isOneIn(2) ? { device: `device-${user}` } : {}),
  };
};

/** Around the ends of waits more happens than elsewhere. */
const instants = [0, 20, 2_000, 30_000, hour, 4 * hour, 4 * hour + 35_000, day, 28 * hour, day + 2 * hour];

const momentIn = (chance: Chance): number => {
  if (chance.isOneIn(3)) return chance.between(0, 30 * 3600) * 1000;
  return Math.max(0, chance.oneOf([0, ...instants]) + chance.between(-120, 120) * chance.oneOf([1, 1, 10, 1000]));
};

const actions = [
  'Product Added',
  'Order Completed',
  'Consent Changed',
  'Consent Changed',
  'Offer Asked',
  'identify',
] as const;

const propertiesOf = (event: string, chance: Chance): Record<string, unknown> => {
  if (event !== 'Consent Changed') return { cart: chance.isOneIn(5) ? 'other' : 'cart' };
  const channel = chance.oneOf(['email', 'sms', 'push', 'email']);
  return { channel, granted: chance.isOneIn(3), ...(chance.isOneIn(2) ? { topic: 'promotions' } : {}) };
};

const reactionsOf = (chance: Chance): Pick<Line, 'event' | 'properties'> => {
  const event = chance.oneOf([
    'Email Link Clicked',
    'Email Link Clicked',
    'Email Delivered',
    'Email Delivered',
    'Email Bounced',
    'Email Complained',
    'Order Completed',
    'Consent Changed',
  ]);
  const properties =
    event === 'Email Bounced'
      ? { bounceType: chance.isOneIn(4) ? 'Transient' : 'Permanent' }
      : propertiesOf(event, chance);
  return { event, properties };
};

/** What a seed tells: who there is, what they do, which provider fails, and how much breaks. */
export const scriptOf = (seed: number): Script => {
  const chance = seeded(seed);
  const start = monday + chance.oneOf([0, 0, 4, 7.9, 8, 11]) * hour;
  const people = Array.from({ length: chance.isOneIn(3) ? 2 : 1 }, (_, number) => person(seed, number, chance));
  let number = 0;
  const first = people.flatMap((_, index): readonly Spoken[] => {
    const event = chance.oneOf(['Product Added', 'Offer Asked', 'Order Completed']);
    const at = chance.between(0, 50);
    const asks = (cart: string): Spoken => ({ number: number++, person: index, event, properties: { cart }, at });
    // Two runs that come to a message at the same moment.
    return chance.isOneIn(3) ? [asks('cart'), asks('other')] : [asks('cart')];
  });
  const more = Array.from({ length: chance.between(0, 4) }, (): Spoken => {
    const event = chance.oneOf(actions);
    const index = chance.between(0, people.length - 1);
    return { number: number++, person: index, event, properties: propertiesOf(event, chance), at: momentIn(chance) };
  });
  const reactions = Array.from({ length: chance.between(0, 2) }, (): Reaction => ({
    number: number++,
    person: 0,
    ...reactionsOf(chance),
    message: chance.between(0, 2),
    afterMs: chance.oneOf([5, 50, 20_000, hour, day - 300, day + 15]),
  }));
  const meanwhile = Array.from({ length: chance.between(0, 3) }, () => {
    const event = chance.oneOf([
      'Consent Changed',
      'Consent Changed',
      'Order Completed',
      'Email Link Clicked',
      'Offer Asked',
    ]);
    const properties = propertiesOf(event, chance);
    return { number: number++, person: 0, event, properties, afterMs: chance.oneOf([20, 1000, 5000, 12_000, 60_000]) };
  });
  const outages = providers.flatMap((operation): readonly Outage[] => {
    if (!chance.isOneIn(16)) return [];
    const from = momentIn(chance);
    return [{ operation, from: start + from - hour, to: start + from + chance.oneOf([hour / 4, hour, hour, 2 * day]) }];
  });
  const mood: Mood = {
    interrupts: chance.oneOf([0.05, 0.2, 0.5]),
    breaks: chance.oneOf([0.02, 0.1, 0.25, 0.5]),
    most: chance.between(1, 5),
    there: chance.oneOf([/./, /Transact|SendRaw|SendText|SendMessages/, /ENROL|Task/, /PROFILE|GATE|SUPPRESSED/]),
  };
  return {
    start,
    people,
    spoken: [...first, ...more].toSorted((a, b) => a.at - b.at),
    reactions,
    meanwhile,
    outages,
    mood,
  };
};
