import { expect, test } from 'vitest';
import { concerns } from '#core/journey';
import { changeOf, entering, happens, liveOf, runOf, signalOf, viewOf } from './running.ts';

/** Somebody said yes to the newsletter, which asks for a confirmation, and has confirmed it or not yet. */
const saidYes = (status: 'granted' | 'confirmed') =>
  viewOf({ consent: { email: { newsletter: true } }, consentStatus: { email: { newsletter: status } } });
const mayBeSent = 'profile.consent.email.newsletter = true';
const change = (status: 'granted' | 'confirmed') =>
  changeOf(signalOf('Order Completed'), { before: viewOf(), after: saidYes(status) });

test.each([
  ['granted', ['newsletter'], 0],
  ['confirmed', ['newsletter'], 1],
  ['granted', undefined, 1],
] as const)('a consent that is %s, where %j are to be confirmed, lets in: %j', (status, confirm, many) => {
  const live = {
    ...liveOf({ triggers: [{ signal: 'Order Completed', where: mayBeSent }] }),
    ...(confirm && { confirm }),
  };
  expect(entering(live, change(status))).toHaveLength(many);
});

test.each([
  ['granted', []],
  ['confirmed', ['exit']],
] as const)('a run that ends with a consent, which is %s, does: %j', (status, acts) => {
  const live = { ...liveOf({ exit: [{ when: mayBeSent }] }), confirm: ['newsletter'] };
  expect(concerns(live, change(status))).toBe(acts.length > 0);
  expect(happens(live, runOf(live), change(status)).map((act) => act.do)).toEqual(acts);
});

test('a run may end with a consent that waits', () => {
  const live = {
    ...liveOf({ exit: [{ when: 'profile.consentStatus.email.newsletter = "pending"' }] }),
    confirm: ['newsletter'],
  };
  expect(happens(live, runOf(live), change('granted'))).toMatchObject([{ do: 'exit' }]);
});
