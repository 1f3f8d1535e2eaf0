import * as z from 'zod';
import type { JsonObject, World } from '../world.ts';
import { simulated } from './simulators.ts';

const outcomes = [
  'deliver',
  'bounce',
  'soft-bounce',
  'suppressed',
  /** Bounces like an address on the list that all accounts share. */
  'suppressed-everywhere',
  'complain',
  'reject',
  'delay',
  'silent',
  /** Delivered, and whoever reads it wants no more: `STOP`, one-click unsubscribe, push switched off. */
  'opt-out',
  /** Refused, for this recipient alone, as sent too fast. */
  'throttle',
  /** Accepted and delivered, but whoever sent it is answered 503. */
  'timeout',
] as const;
export type Outcome = (typeof outcomes)[number];

export const behaviour = z.strictObject({
  outcome: z.enum(outcomes).default('deliver'),
  /** How late a delayed message is delivered. */
  delaySeconds: z.number().nonnegative().default(3_600),
  /** The answer to the sender once the message was accepted: `error` loses it at once, `never` after `holdSeconds` of real time. */
  answer: z.enum(['normal', 'error', 'never']).optional(),
  holdSeconds: z.number().nonnegative().default(60),
  /** Seconds after delivery, on the world's clock. */
  opensAfterSeconds: z.number().nonnegative().optional(),
  clicksAfterSeconds: z.number().nonnegative().optional(),
  /** Which link is clicked; the first one unless told. */
  link: z.string().optional(),
  repliesAfterSeconds: z.number().nonnegative().optional(),
  /** What the push service calls the device from now on. */
  updatedToken: z.string().optional(),
  /** What is replied. */
  text: z.string().optional(),
});
/** What the person behind an address does with messages. */
export type Behaviour = Readonly<z.output<typeof behaviour>>;
export const script = z.union([z.enum(outcomes), behaviour]);
export type Script = Outcome | Readonly<z.input<typeof behaviour>>;

/** Scripted recipients, journalled (kind `recipient`). `*` is everybody without a script of their own. */
export const createRecipients = ({ journal }: Pick<World, 'journal'>) => ({
  script(address: string, script: Script): void {
    const full = behaviour.parse(typeof script === 'string' ? { outcome: script } : script);
    const record: JsonObject = JSON.parse(JSON.stringify(full));
    journal.put('recipient', keyOf(address), record);
  },
  of(address: string): Behaviour {
    const key = keyOf(address);
    const outcome = simulated(key);
    if (outcome !== undefined) return behaviour.parse({ outcome });
    return behaviour.parse(journal.get('recipient', key) ?? journal.get('recipient', '*') ?? {});
  },
});
export type Recipients = ReturnType<typeof createRecipients>;

const keyOf = (address: string): string => address.trim().toLowerCase();
