import type { MessageKind } from '../activities/surroundings.ts';
import { own } from '../read/own.ts';

/** What a template names, as a path of ours; `note` says what is different. */
export type Variable = { readonly path: string; readonly note?: string };

const plain = /^[A-Za-z_][\w-]*$/;
const below = (root: string, name: string): string =>
  plain.test(name) ? `${root}.${name}` : `${root}[${name.includes("'") ? `"${name}"` : `'${name}'`}]`;

const fixed: Readonly<Record<string, string>> = {
  'User.UserId': 'profile.userId',
  Id: 'profile.userId',
  'Demographic.Timezone': 'profile.timezone',
  'Location.City': 'profile.traits.address.city',
  'Location.Country': 'profile.traits.address.country',
  'Location.PostalCode': 'profile.traits.address.postal_code',
  'Location.Region': 'profile.traits.address.state',
  'Demographic.AppVersion': 'profile.traits.app_version',
  'Demographic.Make': 'profile.traits.device_make',
  'Demographic.Model': 'profile.traits.device_model',
  'Demographic.Platform': 'profile.traits.device_type',
  'Demographic.Locale': 'profile.traits.locale',
};
const addresses: Readonly<Record<MessageKind, string | undefined>> = {
  email: 'profile.email',
  sms: 'profile.phone',
  push: undefined,
};

/** `User.UserAttributes.[First Name].[0]` as its names, an index of a list left out: a trait is one value. */
export const namesOf = (text: string): readonly string[] =>
  [...text.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)]
    .map((match) => match[1] ?? match[0])
    .filter((name) => !/^\d+$/.test(name));

/** Where a variable of Pinpoint's is found here; undefined where nowhere. */
export const variableOf = (text: string, kind: MessageKind): Variable | undefined => {
  const names = namesOf(text);
  const whole = names.join('.');
  const [first, second, ...rest] = names;
  const name = rest.join('.');
  if (first === 'User' && second === 'UserAttributes' && name !== '') return { path: below('profile.traits', name) };
  if ((first === 'Attributes' || first === 'Metrics') && second !== undefined)
    return {
      path: below('profile.traits', [second, ...rest].join('.')),
      note: `{{${text}}} is a trait of the customer, not of one endpoint`,
    };
  const address = whole === 'Address' ? addresses[kind] : undefined;
  const found = address ?? own(fixed, whole);
  return found === undefined ? undefined : { path: found, note: `{{${text}}} is \`${found}\`` };
};
