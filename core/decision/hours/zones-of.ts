import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { ProfileView } from '#core/profile';
import { isObject, own } from '#core/signal';
import { zonesOfAreaCode } from './area-codes.ts';

type Known = Pick<ProfileView, 'timezone' | 'phone' | 'traits'>;

const offsetsIn2026 = [Date.UTC(2026, 0, 15), Date.UTC(2026, 3, 1), Date.UTC(2026, 6, 15), Date.UTC(2026, 9, 28)];

/** What tells zones apart here: how their clocks stand through a year. */
const clockOf = (timeZone: string): string => {
  const clock = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  return offsetsIn2026.map((at) => clock.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value).join();
};

const zonesIn = new Map<string, readonly string[]>();

/** The zones of a country (ISO 3166, two letters), one for each way its clocks go. */
const zonesOfCountry = (country: string): readonly string[] => {
  if (!/^[A-Za-z]{2}$/.test(country)) return [];
  const known = zonesIn.get(country);
  if (known !== undefined) return known;
  const all = new Intl.Locale(`und-${country}`).getTimeZones?.() ?? [];
  const zones = [...new Map(all.map((zone) => [clockOf(zone), zone])).values()];
  zonesIn.set(country, zones);
  return zones;
};

/** In North America the three digits after +1 tell the place; elsewhere the country must do. */
const readZones = (phone: string): readonly string[] => {
  const parsed = parsePhoneNumberFromString(phone);
  if (parsed === undefined) return [];
  const ofArea = parsed.countryCallingCode === '1' ? zonesOfAreaCode(parsed.nationalNumber.slice(0, 3)) : undefined;
  if (ofArea !== undefined) return ofArea;
  const countries = parsed.country === undefined ? parsed.getPossibleCountries() : [parsed.country];
  const zones = countries.flatMap(zonesOfCountry);
  return [...new Map(zones.map((zone) => [clockOf(zone), zone])).values()];
};

/** A decision asks several times, and reading a number costs as much as all the rest of it. */
let last: { readonly phone: string; readonly zones: readonly string[] } | undefined;

const zonesOfPhone = (phone: string): readonly string[] => {
  if (last?.phone !== phone) last = { phone, zones: readZones(phone) };
  return last.zones;
};

const countryOf = ({ traits }: Known): string => {
  const address = own(traits, 'address');
  const country = own(traits, 'country') ?? (isObject(address) ? own(address, 'country') : undefined);
  return typeof country === 'string' ? country : '';
};

/**
 * Where a customer may be, as IANA zones: their own, else where their phone is from, else the zones of their country, else
 * the one given. Of several, all must be open: nobody is woken for living in a large country.
 */
export const zonesOf = (profile: Known, unknown: string): readonly string[] => {
  if (profile.timezone !== undefined) return [profile.timezone];
  const ofPhone = profile.phone === undefined ? [] : zonesOfPhone(profile.phone);
  const zones = ofPhone.length > 0 ? ofPhone : zonesOfCountry(countryOf(profile));
  return zones.length > 0 ? zones : [unknown];
};
