import { type Json, isObject } from '#core/signal';

/** Traits of the Segment Spec that say who somebody is or how to reach them, in either spelling. */
const personal = new Set(
  'address avatar birthday city description email firstname first_name lastname last_name name phone postalcode postal_code street username website'.split(
    ' ',
  ),
);

export const hidden = '•••';

/** `l•••@example.com`: enough to tell two apart, too little to write to. */
export const maskEmail = (email: string): string => {
  const at = email.lastIndexOf('@');
  return at < 1 ? hidden : `${email.charAt(0)}${hidden}${email.slice(at)}`;
};

/** The country code's beginning and the last two digits. */
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)}${hidden}${phone.slice(-2)}`;

/** An id of a source system may well be an address or a name. */
export const maskId = (id: string): string => (id.length < 8 ? hidden : `${id.slice(0, 2)}${hidden}${id.slice(-2)}`);

/** Text that could be a name, an address or something somebody wrote is longer than this, has an @ or many digits. */
const longestPlain = 40;
const isTelling = (text: string): boolean =>
  text.length > longestPlain || text.includes('@') || text.replaceAll(/\D/g, '').length > 8;

/** A value without what says who somebody is: contact data and free text. Figures, flags and short words stay. */
export const maskValue = (value: Json): Json => {
  if (typeof value === 'string') return isTelling(value) ? hidden : value;
  if (typeof value === 'number') return isTelling(String(value)) && Number.isInteger(value) ? hidden : value;
  if (Array.isArray(value)) return value.map(maskValue);
  return isObject(value) ? maskTraits(value) : value;
};

export const maskTraits = (traits: { readonly [name: string]: Json }): { readonly [name: string]: Json } =>
  Object.fromEntries(
    Object.entries(traits).map(([name, value]) => [
      isTelling(name) ? hidden : name,
      personal.has(name.toLowerCase()) ? hidden : maskValue(value),
    ]),
  );
