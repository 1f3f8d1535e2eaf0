import type { Enrolment } from '#core/journey';
import type { ProfileView } from '#core/profile';
import { isObject, type Json, type JsonObject, own } from '#core/signal';

/** Something the customer may use now: what it is, and where it comes from. */
export type Offer = { readonly offer: Json; readonly from: string };

const isOver = (offer: Json, now: number): boolean => {
  const until = isObject(offer) ? (own(offer, 'expiresAt') ?? own(offer, 'expires_at')) : undefined;
  const at = typeof until === 'string' ? Date.parse(until) : until;
  return typeof at === 'number' && at <= now;
};

const fromTraits = (traits: JsonObject, now: number): readonly Offer[] => {
  const listed = own(traits, 'offers');
  const offers = Array.isArray(listed) ? listed : listed === undefined ? [] : [listed];
  const coupon = own(traits, 'coupon');
  return [
    ...offers.map((offer: Json) => ({ offer, from: 'traits.offers' })),
    ...(coupon === undefined ? [] : [{ offer: coupon, from: 'traits.coupon' }]),
  ].filter(({ offer }) => !isOver(offer, now));
};

/**
 * Offers that are live: those the traits `offers` (a list; an entry with `expiresAt` in the past is none) and `coupon` name,
 * and what `decide` steps of open runs have chosen.
 */
export const liveOffers = (
  profile: Pick<ProfileView, 'traits'>,
  open: readonly Pick<Enrolment, 'journey' | 'steps'>[],
  now: number,
): readonly Offer[] => [
  ...fromTraits(profile.traits, now),
  ...open.flatMap(({ journey, steps }) =>
    Object.entries(steps).flatMap(([step, { status, option }]) =>
      status === 'decided' && typeof option === 'string' ? [{ offer: option, from: `${journey}.${step}` }] : [],
    ),
  ),
];
