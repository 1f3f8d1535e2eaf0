import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

import type { Json } from '#core/signal';

/** Nothing that could end a header or begin a second address. */
const ADDRESS = /^[^\s@<>(),;:"\\[\]]{1,64}@[^\s@<>(),;:"\\[\]]+\.[^\s@<>(),;:"\\[\]]+$/;

/** Trimmed, domain in lower case (the part before the @ belongs to its mail server); `undefined` if no address. */
export const emailOf = (value: Json | undefined): string | undefined => {
  const address = typeof value === 'string' ? value.trim() : '';
  if (!ADDRESS.test(address) || address.length > 254) return undefined;
  const at = address.indexOf('@');
  return address.slice(0, at) + address.slice(at).toLowerCase();
};

/**
 * E.164, or `undefined` if the number cannot be one. A national number needs its country. Lengths are checked, not ranges:
 * numbering plans change faster than libraries are updated.
 */
export const phoneOf = (value: Json | undefined, country: Json | undefined): string | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const home = typeof country === 'string' ? country.toUpperCase() : '';
  const written = String(value).trim();
  const key = `${home} ${written}`;
  const known = phones.get(key);
  if (known !== undefined) return known.phone;
  const phone = parsed(written, home);
  if (phones.size >= MAX_PHONES) phones.clear();
  phones.set(key, { phone });
  return phone;
};

/** Reading a number costs as much as all the rest of a view, and the signals of a customer come close together. */
const phones = new Map<string, { readonly phone: string | undefined }>();
const MAX_PHONES = 2000;

const parsed = (written: string, home: string): string | undefined => {
  const options = isSupportedCountry(home) ? { defaultCountry: home, extract: false } : { extract: false };
  const phone = parsePhoneNumberFromString(written, options);
  return phone?.isPossible() === true ? phone.number : undefined;
};

/** An IANA zone as it was written, or `undefined` if there is none of that name. Offsets are no zones: they miss summer time. */
export const zoneOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && isZone(value) ? value : undefined;

/** Asking Intl costs more than everything else in a view, and customers live in few zones. */
const zones = new Map<string, boolean>();
const MAX_ZONES = 1000;

const isZone = (name: string): boolean => {
  const known = zones.get(name) ?? (/^[A-Za-z]/.test(name) && isKnownToIntl(name));
  if (zones.size < MAX_ZONES) zones.set(name, known);
  return known;
};

const isKnownToIntl = (timeZone: string): boolean => {
  try {
    Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    // Intl has no other way to say that a zone is unknown.
    return false;
  }
};
