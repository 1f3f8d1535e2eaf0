import { isForbidden } from '#core/signal';
import { isNote } from '../read/read-rows.ts';
import type { Column, Mapping } from './target.ts';

/** Usual names, without separators and in small letters. */
const usual: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    userId: 'userid customerid customernumber memberid accountid crmid externalid externalcustomerid',
    anonymousId: 'anonymousid',
    email: 'email emailaddress mail mailaddress',
    phone: 'phone phonenumber mobile mobilephone mobilenumber cellphone telephone msisdn',
    firstName: 'firstname givenname forename',
    lastName: 'lastname surname familyname',
    timezone: 'timezone tz',
    prefers: 'prefers preferredchannel',
    date: 'updatedat lastmodified modifiedat lastupdated effectivedate timestamp',
    evidence: 'consentevidence consentsource consenttext',
    'address.country': 'country countrycode',
    'address.city': 'city town',
    'address.state': 'state region province',
    'address.postalCode': 'postalcode postcode zip zipcode',
    'address.street': 'street streetaddress',
  }).flatMap(([target, names]) => names.split(' ').map((name) => [name, target] as const)),
);

const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const channels: Readonly<Record<string, string>> = {
  email: 'email',
  mail: 'email',
  sms: 'sms',
  text: 'sms',
  push: 'push',
};
const out = /\b(opt out|optout|opted out|unsubscribed?|refused|suppressed|do not)\b/;
const granted = /\b(consent|consented|opt in|optin|opted in|subscribed?|permission|agreed|accepts?|marketing|gdpr)\b/;
const when = /\b(at|date|time|on|timestamp)$/;

const proposal = 'say of which channel: consent.email, or consent.email.promotions for one topic';

/** What a column says about consent, where its name says of which channel; a consent is never guessed further. */
const consentOf = (words: readonly string[]): { readonly target?: string } | undefined => {
  const text = words.join(' ');
  const isOut = out.test(text);
  if (!isOut && !granted.test(text)) return undefined;
  const channel = words.map((word) => channels[word]).find((found) => found !== undefined);
  if (channel === undefined) return {};
  if (when.test(text)) return isOut ? {} : { target: `consentAt.${channel}` };
  return { target: `${isOut ? 'optOut' : 'consent'}.${channel}` };
};

/** Exact spellings of ours: `traits.plan`, `consent.email.promotions`. */
const ours =
  /^(traits\.[^.]{1,100}|consent\.(email|sms|push)(\.[\w][\w .-]{0,63})?|address\.(city|country|postalCode|state|street))$/;

const guess = (name: string): Column => {
  if (isNote(name)) return { name, targets: [], by: 'guess' };
  if (name === '' || isForbidden(name)) return { name, targets: [], by: 'unknown', proposal: 'give the column a name' };
  if (ours.test(name)) return { name, targets: [name], by: 'guess' };
  const words = wordsOf(name);
  const consent = consentOf(words);
  if (consent !== undefined)
    return consent.target === undefined
      ? { name, targets: [], by: 'unknown', proposal }
      : { name, targets: [consent.target], by: 'guess' };
  const known = usual[words.join('')];
  if (known !== undefined) return { name, targets: [known], by: 'guess' };
  if (name.length > 100 || name.includes('.'))
    return { name, targets: [], by: 'unknown', proposal: 'map it to traits.<name>' };
  return { name, targets: [`traits.${name}`], by: 'trait' };
};

/** `id` is the customer's where nothing else is, and one target has one column. */
const settled = (columns: readonly Column[]): readonly Column[] => {
  const taken = new Set<string>();
  const hasUser = columns.some(({ targets }) => targets.includes('userId'));
  return columns.map((column) => {
    const isId = !hasUser && column.by === 'trait' && ['id', 'customer', 'user'].includes(column.name.toLowerCase());
    const targets = isId ? ['userId'] : column.targets;
    const again = column.by !== 'mapping' && targets.find((target) => taken.has(target));
    for (const target of targets) taken.add(target);
    if (again) return { name: column.name, targets: [], by: 'unknown', proposal: `another column is ${again} already` };
    return isId ? { name: column.name, targets, by: 'guess' } : column;
  });
};

/** What each column becomes: as the mapping says, else by its name. */
export const guessColumns = (names: readonly string[], { columns = {} }: Partial<Mapping>): readonly Column[] => {
  const said = (name: string): Column | undefined => {
    if (!Object.hasOwn(columns, name)) return undefined;
    const targets = [columns[name] ?? []].flat().filter((target) => target !== 'ignore');
    return { name, targets, by: 'mapping' };
  };
  // What was said comes first, so that no guess takes its place.
  const order = names.map((name, index) => ({ index, column: said(name) ?? guess(name) }));
  const sorted = order.toSorted((a, b) => Number(b.column.by === 'mapping') - Number(a.column.by === 'mapping'));
  const done = settled(sorted.map(({ column }) => column));
  return sorted
    .map(({ index }, place) => ({ index, column: done[place] }))
    .toSorted((a, b) => a.index - b.index)
    .flatMap(({ column }) => column ?? []);
};
