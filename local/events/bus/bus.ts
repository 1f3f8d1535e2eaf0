import { isObject } from '../../template/json.ts';
import type { Caller, World } from '../../world.ts';
import { createDeliveries, type Delivery, type Failure } from '../deliveries.ts';
import { jsonOf } from '../json-text.ts';
import { lastPart } from '../operation.ts';
import type { Rule, Target } from '../rules/rule.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { isBus, isQueue, queueUrl, sendTo } from '../targets.ts';
import { letterAttributes } from './dead-letter.ts';
import { asJson, type BusEvent } from './event.ts';

/** An event on a bus. `hops` counts buses it came through: AWS forwards once. `only` names the rules a replay is for. */
export type Arrival = {
  readonly bus: string;
  readonly event: BusEvent;
  readonly hops?: number;
  readonly only?: readonly string[];
};

/**
 * Carries events from buses to the targets of their rules. `arrive` resolves when every queue has the event and every other
 * delivery is written down; call `journal.durable()` before acknowledging.
 */
export const createBus = (world: World, book: Pick<RuleBook, 'all' | 'byArn'>, archive: (arrival: Arrival) => void) => {
  const find = (key: string): { readonly rule: Rule; readonly target: Target } | undefined => {
    const cut = key.lastIndexOf('#');
    const rule = book.byArn(key.slice(0, cut));
    const target = rule?.targets.find(({ id }) => id === key.slice(cut + 1));
    return rule === undefined || target === undefined ? undefined : { rule, target };
  };
  const known = (key: string): { readonly rule: Rule; readonly target: Target } => {
    const found = find(key);
    if (found === undefined) throw new Error(`${key} is no longer there`);
    return found;
  };
  const callerOf = ({ rule, target }: { readonly rule: Rule; readonly target: Target }): Caller =>
    target.roleArn === undefined ? world.as('events.amazonaws.com', rule.arn) : world.as(target.roleArn);

  const deliveries = createDeliveries(world, 'delivery', {
    attempt: async (one) => {
      const entry = known(one.target);
      await sendTo(
        world,
        { arn: entry.target.arn, caller: callerOf(entry) },
        { text: textFor(entry, one), id: one.id },
      );
    },
    giveUp: (one, failure) => deadLetter(one, failure),
    limits: (one) => find(one.target)?.target.retry ?? { attempts: 0, ageSeconds: 0 },
  });

  /** The event itself goes there, whatever the target's input would have made of it. */
  const deadLetter = async (one: Delivery, failure: Failure): Promise<void> => {
    const entry = find(one.target);
    if (entry?.target.deadLetterArn === undefined)
      return world.note(`Dropped an event for ${one.target}: ${failure.code}, ${failure.message}`);
    const { rule, target } = entry;
    const letter = {
      QueueUrl: queueUrl(entry.target.deadLetterArn),
      MessageBody: one.body,
      MessageAttributes: letterAttributes({ rule, target, one, failure }),
    };
    await world.call('sqs', 'SendMessage', letter, world.as('events.amazonaws.com', rule.arn));
  };

  const deliver = async (rule: Rule, target: Target, arrival: Arrival): Promise<void> => {
    const key = `${rule.arn}#${target.id}`;
    if (isBus(target.arn)) return forward(key, target, arrival);
    const text = JSON.stringify(asJson(arrival.event));
    if (isQueue(target.arn)) return deliveries.sendNow(key, text);
    deliveries.send(key, text);
  };

  const forward = async (key: string, target: Target, { event, hops = 0 }: Arrival): Promise<void> => {
    if (hops > 0) return world.note(`${key}: an event is forwarded to another bus only once, as on AWS`);
    try {
      callerOf(known(key)).require('events:PutEvents', target.arn);
    } catch (error) {
      const now = world.clock.now();
      const one = { id: event.id, target: key, body: JSON.stringify(event), since: now, attempts: 1, nextAt: now };
      return deadLetter(one, { code: 'NO_PERMISSIONS', message: String(error) });
    }
    await arrive({ bus: lastPart(target.arn), event, hops: hops + 1 });
  };

  const arrive = async (arrival: Arrival): Promise<void> => {
    archive(arrival);
    const event = asJson(arrival.event);
    const hit = book
      .all()
      .filter(
        (rule) =>
          rule.bus === arrival.bus &&
          rule.isEnabled &&
          (arrival.only?.includes(rule.arn) ?? true) &&
          rule.matches(event),
      );
    await Promise.all(hit.flatMap((rule) => rule.targets.map((target) => deliver(rule, target, arrival))));
  };

  return {
    arrive,
    /** Delivers to the targets of one rule, matched or not: what a scheduled rule does. */
    fire: (rule: Rule, event: BusEvent) =>
      Promise.all(rule.targets.map((target) => deliver(rule, target, { bus: rule.bus, event }))),
    resume: deliveries.resume,
  };
};
export type Bus = ReturnType<typeof createBus>;

/** What a target receives of an event: all of it, or what its input makes of it. */
const textFor = ({ rule, target }: { readonly rule: Rule; readonly target: Target }, one: Delivery): string => {
  if (target.input === undefined) return one.body;
  const event = jsonOf(one.body);
  const ingestedAt = new Date(one.since).toISOString();
  return target.input(isObject(event) ? event : {}, { name: rule.name, arn: rule.arn, ingestedAt });
};
