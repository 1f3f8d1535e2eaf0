import * as z from 'zod';
import type { JsonObject, World } from '../world.ts';

const outcomes = ['deliver', 'bounce', 'soft-bounce', 'suppressed', 'complain', 'reject', 'delay', 'silent'] as const;
export type Outcome = (typeof outcomes)[number];

const behaviour = z.strictObject({
  outcome: z.enum(outcomes).default('deliver'),
  /** Seconds after delivery, on the world's clock. */
  opensAfterSeconds: z.number().nonnegative().optional(),
  clicksAfterSeconds: z.number().nonnegative().optional(),
  /** Which link is clicked; the first one unless told. */
  link: z.string().optional(),
  repliesAfterSeconds: z.number().nonnegative().optional(),
  /** What is replied. */
  text: z.string().optional(),
});
/** What the person behind an address does with messages. */
export type Behaviour = Readonly<z.output<typeof behaviour>>;
export type Script = Outcome | Readonly<z.input<typeof behaviour>>;

/** SES's mailbox simulator. @see https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html */
const SIMULATOR: Readonly<Record<string, Outcome>> = {
  'success@simulator.amazonses.com': 'deliver',
  'bounce@simulator.amazonses.com': 'bounce',
  'complaint@simulator.amazonses.com': 'complain',
  'ooto@simulator.amazonses.com': 'deliver',
  'suppressionlist@simulator.amazonses.com': 'suppressed',
};

/** Scripted recipients, journalled (kind `recipient`). `*` is everybody without a script of their own. */
export const createRecipients = ({ journal }: Pick<World, 'journal'>) => ({
  script(address: string, script: Script): void {
    const full = behaviour.parse(typeof script === 'string' ? { outcome: script } : script);
    const record: JsonObject = JSON.parse(JSON.stringify(full));
    journal.put('recipient', keyOf(address), record);
  },
  of(address: string): Behaviour {
    const key = keyOf(address);
    const simulated = SIMULATOR[key.replace(/\+[^@]*@/, '@')];
    if (simulated !== undefined) return { outcome: simulated };
    return behaviour.parse(journal.get('recipient', key) ?? journal.get('recipient', '*') ?? {});
  },
});
export type Recipients = ReturnType<typeof createRecipients>;

const keyOf = (address: string): string => address.trim().toLowerCase();
