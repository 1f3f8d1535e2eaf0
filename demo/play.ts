import { putEvents } from './bus.ts';
import type { GroundApi, OutboxMessage } from './ground-api.ts';
import { addsToCart, buys, identifies, type Shopper } from './shop.ts';
import { sayEvent, sayLater, sayMessage, sayNothing } from './timeline.ts';

const ada: Shopper = {
  userId: 'ada',
  firstName: 'Ada',
  email: 'ada@example.com',
  phone: '+447700900123',
  timezone: 'Europe/London',
};
const ben: Shopper = {
  userId: 'ben',
  firstName: 'Ben',
  email: 'ben@example.com',
  phone: '+447700900456',
  timezone: 'Europe/London',
};

type Stage = { readonly aws: string; readonly ground: GroundApi; readonly say: (line: string) => void };

/** Plays the cart-abandonment journey for one customer who never buys and one who does, on the virtual clock. */
export const playDemo = async ({ aws, ground, say }: Stage): Promise<void> => {
  const seen = new Set((await ground.outbox()).map(({ id }) => id));
  const ours = ({ to }: OutboxMessage): Shopper | undefined =>
    [ada, ben].find((each) => each.email === to || each.phone === to);
  const whose = (message: OutboxMessage): string => ours(message)?.firstName ?? message.to;

  const tellNew = async (): Promise<readonly OutboxMessage[]> => {
    const fresh = (await ground.outbox())
      .filter((message) => !seen.has(message.id) && ours(message) !== undefined)
      .toSorted((a, b) => a.at.localeCompare(b.at) || a.to.localeCompare(b.to));
    fresh.forEach((message) => {
      seen.add(message.id);
      say(sayMessage(message, whose(message)));
    });
    return fresh;
  };
  const pass = async (duration: string, words: string): Promise<void> => {
    say(sayLater(words));
    await ground.advance(duration);
  };

  // At nine in the morning, so that no message waits for a window to open.
  const soon = new Date(await ground.now());
  const nine = Date.UTC(
    soon.getUTCFullYear(),
    soon.getUTCMonth(),
    soon.getUTCDate() + (soon.getUTCHours() > 9 ? 1 : 0),
    9,
  );
  if (nine > soon.getTime()) await ground.advance(`PT${Math.ceil((nine - soon.getTime()) / 1000)}S`);
  (await ground.outbox()).forEach(({ id }) => seen.add(id));
  const began = await ground.now();
  const run = began.replaceAll(/\D/g, '');
  await putEvents(aws, [ada, ben].map(identifies));
  await ground.advance('PT1S');
  await putEvents(aws, [addsToCart('ada', `ada-${run}`), addsToCart('ben', `ben-${run}`)]);
  say(sayEvent(began, 'Ada', ['puts trail runners in her cart', 'Product Added']));
  say(sayEvent(began, 'Ben', ['puts trail runners in his cart', 'Product Added']));

  await pass('PT4H', '4 hours later, nobody has bought');
  await tellNew();

  await pass('PT1H', '1 hour later');
  await putEvents(aws, [buys('ben')]);
  say(sayEvent(await ground.now(), 'Ben', ['buys them, in an order that names no cart', 'Order Completed']));

  await pass('PT23H', '23 hours later');
  const last = await tellNew();
  const now = await ground.now();
  if (!last.some((message) => whose(message) === 'Ben')) say(sayNothing(now, 'Ben', 'hears nothing more: he bought'));
};
