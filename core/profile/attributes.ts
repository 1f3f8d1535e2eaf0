import { isObject, own, type Json, type JsonObject, type Signal } from '#core/signal';
import { cartAttributes } from './cart.ts';
import { consentAttributes } from './consent.ts';
import type { Attributes } from './writes.ts';

const MAX_TRAIT_NAME = 100;
const MAX_TRAIT = 1024;
const MAX_TOKEN = 512;

/** Traits that are kept as something else. */
const APART: readonly string[] = ['consent', 'devices'];

/** Everything a signal says of its customer, as attributes to write. */
export const attributesOf = (signal: Signal): Attributes => ({
  ...identity(signal),
  ...traits(signal),
  ...consentAttributes(signal),
  ...devices(signal),
  ...cartAttributes(signal),
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
  name !== '' && name.length <= MAX_TRAIT_NAME && JSON.stringify(value).length <= MAX_TRAIT;

/** The device a call came from, and devices listed in the traits. An app that was uninstalled has none any more. */
const devices = ({ type, event, context, traits: all }: Signal): Attributes => {
  const device = own(context, 'device');
  const os = own(context, 'os');
  const listed = own(all, 'devices');
  const here = isObject(device) ? [{ type: isObject(os) ? (own(os, 'name') ?? null) : null, ...device }] : [];
  const there = type !== 'group' && Array.isArray(listed) ? listed.filter(isObject) : [];
  const gone = event === 'Application Uninstalled';
  return Object.fromEntries([...there, ...here].flatMap((found) => deviceEntry(found, gone)));
};

const deviceEntry = (device: JsonObject, gone: boolean): readonly (readonly [string, Json])[] => {
  const token = own(device, 'token');
  const platform = String(own(device, 'type') ?? own(device, 'platform')).toLowerCase();
  if (typeof token !== 'string' || token === '' || token.length > MAX_TOKEN) return [];
  if (gone) return [[`device:${token}`, null]];
  return platform === 'ios' || platform === 'android' ? [[`device:${token}`, platform]] : [];
};
