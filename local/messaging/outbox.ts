import * as z from 'zod';
import type { JsonObject, World } from '../world.ts';

const message = z.object({
  /** The provider's message id. */
  id: z.string(),
  channel: z.enum(['email', 'sms', 'push']),
  /** Addresses of one message, separated by `, `. */
  to: z.string(),
  from: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  /** By the names as they were written; a header that comes twice keeps its last value. */
  headers: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  /** ISO 8601. */
  at: z.string(),
});
/** A message as its recipient got it. */
export type OutboxMessage = Readonly<z.output<typeof message>>;

const header = z.object({ name: z.string(), value: z.string() });
const sending = z.object({
  configurationSet: z.string().optional(),
  /** Envelope recipients. */
  destinations: z.array(z.string()).readonly(),
  /** ARN of the identity or origination it was sent from. */
  sourceArn: z.string(),
  headers: z.array(header).readonly(),
  operation: z.string(),
  callerId: z.string(),
});
/** What a provider remembers about a message for the events to come. */
export type Sending = Readonly<z.output<typeof sending>>;

const kept = z.object({ message, sending, order: z.number() });
export type Sent = { readonly message: OutboxMessage; readonly sending: Sending };

const recordOf = ({ headers, configurationSet, ...rest }: Sending): JsonObject => ({
  ...rest,
  ...(configurationSet === undefined ? {} : { configurationSet }),
  headers: headers.map(({ name, value }) => ({ name, value })),
});

/** Every accepted message, journalled (kind `outbox`), in the order they were accepted. */
export const createOutbox = ({ journal }: Pick<World, 'journal'>) => {
  const all = new Map(
    [...journal.all('outbox')]
      .map(([, value]) => kept.parse(value))
      .sort((a, b) => a.order - b.order)
      .map((one) => [one.message.id, one] as const),
  );
  let order = Math.max(0, ...[...all.values()].map((one) => one.order));

  return {
    /** Safe once `journal.durable()` has resolved. */
    add(sent: Sent): void {
      order += 1;
      all.set(sent.message.id, { ...sent, order });
      journal.put('outbox', sent.message.id, { message: { ...sent.message }, sending: recordOf(sent.sending), order });
    },
    find: (id: string): Sent | undefined => all.get(id),
    list: (): readonly OutboxMessage[] => [...all.values()].map((one) => one.message),
    clear(): void {
      for (const id of all.keys()) journal.remove('outbox', id);
      all.clear();
    },
  };
};
export type Outbox = ReturnType<typeof createOutbox>;
