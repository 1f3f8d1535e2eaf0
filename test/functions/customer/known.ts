import { carryAllOn, fold, shoes, shopper, type Somebody } from '../world/customer.ts';
import { at, monday, putRow } from '../world/world.ts';
import { as } from './desk.ts';

const ben = as('agent', 'ben');
let people = 0;

/** Somebody with a name, an address and a number of their own, of whom everything is known. */
export const somebodyKnown = async (): Promise<Somebody & { readonly secrets: readonly string[] }> => {
  at(monday);
  const n = ++people;
  const [email, phone, name] = [
    `maya-${n}@lindqvist.example`,
    `+4477009${String(n).padStart(5, '0')}`,
    `Maya${n}Lindqvist`,
  ];
  const who = await shopper({ email, phone, firstName: name, timezone: 'Europe/Berlin' });
  await fold(await who.track('Product Added', shoes));
  await carryAllOn(who.id);
  await fold(await who.track('Chat Ended', { transcript: `this is ${name}, call ${phone}` }));
  await ben.note(who.user, { text: `${name} called` }, `note-${n}`);
  await ben.pause(who.user, { days: 3, reason: `${name} asked` });
  await ben.card(who.user);
  await putRow('state', { pk: 'TASKS#support', sk: `2026-01-06T09:00:00.000Z#${who.id}.t`, customer: who.id, id: 't' });
  await putRow('state', {
    pk: `C#${who.id}`,
    sk: 'TASK#t',
    id: 't',
    journey: 'j',
    enrol: 'e',
    occurrence: 1,
    step: 's',
    to: 'support',
    title: `Call ${name}`,
    shows: { phone },
    outcomes: [],
    dueAt: Date.parse('2026-01-06T09:00:00.000Z'),
    askedAt: monday,
    status: 'open',
  });
  return { ...who, secrets: [email, phone, name, who.user] };
};
