import { readFileSync } from 'node:fs';
import { JourneyDocument, PublishedDocument } from '#core/journey';
import { parse } from 'yaml';
import { Behaviour } from '../../../commands/simulate/behaviour/behaviour.ts';
import { defaultBehaviour } from '../../../commands/simulate/behaviour/default-behaviour.ts';
import type { Assignment } from '../../../commands/simulate/run/setting.ts';
import type { Tally } from '../../../commands/simulate/river/tally.ts';
import { rangeSimulator } from '../../../commands/simulate/run/simulate-range.ts';

const topics = { promotions: 'marketing', service: 'transactional' } as const;

/** A journey that has a bit of everything, published. */
export const journeyOf = (yaml: string): PublishedDocument => {
  const journey = JourneyDocument.parse(parse(yaml));
  return { journey, topics, messages: {}, needs: [] };
};

export const cartAbandonment = (): PublishedDocument =>
  PublishedDocument.parse(
    JSON.parse(readFileSync(new URL('../../../state-machines/cart-abandonment/journey.json', import.meta.url), 'utf8')),
  );

export const everything = (): PublishedDocument =>
  journeyOf(`
name: everything
triggers: [{ signal: Trial Started, key: properties.trial_id }]
topic: promotions
holdout: 10
reentry: { after: 2 days }
exit: [{ on: Subscription Started, same: [trial_id] }, { when: profile.traits.closed = true }]
goals: [{ on: Subscription Started, within: 14 days, value: event.properties.price }]
window: { from: "08:00", to: "20:00", zone: customer }
steps:
  - wait: until 10:00
  - id: offer
    split:
      - { arm: plain, percent: 70, then: [{ id: mail, send: { message: m, channels: [email] } }] }
      - { arm: bold, percent: 30, then: [{ id: text, send: { message: m, channels: preferred, among: [sms, email] } }] }
  - branch:
      - { when: profile.prefers = "email", then: [{ id: nudge, send: { message: m, channels: [email], otherwise: end } }] }
    otherwise:
      - goto: ask
  - wait: 3 hours
  - id: ask
    task: { to: support, title: Call, outcomes: [glad, sad], due: 2 days }
    then:
      sad: [{ end: unhappy }]
  - id: often
    repeat:
      every: 1 day
      times: 3
      until: profile.orders.count > 0
      steps: [{ id: again, send: { message: m, channels: [push, email] } }]
  - id: rest
    decide:
      - { option: sms, when: profile.prefers = "sms", then: [{ id: last, send: { message: m, channels: [sms] } }] }
      - { option: nothing, then: [{ end: enough }] }
`);

export type Lab = Partial<Pick<Assignment, 'seed' | 'days' | 'log'>> & {
  readonly behaviour?: (given: Behaviour) => unknown;
};

export const assignmentOf = (published: PublishedDocument, { behaviour, ...rest }: Lab = {}): Assignment => {
  const given = defaultBehaviour(published.journey);
  return {
    published: [published],
    seed: 7,
    days: 30,
    ...rest,
    behaviour: Behaviour.parse(behaviour?.(given) ?? given),
  };
};

export const simulated = (published: PublishedDocument, customers: number, lab: Lab = {}): Tally =>
  rangeSimulator(assignmentOf(published, lab))({ from: 0, to: customers });

export const sum = (counts: { readonly [name: string]: number }): number =>
  Object.values(counts).reduce((total, each) => total + each, 0);
