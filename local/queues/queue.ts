import { randomUUID } from 'node:crypto';
import type { JsonObject, World } from '../world.ts';
import type { Message, MessageAttributes } from './message.ts';
import type { QueueSettings } from './queue-settings.ts';

/** A message handed out, and the handle that answers for this reception. */
export type Received = { readonly message: Message; readonly handle: string };

/** What a handle says about its message now. */
export type Held = 'held' | 'visible' | 'gone';

/**
 * One standard queue in memory, every change journalled (kind `message`). Visibility timers run on the world's clock. Messages are
 * handed out in the order they became visible. `moveDead` receives what was received too often.
 */
export const createQueue = (
  world: Pick<World, 'clock' | 'journal'>,
  settings: QueueSettings,
  moveDead: (message: Message) => void,
) => {
  const { clock, journal } = world;
  const messages = new Map<string, Message>();
  const visible = new Set<string>();
  const timers = new Map<string, () => void>();
  const listeners = new Set<() => void>();

  const show = (id: string): void => {
    timers.delete(id);
    if (!messages.has(id)) return;
    visible.add(id);
    for (const hear of listeners) hear();
  };

  /** Takes a message in, now or when it becomes visible. */
  const take = (message: Message): void => {
    timers.get(message.id)?.();
    visible.delete(message.id);
    messages.set(message.id, message);
    if (message.visibleAt <= clock.now()) return show(message.id);
    timers.set(
      message.id,
      clock.at(message.visibleAt, () => show(message.id)),
    );
  };

  const keep = (message: Message): void => {
    journal.put('message', message.id, record(message));
    take(message);
  };

  const drop = (id: string): void => {
    timers.get(id)?.();
    timers.delete(id);
    visible.delete(id);
    messages.delete(id);
    journal.remove('message', id);
  };

  const isExpired = (message: Message): boolean => message.sentAt + settings.retentionSeconds * 1_000 <= clock.now();

  const handOut = (message: Message, visibilitySeconds: number): Received | undefined => {
    if (isExpired(message)) return void drop(message.id);
    if (settings.redrive !== undefined && message.received >= settings.redrive.maxReceiveCount) {
      drop(message.id);
      return void moveDead({ ...message, received: 0, deadFrom: settings.arn });
    }
    const now = clock.now();
    const received = {
      ...message,
      received: message.received + 1,
      firstReceivedAt: message.firstReceivedAt ?? now,
      visibleAt: now + visibilitySeconds * 1_000,
    };
    keep(received);
    return { message: received, handle: handleOf(received) };
  };

  return {
    settings,
    /** Takes back a message of an earlier run. */
    restore: take,
    /** Takes in a message as it is: what a dead-letter queue does. */
    keep,
    send(body: string, attributes: MessageAttributes, delaySeconds = settings.delaySeconds): Message {
      const now = clock.now();
      const visibleAt = now + delaySeconds * 1_000;
      const message = { id: randomUUID(), queue: settings.name, body, attributes, sentAt: now, visibleAt, received: 0 };
      keep(message);
      return message;
    },
    receive(most: number, visibilitySeconds = settings.visibilitySeconds): readonly Received[] {
      const out: Received[] = [];
      for (const id of visible) {
        if (out.length >= most) break;
        const message = messages.get(id);
        const received = message === undefined ? undefined : handOut(message, visibilitySeconds);
        if (received !== undefined) out.push(received);
      }
      return out;
    },
    /** A handle of an earlier reception holds nothing any more. */
    held(handle: string): Held {
      const message = messages.get(idOf(handle));
      if (message === undefined || handleOf(message) !== handle) return 'gone';
      return visible.has(message.id) ? 'visible' : 'held';
    },
    remove(handle: string): void {
      const message = messages.get(idOf(handle));
      if (message !== undefined && handleOf(message) === handle) drop(message.id);
    },
    changeVisibility(handle: string, seconds: number): void {
      const message = messages.get(idOf(handle));
      if (message !== undefined) keep({ ...message, visibleAt: clock.now() + seconds * 1_000 });
    },
    purge: () => [...messages.keys()].forEach(drop),
    /** Hands every visible message to another queue, as if new there. Returns how many. */
    moveTo(
      destination: (message: Message) => { keep(message: Message): void; readonly settings: QueueSettings },
    ): number {
      const moving = [...visible].flatMap((id) => messages.get(id) ?? []);
      for (const { firstReceivedAt: _, deadFrom: __, ...message } of moving) {
        const to = destination(messages.get(message.id) ?? message);
        drop(message.id);
        to.keep({ ...message, queue: to.settings.name, received: 0, sentAt: clock.now(), visibleAt: clock.now() });
      }
      return moving.length;
    },
    /** Calls back whenever a message becomes visible. Returns the end of it. */
    onVisible(hear: () => void): () => void {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    counts() {
      for (const message of messages.values()) if (isExpired(message)) drop(message.id);
      const isDelayed = (message: Message) => !visible.has(message.id) && message.received === 0;
      const delayed = [...messages.values()].filter(isDelayed).length;
      return { visible: visible.size, delayed, inFlight: messages.size - visible.size - delayed };
    },
  };
};
export type Queue = ReturnType<typeof createQueue>;

const record = ({ firstReceivedAt, deadFrom, ...message }: Message): JsonObject => ({
  ...message,
  ...(firstReceivedAt === undefined ? {} : { firstReceivedAt }),
  ...(deadFrom === undefined ? {} : { deadFrom }),
  attributes: JSON.parse(JSON.stringify(message.attributes)),
});

const handleOf = ({ id, received }: Message): string => Buffer.from(`${id}#${received}`).toString('base64url');
const idOf = (handle: string): string => Buffer.from(handle, 'base64url').toString().split('#')[0] ?? '';

/** Whether a text could be a handle of any message. */
export const isHandle = (handle: string): boolean =>
  /^[\w-]{36}#\d+$/.test(Buffer.from(handle, 'base64url').toString());
