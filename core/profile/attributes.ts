import { pushBounced } from '#core/events';
import { fitsIn, isObject, own, type Json, type JsonObject, type Signal } from '#core/signal';
import { cartAttributes } from './cart.ts';
import { consentAttributes } from './consent/index.ts';
import { identityAttributes, sided } from './identity/index.ts';
import { complaintAttributes } from './traits/index.ts';
import type { Attributes } from './writes.ts';

/**
 * What a name, a trait with its name, and a token may take, in bytes of JSON. With every kind full (200 traits, 50 products of
 * 1,300 bytes, 10 devices, 10 complaints, 150 consents with their confirmations, 100 event names of 250 bytes) and 60 bytes of stamp for each, a profile stays below
 * 300 KB; an item of DynamoDB may take 400 KB.
 */
const MAX_TRAIT_NAME = 100;
const MAX_TRAIT = 640;
const MAX_TOKEN = 512;

/** Traits that are kept as something else. */
const APART: readonly string[] = ['consent', 'devices', 'externalIds'];

/** Everything a signal says of its customer, as attributes to write. */
export const attributesOf = (signal: Signal): Attributes => ({
  ...identity(signal),
  ...traits(signal),
  ...identityAttributes(signal),
  ...sided(consentAttributes(signal), signal.subject),
  ...devices(signal),
  ...cartAttributes(signal),
  ...complaintAttributes(signal),
});

const identity = ({ subject }: Signal): Attributes => ({
  ...(subject.user !== undefined && { user: subject.user }),
  ...(subject.anonymous !== undefined && { anonymous: subject.anonymous }),
});

/** The traits of a `group` call are the group's. A value too long to keep is passed over, and the one before it stays. */
const traits = ({ type, traits: all }: Signal): Attributes =>
  type === 'group'
    ? {}
    : Object.fromEntries(
        Object.entries(all)
          .filter(([name, value]) => !APART.includes(name) && isTrait(name, value))
          .map(([name, value]) => [`trait:${name}`, value]),
      );

const isTrait = (name: string, value: Json): boolean =>
  name !== '' && fitsIn(MAX_TRAIT_NAME, name) && fitsIn(MAX_TRAIT, [name, value]);

/** A device of which one of these is said gets nothing any more, until it calls again. */
const GONE: readonly string[] = ['Application Uninstalled', pushBounced];

/** The device a call came from, and devices listed in the traits. */
const devices = ({ type, event, context, traits: all }: Signal): Attributes => {
  const device = own(context, 'device');
  const os = own(context, 'os');
  const listed = own(all, 'devices');
  const here = isObject(device) ? [{ type: isObject(os) ? (own(os, 'name') ?? null) : null, ...device }] : [];
  const there = type !== 'group' && Array.isArray(listed) ? listed.filter(isObject) : [];
  const gone = GONE.includes(event);
  return Object.fromEntries([...there, ...here].flatMap((found) => deviceEntry(found, gone)));
};

const deviceEntry = (device: JsonObject, gone: boolean): readonly (readonly [string, Json])[] => {
  const token = own(device, 'token');
  const platform = String(own(device, 'type') ?? own(device, 'platform')).toLowerCase();
  if (typeof token !== 'string' || token === '' || !fitsIn(MAX_TOKEN, token)) return [];
  if (gone) return [[`device:${token}`, null]];
  return platform === 'ios' || platform === 'android' ? [[`device:${token}`, platform]] : [];
};
