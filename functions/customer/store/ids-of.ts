import { emptyProfile, foldSignal, lookupsOf, pairsOf, type Profile, viewProfile } from '#core/profile';
import type { Signal } from '#core/signal';

/** Under what a customer may be found: kind and value, as their rows are called. */
export type KnownId = { readonly kind: string; readonly value: string };

const named = (kind: string, value: string | undefined): readonly KnownId[] =>
  value === undefined ? [] : [{ kind, value }];

/** Every id a signal names, as one that is looked up. */
export const idsInSignal = (signal: Signal): readonly KnownId[] => [
  ...named('user', signal.subject.user),
  ...named('anonymous', signal.subject.anonymous),
  // A previous id may have been a user's or an anonymous one.
  ...pairsOf(signal).flatMap(({ user, other }) => [
    ...named('user', user),
    ...named('user', other),
    ...named('anonymous', other),
  ]),
  ...lookupsOf(foldSignal(emptyProfile(), signal)),
];

/** Every id a profile still knows. */
export const idsInProfile = (profile: Profile): readonly KnownId[] => {
  const { userId, anonymousId } = viewProfile(profile);
  const linked = Object.values(profile.links ?? {}).flatMap((users) =>
    Object.entries(users).flatMap(([user, others]) => [user, ...Object.keys(others)]),
  );
  return [
    ...named('user', userId),
    ...named('anonymous', anonymousId),
    ...linked.flatMap((id) => [...named('user', id), ...named('anonymous', id)]),
    ...lookupsOf(profile),
  ];
};
