import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { JsonObject, World } from '../world.ts';

const happening = z.object({
  id: z.string(),
  messageId: z.string(),
  what: z.enum([
    'send',
    'delivery',
    'bounce',
    'soft-bounce',
    'suppressed',
    'suppressed-everywhere',
    'complaint',
    'reject',
    'delay',
    'open',
    'click',
    'reply',
    'opt-out',
  ]),
  /** Milliseconds since the epoch. */
  at: z.number(),
  link: z.string().optional(),
  text: z.string().optional(),
});
/** Something that befalls a message after it was accepted. */
export type Happening = Readonly<z.output<typeof happening>>;
export type What = Happening['what'];

/**
 * What will befall messages, on the world's clock and journalled (kind `happening`), so that an accepted message is delivered even
 * if the ground stops in between.
 */
export const createHappenings = (
  world: Pick<World, 'clock' | 'journal' | 'note'>,
  happen: (one: Happening) => Promise<void>,
) => {
  const { clock, journal } = world;
  const run = (one: Happening): void => {
    void clock.busy(async () => {
      // Events are best effort on AWS too: what cannot be told is not told again.
      await happen(one).catch((error: unknown) =>
        world.note(`${one.what} of message ${one.messageId}: ${String(error)}`),
      );
      journal.remove('happening', one.id);
      await journal.durable();
    });
  };
  const arm = (one: Happening): void => void clock.at(one.at, () => run(one));

  return {
    /** Safe once `journal.durable()` has resolved; those of one instant happen in the order given. */
    plan(planned: Omit<Happening, 'id'>): void {
      const one = { ...planned, id: randomUUID() };
      const record: JsonObject = JSON.parse(JSON.stringify(one));
      journal.put('happening', one.id, record);
      arm(one);
    },
    /** Takes up what an earlier run planned. */
    resume(): void {
      for (const [, value] of journal.all('happening')) arm(happening.parse(value));
    },
  };
};
export type Happenings = ReturnType<typeof createHappenings>;
