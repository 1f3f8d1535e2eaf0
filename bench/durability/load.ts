import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { customer } from '../../test/end-to-end/segue-process.ts';
import type { Entry, Ledger } from './ledger.ts';
import type { Chance } from './seeded.ts';

/**
 * Who puts what: ever more customers, each with up to three carts. Some take their consent to email back, unless it `stays`.
 */
export const shopOf = (chance: Chance, consent: 'changes' | 'stays') => {
  let people = 8;
  let made = 0;

  const signal = (userId: string, event: string, detail: object): Entry => {
    made += 1;
    const messageId = `m-${made}`;
    const type = event === 'identify' ? {} : { type: 'track', event };
    return { messageId, userId, event, isJunk: false, detail: { ...type, userId, ...detail, messageId } };
  };

  const entry = (): Entry => {
    const userId = `p-${chance.between(1, people)}`;
    const cart = `${userId}-cart-${chance.between(1, 3)}`;
    const product = { product_id: `shoe-${chance.between(1, 5)}`, name: 'Shoes', price: 80, quantity: 1 };
    switch (chance.between(1, 12)) {
      case 1:
      case 2:
        return signal(userId, 'identify', customer(userId));
      case 3:
      case 4: {
        const revenue = chance.between(1, 300);
        const properties = { order_id: `o-${made}`, cart_id: cart, revenue, products: [product] };
        return { ...signal(userId, 'Order Completed', { properties }), revenue };
      }
      case 5:
        return signal(
          userId,
          'identify',
          customer(userId, { consent: { email: consent === 'stays' || chance.isOneIn(2), sms: true } }),
        );
      case 6: {
        const junk = signal(userId, 'junk', { timestamp: 'yesterday' });
        return { ...junk, isJunk: true };
      }
      default:
        return { ...signal(userId, 'Product Added', { properties: { cart_id: cart, ...product } }), cart };
    }
  };

  return {
    /** What the shops have to say next: somebody new makes themselves known first. */
    entries(count: number): readonly Entry[] {
      if (!chance.isOneIn(4)) return Array.from({ length: count }, entry);
      people += 1;
      const newcomer = `p-${people}`;
      return [signal(newcomer, 'identify', customer(newcomer)), ...Array.from({ length: count - 1 }, entry)];
    },
  };
};
export type Shop = ReturnType<typeof shopOf>;

/** A client that asks once: whoever counts answers cannot have them asked for again behind their back. */
export const busOf = (endpoint: string): EventBridgeClient =>
  new EventBridgeClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'shop', secretAccessKey: 'x' },
    maxAttempts: 1,
  });

/** Puts entries and writes down what was answered. Rejects when nothing was: then all of them are in doubt. */
export const put = async (bus: EventBridgeClient, entries: readonly Entry[], ledger: Ledger): Promise<void> => {
  for (const entry of entries) ledger.inDoubt.set(entry.messageId, entry);
  const { Entries = [] } = await bus.send(
    new PutEventsCommand({
      Entries: entries.map(({ event, detail }) => ({
        EventBusName: 'segue',
        Source: 'shop',
        DetailType: event,
        Detail: JSON.stringify(detail),
      })),
    }),
  );
  entries.forEach((entry, index) => {
    if (Entries[index]?.EventId === undefined) return;
    ledger.acknowledged.set(entry.messageId, entry);
    ledger.inDoubt.delete(entry.messageId);
  });
};

/** Moves the ground's clock; resolves when everything due by then has happened. */
export const advance = async (endpoint: string, seconds: number): Promise<void> => {
  const response = await fetch(`${endpoint}/_local/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: `PT${seconds}S` }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`The clock answered ${response.status}: ${answer}`);
};

export const click = async (endpoint: string, message: string, { clicks }: Ledger): Promise<void> => {
  const add = (answered: number, tried: number): void => {
    const before = clicks.get(message) ?? { answered: 0, tried: 0 };
    clicks.set(message, { answered: before.answered + answered, tried: before.tried + tried });
  };
  add(0, 1);
  const response = await fetch(`${endpoint}/_local/outbox/${message}/click`, { method: 'POST' });
  await response.text();
  if (response.ok) add(1, 0);
};
