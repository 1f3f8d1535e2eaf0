import { emailOf, phoneOf, zoneOf } from '#core/profile';
import type { Json, JsonObject } from '#core/signal';
import { isObject } from '#core/signal';
import type { Mapping } from '../columns/target.ts';
import type { Fault, ReadRow, SaidConsent } from './customer.ts';
import { readInstant, readTrait } from './read-value.ts';

/** Whether a row is an endpoint as Pinpoint exports it, in JSON or with dotted columns. */
export const isEndpoint = (names: readonly string[]): boolean =>
  names.includes('ChannelType') || names.includes('EndpointStatus') || names.includes('User.UserId');

/** A CSV's `User.UserAttributes.Plan` as the object it stands for. */
export const nested = (fields: JsonObject): JsonObject => {
  const root: { [name: string]: Json } = {};
  for (const [path, value] of Object.entries(fields)) {
    const parts = path.split('.');
    const depth = path.startsWith('User.UserAttributes.') ? 3 : 2;
    const names = [...parts.slice(0, depth - 1), parts.slice(depth - 1).join('.')].filter((name) => name !== '');
    if (value === '' || names.includes('__proto__')) continue;
    let at: { [name: string]: Json } = root;
    for (const name of names.slice(0, -1)) {
      const next: { [name: string]: Json } = { ...(isObject(at[name]) ? at[name] : {}) };
      at[name] = next;
      at = next;
    }
    at[names.at(-1) ?? path] = value;
  }
  return root;
};

const objectOf = (value: Json | undefined): JsonObject => (value !== undefined && isObject(value) ? value : {});
const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** Pinpoint keeps lists; a list of one is that one. */
const traitsOf = (attributes: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => {
      const values = Array.isArray(value) ? value : [value];
      const read = values.flatMap((each) => readTrait(name, each) ?? []);
      return read.length === 0 ? [] : [[name, read.length === 1 ? (read[0] ?? null) : read] as const];
    }),
  );

const named = (source: JsonObject, names: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(
    Object.entries(names).flatMap(([theirs, ours]) => {
      const value = source[theirs];
      return value === undefined || value === null || value === '' ? [] : [[ours, value] as const];
    }),
  );

const channels: Readonly<Record<string, SaidConsent['channel']>> = {
  EMAIL: 'email',
  SMS: 'sms',
  VOICE: 'sms',
  GCM: 'push',
  APNS: 'push',
  APNS_SANDBOX: 'push',
  APNS_VOIP: 'push',
  APNS_VOIP_SANDBOX: 'push',
};

type Contact = { readonly traits: JsonObject } | { readonly fault: Fault };
const wrong = (message: string, proposal: string): Contact => ({ fault: { column: 'Address', message, proposal } });

const contactOf = (type: string, address: Json | undefined, country: Json | undefined): Contact => {
  if (textOf(address) === undefined) return { traits: {} };
  switch (channels[type]) {
    case 'email': {
      const email = emailOf(address);
      return email === undefined
        ? wrong('This is no email address.', 'correct it or leave it out')
        : { traits: { email } };
    }
    case 'sms': {
      const phone = phoneOf(address, country);
      return phone === undefined
        ? wrong('This is no phone number.', 'write it with its country')
        : { traits: { phone } };
    }
    case 'push':
      return { traits: { devices: [{ token: String(address), type: type === 'GCM' ? 'android' : 'ios' }] } };
    default:
      return { traits: {} };
  }
};

/** `ALL` is a refusal. `NONE` only says that there was none: it is no consent. */
const refusalOf = (endpoint: JsonObject): readonly SaidConsent[] => {
  const channel = channels[textOf(endpoint['ChannelType'])?.toUpperCase() ?? ''];
  if (channel === undefined || textOf(endpoint['OptOut'])?.toUpperCase() !== 'ALL') return [];
  return [{ channel, topic: '*', granted: false, evidence: { column: 'OptOut' } }];
};

const demographics = {
  AppVersion: 'app_version',
  Make: 'device_make',
  Model: 'device_model',
  Platform: 'device_type',
  PlatformVersion: 'os_version',
  Locale: 'locale',
};
const places = { City: 'city', Country: 'country', PostalCode: 'postalCode', Region: 'state' };

/**
 * An endpoint of Pinpoint as a customer: that of its user, else the endpoint's own id. Attributes of the user come before those of
 * the endpoint. An address that Pinpoint no longer sent to is not taken over.
 * @see https://docs.aws.amazon.com/pinpoint/latest/apireference/apps-application-id-endpoints-endpoint-id.html
 */
export const fromEndpoint = (endpoint: JsonObject, mapping: Mapping): ReadRow => {
  const user = objectOf(endpoint['User']);
  const userId = textOf(user['UserId']);
  const id = textOf(endpoint['Id']);
  const address = named(objectOf(endpoint['Location']), places);
  const demographic = objectOf(endpoint['Demographic']);
  const zone = zoneOf(demographic['Timezone']);
  const isActive = textOf(endpoint['EndpointStatus'])?.toUpperCase() !== 'INACTIVE';
  const type = textOf(endpoint['ChannelType'])?.toUpperCase() ?? '';
  const country = address['country'] ?? mapping.country;
  const contact = isActive ? contactOf(type, endpoint['Address'], country) : { traits: {} };
  const at = readInstant(endpoint['EffectiveDate'] ?? null);
  if ('fault' in contact) return { faults: [contact.fault] };
  if (userId === undefined && id === undefined)
    return {
      faults: [
        { column: 'User.UserId', message: 'This endpoint has neither a user nor an id.', proposal: 'leave it out' },
      ],
    };
  return {
    customer: {
      ...(userId === undefined ? { anonymousId: id ?? '' } : { userId }),
      ...(at !== undefined && { at }),
      traits: {
        ...traitsOf(objectOf(endpoint['Metrics'])),
        ...traitsOf(objectOf(endpoint['Attributes'])),
        ...traitsOf(objectOf(user['UserAttributes'])),
        ...named(demographic, demographics),
        ...(zone !== undefined && { timezone: zone }),
        ...(Object.keys(address).length > 0 && { address }),
        ...contact.traits,
      },
      consents: refusalOf(endpoint),
    },
  };
};
