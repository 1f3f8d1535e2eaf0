import { consentChanged } from '#core/events';
import { flow, passTime, source, type River, type World } from '#core/flow';
import { isOpen } from '#core/journey';
import { isObject, own, type JsonObject, type Signal } from '#core/signal';
import { makeAll } from '../behaviour/make.ts';
import { msOf } from '../behaviour/duration-field.ts';
import { chanceOf, delay, drawn, gap, happens } from './chance.ts';
import { counterOf, type Prompt } from './counter.ts';
import { feedbackOf } from './feedback.ts';
import type { Setting } from '../run/setting.ts';
import type { Tally } from './tally.ts';

/** Something that will happen to a customer. */
export type Coming = {
  readonly at: number;
  readonly event: string;
  readonly type?: Signal['type'];
  readonly properties?: JsonObject;
  readonly traits?: JsonObject;
};

const channels = ['email', 'sms', 'push'] as const;

/** Who a customer is: the first signal about them. */
const identity = ({ behaviour, seed, from }: Setting, index: number): Coming => {
  const chance = chanceOf(`${seed}/${index}/who`);
  const { customers } = behaviour;
  const hasAddress = Object.fromEntries(
    channels.map((channel) => [channel, happens(chance, customers[channel].address)]),
  );
  const consent = Object.fromEntries(channels.map((channel) => [channel, happens(chance, customers[channel].consent)]));
  const prefers = drawn(
    chance,
    channels.map((channel) => [channel, customers.prefers[channel]] as const),
  );
  const timezone = drawn(chance, Object.entries(customers.zones));
  const newId = (words: string): string => `${words}-${index}`;
  return {
    at: from,
    event: 'Identified',
    type: 'identify',
    traits: {
      firstName: 'Robin',
      consent,
      ...(hasAddress['email'] ? { email: 'robin@customer.example' } : {}),
      ...(hasAddress['sms'] ? { phone: '+447700900123' } : {}),
      ...(hasAddress['push'] ? { devices: [{ token: 'token', platform: 'ios' }] } : {}),
      ...(prefers === undefined ? {} : { prefers }),
      ...(timezone === undefined ? {} : { timezone }),
      ...makeAll(customers.traits, { chance, entry: {}, newId, now: from }),
    },
  };
};

/** Those who confirmed what they said yes to, on topics that ask for that; the consent of the others waits. */
const confirmations = (
  { behaviour, confirm, seed, from }: Setting,
  index: number,
  { traits }: Coming,
): readonly Coming[] => {
  const consent = own(traits ?? {}, 'consent');
  return confirm.flatMap((topic) => {
    const chance = chanceOf(`${seed}/${index}/confirmed/${topic}`);
    return channels.flatMap((channel): readonly Coming[] => {
      const isConfirmed = happens(chance, behaviour.customers[channel].confirmed);
      if (!isConfirmed || !isObject(consent) || own(consent, channel) !== true) return [];
      const properties = { channel, topic, granted: true, confirmed: true, source: 'simulated' };
      return [{ at: from, event: consentChanged, properties }];
    });
  });
};

/** What a customer does by themselves, over the whole time. */
const ownEvents = ({ own, seed, from, until }: Setting, index: number): readonly Coming[] =>
  own.flatMap(({ event, every, share, properties, traits }, line) => {
    const chance = chanceOf(`${seed}/${index}/own/${line}`);
    if (!happens(chance, share)) return [];
    const coming: Coming[] = [];
    let count = 0;
    const newId = (words: string): string => `${words}-${index}-${line}-${++count}`;
    for (let at = from + gap(chance, msOf(every)); at < until; at += gap(chance, msOf(every))) {
      const making = { chance, entry: {}, newId, now: at };
      coming.push({
        at: Math.round(at),
        event,
        properties: makeAll(properties, making),
        ...(traits === undefined ? {} : { type: 'identify', traits: makeAll(traits, making) }),
      });
    }
    return coming;
  });

/** What a customer does in answer to something. */
const reactionsTo = (setting: Setting, index: number, { after, run, now }: Prompt): readonly Coming[] =>
  (setting.reactions.get(after) ?? []).flatMap((reaction, line): readonly Coming[] => {
    const { event, share, properties, traits } = reaction;
    const about = `${setting.seed}/${index}/${run.enrol}/${run.occurrence}/${now}`;
    const chance = chanceOf(`${about}/${after}/${line}`);
    if (!happens(chance, share)) return [];
    const at = now + delay(chance, msOf(reaction.delay));
    let count = 0;
    const newId = (words: string): string => `${words}-${run.enrol}-${run.occurrence}-${line}-${++count}`;
    const making = { chance, entry: run.entry.properties, newId, now: at };
    const answers = event === 'Task Answered' ? { enrol: run.enrol, occurrence: run.occurrence, step: after } : {};
    return [
      {
        at,
        event,
        properties: { ...answers, ...makeAll(properties, making) },
        ...(traits === undefined ? {} : { type: 'identify', traits: makeAll(traits, making) }),
      },
    ];
  });

const signalOf = (coming: Coming, messageId: string, customer: string): Signal => ({
  messageId,
  type: coming.type ?? 'track',
  event: coming.event,
  timestamp: new Date(coming.at).toISOString(),
  subject: { customer },
  properties: coming.properties ?? {},
  traits: coming.traits ?? {},
  context: {},
});

const nextDeadline = (river: River, until: number): number | undefined => {
  let next: number | undefined;
  for (const run of river.runs)
    if (
      isOpen(run) &&
      run.deadline !== undefined &&
      run.deadline <= until &&
      (next === undefined || run.deadline < next)
    )
      next = run.deadline;
  return next;
};

/** Who is carried through: one drawn from the rates, or one of a recorded log. */
export type Person = { readonly index: number; readonly customer: string; readonly recorded?: readonly Signal[] };

/** Carries one customer through the whole time, and counts. */
export const carry = (setting: Setting, { index, customer, recorded }: Person, tally: Tally): void => {
  const { until } = setting;
  const coming: (Coming | Signal)[] = [];
  const timeOf = (each: Coming | Signal): number => ('at' in each ? each.at : Date.parse(each.timestamp));

  /** In order of time; of the same instant, what was known first. */
  const expect = (each: Coming | Signal): void => {
    const at = timeOf(each);
    if (at > until) return;
    let place = coming.length;
    while (place > 0 && timeOf(coming[place - 1] ?? each) > at) place--;
    coming.splice(place, 0, each);
  };

  const prompted = (prompt: Prompt): void => {
    reactionsTo(setting, index, prompt).forEach(expect);
    if (prompt.channel === undefined) return;
    const answers = feedbackOf(setting, `${setting.seed}/${index}`, { ...prompt, channel: prompt.channel });
    for (const { coming: each, answer, suppresses } of answers) {
      if (suppresses !== undefined) counter.suppress(suppresses);
      if (each !== undefined) expect(each);
      if (answer !== undefined)
        reactionsTo(setting, index, { ...prompt, after: `${prompt.after} ${answer.is}`, now: answer.at }).forEach(
          expect,
        );
    }
  };

  const counter = counterOf(setting.live, customer, tally, prompted);
  const { journeys, topics, policy, confirm, begins } = setting;
  const world: World = { journeys, topics, policy, confirm, watch: counter.watch };
  let river = source(customer);
  if (recorded === undefined) {
    const known = identity(setting, index);
    [known, ...confirmations(setting, index, known), ...ownEvents(setting, index)].forEach(expect);
  } else recorded.forEach(expect);
  if (begins !== undefined) expect({ at: setting.from, event: begins });

  let number = 0;
  for (;;) {
    const [next] = coming;
    const due = nextDeadline(river, until);
    if (due !== undefined && (next === undefined || due <= timeOf(next))) {
      river = passTime(river, due, world);
      counter.look(river.runs, river.profile);
      continue;
    }
    if (next === undefined) break;
    coming.shift();
    const signal = 'at' in next ? signalOf(next, `${index}-${++number}`, customer) : next;
    river = flow(river, signal, { world, now: timeOf(next) });
    tally.signals++;
    counter.look(river.runs, river.profile, signal);
  }
  counter.finish();
  tally.customers++;
};
