import type { SegmentDimensions, SetDimension } from '../read/condition-shapes.ts';
import type { Ledger, Path } from '../report/ledger.ts';
import { attributeHolds, hasAnyOf, metricHolds } from './comparisons.ts';
import { combined, type Condition, jsonataPath, negated, noted } from './condition.ts';

type At = { readonly ledger: Ledger; readonly path: Path };

const unwritable = (name: string): Condition => ({ incomplete: `No condition can name \`${name}\`.` });

/** A named dimension of which there are several: attributes and metrics. */
const named = <Dimension>(
  dimensions: { readonly [name: string]: Dimension } | undefined,
  { ledger, path }: At,
  write: (path: string, dimension: Dimension) => Condition,
  where: { readonly root: readonly string[]; readonly how: string },
): readonly Condition[] =>
  Object.entries(dimensions ?? {}).map(([name, dimension]) => {
    const read = jsonataPath(...where.root, name);
    const condition = read === undefined ? unwritable(name) : write(read, dimension);
    return noted(ledger, [...path, name], condition, { changed: `${where.how} \`${read}\`` });
  });

const inverted = (condition: Condition, type: SetDimension['DimensionType']): Condition =>
  type === 'EXCLUSIVE' ? negated(condition) : condition;

/** Whether somebody can be reached there: a profile has addresses where Pinpoint has endpoints. */
const channels: Readonly<Record<string, string>> = {
  EMAIL: '$exists(profile.email)',
  SMS: '$exists(profile.phone)',
  VOICE: '$exists(profile.phone)',
  PUSH: '$count(profile.devices) > 0',
  GCM: '"android" in profile.devices.platform',
  APNS: '"ios" in profile.devices.platform',
  APNS_SANDBOX: '"ios" in profile.devices.platform',
};

const channelHolds = ({ Values, DimensionType }: SetDimension): Condition => {
  const unknown = Values.find((value) => !Object.hasOwn(channels, value));
  if (unknown !== undefined) return { incomplete: `No profile has a channel ${unknown}.` };
  const each = Values.map((value) => ({ when: channels[value] ?? 'false' }));
  return inverted(combined(each, 'or'), DimensionType);
};

const platformHolds = ({ Values, DimensionType }: SetDimension): Condition =>
  inverted(
    hasAnyOf(
      'profile.devices.platform',
      Values.map((value) => value.toLowerCase()),
    ),
    DimensionType,
  );

/** What Pinpoint knows of a device, and the trait it is read from here. */
const deviceTraits = {
  AppVersion: 'app_version',
  DeviceType: 'device_type',
  Make: 'device_make',
  Model: 'device_model',
} as const;

const setHolds = (read: string, { Values, DimensionType }: SetDimension): Condition =>
  inverted(hasAnyOf(read, Values), DimensionType);

const demographic = (of: NonNullable<SegmentDimensions['Demographic']>, { ledger, path }: At): readonly Condition[] => {
  const traits = (['AppVersion', 'DeviceType', 'Make', 'Model'] as const).flatMap((name) => {
    const dimension = of[name];
    if (dimension === undefined) return [];
    const read = `profile.traits.${deviceTraits[name]}`;
    const how = {
      changed: `read from the trait \`${deviceTraits[name]}\`, which your app has to identify people with`,
    };
    return [noted(ledger, [...path, name], setHolds(read, dimension), how)];
  });
  const channel = of.Channel === undefined ? undefined : channelHolds(of.Channel);
  const platform = of.Platform === undefined ? undefined : platformHolds(of.Platform);
  const reached = { changed: 'whoever can be reached there, not an endpoint of that channel' };
  return [
    ...traits,
    ...(channel === undefined ? [] : [noted(ledger, [...path, 'Channel'], channel, reached)]),
    ...(platform === undefined
      ? []
      : [noted(ledger, [...path, 'Platform'], platform, { changed: 'the platform of a device that takes push' })]),
  ];
};

const country = 'profile.traits.address.country';

/**
 * Who is meant by the dimensions of a segment, each of which must hold.
 * @param at where they stand, for the report
 */
export const dimensionsHold = (dimensions: SegmentDimensions, { ledger, path }: At): readonly Condition[] => {
  const { Attributes, UserAttributes, Metrics, Behavior, Demographic, Location } = dimensions;
  const at = (...keys: Path): At => ({ ledger, path: [...path, ...keys] });
  const incomplete = (keys: Path, why: string): Condition =>
    noted(ledger, [...path, ...keys], { incomplete: why }, { exact: '' });
  return [
    ...named(Attributes, at('Attributes'), attributeHolds, {
      root: ['profile', 'traits'],
      how: 'of the customer instead of one endpoint:',
    }),
    ...named(UserAttributes, at('UserAttributes'), attributeHolds, { root: ['profile', 'traits'], how: 'read from' }),
    ...named(Metrics, at('Metrics'), metricHolds, {
      root: ['profile', 'traits'],
      how: 'of the customer instead of one endpoint:',
    }),
    ...(Behavior?.Recency === undefined
      ? []
      : [incomplete(['Behavior', 'Recency'], 'When somebody last used the app is not kept in the profile.')]),
    ...(Demographic === undefined ? [] : demographic(Demographic, at('Demographic'))),
    ...(Location?.Country === undefined
      ? []
      : [
          noted(ledger, [...path, 'Location', 'Country'], setHolds(country, Location.Country), {
            changed: 'read from the trait `address.country`',
          }),
        ]),
    ...(Location?.GPSPoint === undefined
      ? []
      : [incomplete(['Location', 'GPSPoint'], 'No condition can compute a distance.')]),
  ];
};
