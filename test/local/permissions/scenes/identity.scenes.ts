import { adds, cart, lea, profileRow, putsIntoList, refolds, type Scene, writes } from './acts.ts';

const onTheDevice = (messageId: string) => ({
  type: 'track',
  event: 'Product Viewed',
  anonymousId: 'device',
  messageId,
  properties: cart,
});

/** The id of the customer in whose log the first row with this signal is. */
const customerOf = (rows: readonly Record<string, unknown>[], messageId: string): string => {
  const row = rows.find(({ sk }) => JSON.stringify(sk) === JSON.stringify({ S: messageId }));
  return ((row?.['pk'] as { S: string } | undefined)?.S ?? '').slice('C#'.length);
};

export const scenes: readonly Scene[] = [
  {
    name: 'what was done on a device before and after signing in is in the log of whoever signed in',
    expected: { signals: { 'Product Viewed': 4, Identified: 1 }, queues: { RefoldsDead: 0 } },
    async play({ put, advance }) {
      await put(onTheDevice('before'));
      await put({ ...lea(), anonymousId: 'device' });
      await advance('PT1M');
      await put(onTheDevice('after'));
      await advance('PT1H');
    },
  },
  {
    name: 'whoever was put into a list before signing in is in it as who they are',
    expected: {
      signals: { 'Segment Entered': 3 },
      queues: { RefoldsDead: 0 },
      answers: ['POST /v1/segments: 200', 'in it: 1'],
    },
    async play(segue) {
      await segue.put(onTheDevice('before'));
      await segue.put(lea());
      await segue.advance('PT1M');
      await putsIntoList(segue, 'press', 'anonymousId\ndevice\n');
      await segue.put({ ...lea(), messageId: 'signs-in', anonymousId: 'device' });
      await segue.advance('PT1H');
      const lea26 = customerOf(await segue.scan('Log'), 'lea');
      const rows = await segue.scan('State');
      const isIn = rows.filter(
        ({ pk, sk, isIn }) =>
          JSON.stringify(pk).includes('SEG#press#') &&
          JSON.stringify(sk).includes(lea26) &&
          JSON.stringify(isIn).includes('true'),
      );
      segue.answers.push(`in it: ${isIn.length}`);
    },
  },
  {
    name: 'two customers who were made one are parted again',
    expected: { signals: { 'Product Viewed': 1, Identified: 1 }, queues: { RefoldsDead: 0 } },
    async play({ put, advance, scan, send }) {
      await put(onTheDevice('before'));
      const from = customerOf(await scan('Log'), 'before');
      await put({ ...lea(), anonymousId: 'device' });
      await advance('PT1M');
      const to = customerOf(await scan('Log'), 'lea');
      await send('Refolds', { split: { from, to, by: 'a test' } });
      await advance('PT1H');
    },
  },
  {
    name: 'every profile is folded from the log again',
    expected: { queues: { RefoldsDead: 0 } },
    async play(segue) {
      await segue.put(lea());
      await segue.send('Refolds', { rebuild: 'all' });
      await segue.advance('PT1H');
    },
  },
  {
    name: 'a signal of a customer who was erased is destroyed',
    expected: { signals: { Identified: 1 }, queues: { RefoldsDead: 0 } },
    async play(segue) {
      await segue.put(lea());
      const row = await profileRow(segue);
      if (row !== undefined) await writes(segue, 'State', { ...row, erasedAt: { N: '1767603600000' } });
      await segue.put(adds());
      await refolds(segue, ['adds']);
      await segue.advance('PT1H');
    },
  },
];
