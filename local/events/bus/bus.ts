import { createDeliveries, type Delivery, type Failure } from '../deliveries.ts';
import { lastPart } from '../operation.ts';
import type { Rule, Target } from '../rules.ts';
import { isBus, isQueue, queueUrl, sendTo } from '../targets.ts';
import type { Caller, World } from '../../world.ts';
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
export const createBus = (world: World, rules: readonly Rule[], archive: (arrival: Arrival) => void) => {
  const targets = new Map(
    rules.flatMap((rule) => rule.targets.map((target) => [keyOf(rule, target), { rule, target }])),
  );
  const callers = new Map<string, Caller>();

  const callerOf = (key: string): Caller => {
    const { rule, target } = known(targets, key);
    const made =
      callers.get(key) ??
      (target.roleArn === undefined ? world.as('events.amazonaws.com', rule.arn) : world.as(target.roleArn));
    callers.set(key, made);
    return made;
  };

  const deliveries = createDeliveries(world, 'delivery', {
    attempt: (one) =>
      sendTo(
        world,
        { arn: known(targets, one.target).target.arn, caller: callerOf(one.target) },
        { text: one.body, id: one.id },
      ),
    giveUp: (one, failure) => deadLetter(one, failure),
    limits: (one) => targets.get(one.target)?.target.retry ?? { attempts: 0, ageSeconds: 0 },
  });

  const deadLetter = async (one: Delivery, failure: Failure): Promise<void> => {
    const entry = targets.get(one.target);
    if (entry?.target.deadLetterArn === undefined)
      return world.note(`Dropped an event for ${one.target}: ${failure.code}, ${failure.message}`);
    const { rule, target } = entry;
    await world.call(
      'sqs',
      'SendMessage',
      {
        QueueUrl: queueUrl(entry.target.deadLetterArn),
        MessageBody: one.body,
        MessageAttributes: letterAttributes({ rule, target, one, failure }),
      },
      world.as('events.amazonaws.com', rule.arn),
    );
  };

  const deliver = async (rule: Rule, target: Target, arrival: Arrival): Promise<void> => {
    const key = keyOf(rule, target);
    if (isBus(target.arn)) return forward(key, target, arrival);
    const ingestedAt = new Date(world.clock.now()).toISOString();
    const text = target.input(asJson(arrival.event), { name: rule.name, arn: rule.arn, ingestedAt });
    if (isQueue(target.arn)) return deliveries.sendNow(key, text);
    deliveries.send(key, text);
  };

  const forward = async (key: string, target: Target, { event, hops = 0 }: Arrival): Promise<void> => {
    if (hops > 0) return world.note(`${key}: an event is forwarded to another bus only once, as on AWS`);
    try {
      callerOf(key).require('events:PutEvents', target.arn);
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
    const hit = rules.filter(
      (rule) =>
        rule.bus === arrival.bus && rule.isEnabled && (arrival.only?.includes(rule.arn) ?? true) && rule.matches(event),
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

const keyOf = (rule: Rule, target: Target): string => `${rule.arn}#${target.id}`;

const known = <V>(map: ReadonlyMap<string, V>, key: string): V => {
  const value = map.get(key);
  if (value === undefined) throw new Error(`${key} is no longer in the template`);
  return value;
};

const letterAttributes = (letter: { rule: Rule; target: Target; one: Delivery; failure: Failure }) => {
  const { rule, target, one, failure } = letter;
  const values = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    ...(failure.exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: failure.exhausted }),
    RETRY_ATTEMPTS: String(one.attempts - 1),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
};
