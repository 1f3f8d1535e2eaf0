import { emailOf, phoneOf, zoneOf } from '#core/profile';
import type { Json, JsonObject } from '#core/signal';
import type { Column, Mapping } from '../columns/target.ts';
import type { Customer, Fault, ReadRow, SaidConsent } from './customer.ts';
import { readAnswer, readInstant, readTrait } from './read-value.ts';

type Draft = {
  userId?: string;
  anonymousId?: string;
  at?: string;
  evidence?: string;
  readonly traits: { [name: string]: Json };
  readonly address: { [part: string]: Json };
  readonly consents: Omit<SaidConsent, 'evidence'>[];
  readonly because: string[];
  readonly consentAt: { [channel: string]: string };
  phone?: { readonly column: string; readonly value: Json };
  readonly faults: Fault[];
};

const isChannel = (word: string | undefined): word is SaidConsent['channel'] =>
  word === 'email' || word === 'sms' || word === 'push';

const fault = (draft: Draft, column: string, message: string, proposal: string): void =>
  void draft.faults.push({ column, message, proposal });

const takeConsent = (draft: Draft, column: string, target: string, value: Json): void => {
  const [kind, channel, ...topics] = target.split('.');
  if (!isChannel(channel)) return;
  const answer = readAnswer(value);
  if (answer === 'neither')
    return fault(draft, column, 'This is neither a yes nor a no.', 'write yes, no, or nothing where nothing was said');
  // Whoever has not refused has not agreed either.
  if (answer === 'nothing' || (kind === 'optOut' && !answer)) return;
  draft.consents.push({ channel, topic: topics.join('.') || '*', granted: kind === 'consent' && answer });
  draft.because.push(column);
};

const takeContact = (draft: Draft, column: string, target: string, value: Json): void => {
  if (target === 'phone') draft.phone = { column, value };
  else if (target === 'email') {
    const email = emailOf(value);
    if (email === undefined) fault(draft, column, 'This is no email address.', 'write name@domain, or leave it empty');
    else draft.traits['email'] = email;
  } else if (target === 'timezone') {
    const zone = zoneOf(value);
    if (zone === undefined) fault(draft, column, 'This is no time zone.', 'write an IANA name such as Europe/Rome');
    else draft.traits['timezone'] = zone;
  } else if (['email', 'sms', 'push'].includes(String(value))) draft.traits['prefers'] = value;
  else fault(draft, column, 'This is no channel.', 'write email, sms or push');
};

const takeDate = (draft: Draft, column: string, target: string, value: Json): void => {
  const at = readInstant(value);
  if (at === undefined) fault(draft, column, 'This is no date.', 'write 2026-01-05 or 2026-01-05T09:00:00Z');
  else if (target === 'date') draft.at = at;
  else draft.consentAt[target.slice('consentAt.'.length)] = at;
};

const take = (draft: Draft, column: string, target: string, value: Json): void => {
  const [head = '', ...rest] = target.split('.');
  switch (head) {
    case 'userId':
    case 'anonymousId':
      draft[head] = String(value);
      return;
    case 'email':
    case 'phone':
    case 'timezone':
    case 'prefers':
      return takeContact(draft, column, target, value);
    case 'date':
    case 'consentAt':
      return takeDate(draft, column, target, value);
    case 'consent':
    case 'optOut':
      return takeConsent(draft, column, target, value);
    case 'evidence':
      draft.evidence = String(value);
      return;
    case 'country':
    case 'address':
      draft.address[rest[0] ?? 'country'] = value;
      return;
    default: {
      const name = head === 'traits' ? rest.join('.') : target;
      const trait = readTrait(name, value);
      if (trait !== undefined) draft.traits[name] = trait;
    }
  }
};

const endPhone = (draft: Draft, country: string | undefined): void => {
  if (draft.phone === undefined) return;
  const phone = phoneOf(draft.phone.value, draft.address['country'] ?? country);
  const proposal =
    'write it with its country (+49 …), give a column for the country, or say country: DE in the mapping';
  if (phone === undefined) fault(draft, draft.phone.column, 'This is no phone number.', proposal);
  else draft.traits['phone'] = phone;
};

const evidenceOf = (draft: Draft, column: string, mapping: Mapping): SaidConsent['evidence'] => {
  const note = draft.evidence ?? mapping.evidence;
  return { column, ...(note !== undefined && { note }) };
};

const ended = (draft: Draft, mapping: Mapping): Customer => {
  const { userId, anonymousId, at, traits, address, consents, because, consentAt } = draft;
  return {
    ...(userId !== undefined && { userId }),
    ...(anonymousId !== undefined && { anonymousId }),
    ...(at !== undefined && { at }),
    traits: { ...traits, ...(Object.keys(address).length > 0 && { address }) },
    consents: consents.map((consent, index) => {
      const saidAt = consentAt[consent.channel];
      const evidence = evidenceOf(draft, because[index] ?? '', mapping);
      return { ...consent, ...(saidAt !== undefined && { at: saidAt }), evidence };
    }),
  };
};

const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || value === '';

/** Reads a row by its columns: a customer, or everything that is wrong with it. */
export const fromColumns = (fields: JsonObject, columns: readonly Column[], mapping: Mapping): ReadRow => {
  const draft: Draft = { traits: {}, address: {}, consents: [], because: [], consentAt: {}, faults: [] };
  for (const { name, targets } of columns) {
    const value = fields[name];
    if (value === undefined || isEmpty(value)) continue;
    for (const target of targets) take(draft, name, target, value);
  }
  endPhone(draft, mapping.country);
  if (draft.userId === undefined && draft.anonymousId === undefined) {
    const named = columns.find(({ targets }) => targets.some((target) => /^(userId|anonymousId)$/.test(target)));
    const proposal = named === undefined ? 'map a column to userId' : 'fill it in, or leave the row out';
    fault(draft, named?.name ?? 'userId', 'Nothing says whom this row is about.', proposal);
  }
  return draft.faults.length > 0 ? { faults: draft.faults } : { customer: ended(draft, mapping) };
};
