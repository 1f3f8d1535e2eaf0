import type { Segue } from '../segue-ground.ts';
import { leavesCart, putsIntoList, type Scene } from './acts.ts';
import { complains, withSegments } from './segment.scenes.ts';

const as = async (segue: Segue, role: 'agent' | 'operator') => {
  const headers = { authorization: `Bearer ${await segue.token(role)}`, 'content-type': 'application/json' };
  return (method: string, path: string, body?: object): Promise<string> =>
    segue.http(method, `/v1/${path}`, { headers, ...(body && { body: JSON.stringify(body) }) });
};

/** What a card tells, without what is another in every world. */
const told = (card: string): string => {
  const { title, journeys, timeline } = JSON.parse(card) as {
    title?: string;
    journeys?: { next: { says: string }[] }[];
    timeline?: { entries: { says: string }[] };
  };
  return title ?? `${journeys?.[0]?.next.length} planned, ${timeline?.entries.length} in the past`;
};

export const scenes: readonly Scene[] = [
  {
    name: 'an agent reads the card of a customer, and is written down',
    expected: {
      rows: { 'READ   ': 2 },
      answers: ['GET /v1/customers: 200', '2 planned, 3 in the past', 'GET /v1/customers: 200'],
    },
    async play(segue) {
      await leavesCart(segue);
      const call = await as(segue, 'agent');
      segue.answers.push(told(await call('GET', 'customers/lea')));
      await call('GET', 'customers?email=lea@example.com&fields=stage');
    },
  },
  {
    name: 'an agent notes something, pauses promotions and ends a journey',
    expected: {
      messages: {},
      rows: { 'NOTE   ': 3 },
      answers: [
        'GET /v1/customers: 200',
        'POST /v1/customers: 201',
        'POST /v1/customers: 200',
        'POST /v1/customers: 200',
      ],
    },
    async play(segue) {
      await leavesCart(segue);
      const call = await as(segue, 'agent');
      const card = JSON.parse(await call('GET', 'customers/lea?fields=journeys')) as { journeys?: { enrol: string }[] };
      await call('POST', 'customers/lea/notes', { text: 'wants another size' });
      await call('POST', 'customers/lea/pause-promotions', { days: 3, reason: 'asked' });
      await call('POST', `customers/lea/journeys/${card.journeys?.[0]?.enrol}/leave`, { reason: 'asked' });
      await segue.advance('PT5H');
    },
  },
  {
    name: 'an operator takes everything of a customer out',
    expected: { rows: { 'READ   ': 1 }, answers: ['GET /v1/customers: 200', 'log and state'] },
    async play(segue) {
      await leavesCart(segue);
      const call = await as(segue, 'operator');
      const { rows = [] } = JSON.parse(await call('GET', 'customers/lea/export')) as { rows?: { from: string }[] };
      const from = new Set(rows.map((row) => row.from));
      segue.answers.push(from.has('log') && from.has('state') ? 'log and state' : 'not all');
    },
  },
  {
    name: 'an operator erases a customer, who stays erased',
    expected: {
      messages: {},
      rows: { 'COUNT   ': 2, 'RECEIPT checked  ': 1 },
      answers: ['POST /v1/segments: 200', 'DELETE /v1/customers: 202', 'GET /v1/erasures: 200', 'checked'],
    },
    deployed: withSegments({ name: 'complainers', when: 'profile.complaint.open' }),
    async play(segue) {
      await segue.put(complains);
      await leavesCart(segue);
      await segue.advance('PT10S');
      await putsIntoList(segue, 'guests', 'userId\nlea\n');
      const call = await as(segue, 'operator');
      const { receipt = 'none' } = JSON.parse(await call('DELETE', 'customers/lea')) as { receipt?: string };
      await segue.advance('PT16M');
      const { status = 'no receipt' } = JSON.parse(await call('GET', `erasures/${receipt}`)) as { status?: string };
      segue.answers.push(status);
      await segue.advance('PT5H');
    },
  },
];
