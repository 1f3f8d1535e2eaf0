import type { Segue } from '../segue-ground.ts';
import { lea, type Scene, tell } from './acts.ts';

const ask = async (segue: Segue, method: string, path: string, body?: object): Promise<string> => {
  const headers = { authorization: `Bearer ${await segue.token()}`, 'content-type': 'application/json' };
  return segue.http(method, `/v1/bulk${path}`, { headers, ...(body && { body: JSON.stringify(body) }) });
};

/** Two in a list, of whom one has agreed to nothing. */
const readers = async (segue: Segue, traits: object = {}): Promise<void> => {
  await segue.put(lea(traits));
  await segue.put({ type: 'identify', userId: 'tom', messageId: 'tom', traits: { email: 'tom@example.com' } });
  const headers = { 'content-type': 'text/csv', authorization: `Bearer ${await segue.token()}` };
  await segue.http('POST', '/v1/segments/readers/members', { headers, body: 'userId\nlea\ntom\n' });
  await segue.advance('PT1S');
};

const letter = { name: 'letter', campaign: 'spring-letter', segment: 'readers', perSecond: 1 };

const counted = async (segue: Segue): Promise<void> => {
  const { status, sent, withheld, failed, held } = JSON.parse(await ask(segue, 'GET', '/letter'));
  segue.answers.push(`${status}: ${sent} sent, ${withheld} withheld, ${failed} failed, ${held} held`);
};

/** A campaign on another channel, as its deployment would publish it. */
const publishes = async (segue: Segue, channel: 'sms' | 'push'): Promise<void> => {
  const said = channel === 'sms' ? { text: 'Spring is here.' } : { title: 'Spring', body: 'It is here.' };
  const message = { channel, source: 'now', ...said };
  const send = { message: 'spring', channels: [channel] };
  const journey = {
    name: 'by-phone',
    topic: 'promotions',
    triggers: [{ api: true }],
    steps: [{ id: 'message', send }],
  };
  const document = { journey, topics: { promotions: 'marketing' }, messages: { spring: { [channel]: message } } };
  await tell(segue, 'PublishJourney', 'Create', {
    ResourceType: 'Custom::Campaign',
    Name: 'by-phone',
    Document: JSON.stringify({ ...document, needs: [[channel]] }),
  });
};

/** More than are walked through in advance. */
const manyReaders = async (segue: Segue): Promise<void> => {
  const names = Array.from({ length: 25 }, (_, i) => `reader-${i}`);
  const known = names.map((userId) => ({ type: 'identify', userId, messageId: userId, traits: {} }));
  for (let from = 0; from < known.length; from += 10) await segue.put(...known.slice(from, from + 10));
  const headers = { 'content-type': 'text/csv', authorization: `Bearer ${await segue.token()}` };
  await segue.http('POST', '/v1/segments/readers/members', { headers, body: `userId\n${names.join('\n')}\n` });
  await segue.advance('PT1S');
};

export const scenes: readonly Scene[] = [
  {
    name: 'a message to a segment goes on at its rate until it has come by everybody',
    expected: { rows: { 'WHY   ': 25 } },
    async play(segue) {
      await manyReaders(segue);
      await ask(segue, 'POST', '', letter);
      await segue.advance('PT10S');
      await counted(segue);
      await segue.advance('PT1M');
      await counted(segue);
    },
  },
  {
    name: 'a message to a segment is sent to who agreed to it, and withheld from who did not',
    expected: { messages: { email: 1 }, runs: {}, rows: { 'SEND SENT  ': 1, 'WHY   ': 1 } },
    async play(segue) {
      await readers(segue);
      await ask(segue, 'POST', '', letter);
      await segue.advance('PT1M');
      await counted(segue);
      await ask(segue, 'GET', '');
    },
  },
  {
    name: 'a message to a segment is paused, resumed and cancelled',
    expected: { rows: { 'WHY   ': 25 }, queues: { BulkMembers: 0, BulkMembersDead: 0 } },
    async play(segue) {
      await manyReaders(segue);
      await ask(segue, 'POST', '', letter);
      await segue.advance('PT3S');
      await ask(segue, 'POST', '/letter/pause');
      // Long enough for whoever cannot be put back to be given up.
      await segue.advance('PT45M');
      await counted(segue);
      await ask(segue, 'POST', '/letter/resume');
      await segue.advance('PT20M');
      await counted(segue);
      await ask(segue, 'POST', '/letter/cancel');
      await counted(segue);
    },
  },
  {
    name: 'a message to a segment rests overnight, and comes back once in the morning',
    expected: { messages: { email: 1 }, rows: { 'SEND SENT  ': 1, 'WHY   ': 1 }, queues: { BulkWalksDead: 0 } },
    async play(segue) {
      await readers(segue);
      await segue.advance('PT12H');
      await ask(segue, 'POST', '', letter);
      await segue.advance('PT1M');
      await counted(segue);
      await segue.advance('PT12H');
      await counted(segue);
    },
  },
  {
    name: 'a message to a segment is cancelled while it rests',
    expected: { messages: {}, queues: { BulkWalks: 0, BulkWalksDead: 0 } },
    async play(segue) {
      await readers(segue);
      await segue.advance('PT12H');
      await ask(segue, 'POST', '', letter);
      await segue.advance('PT1M');
      await ask(segue, 'POST', '/letter/cancel');
      await segue.advance('PT12H');
      await counted(segue);
    },
  },
  {
    name: 'a message to a segment waits while its provider takes nothing',
    expected: { messages: { email: 1 } },
    async play(segue) {
      await readers(segue);
      await segue.local('PUT', 'providers', { sending: 'throttled' });
      await ask(segue, 'POST', '', letter);
      await segue.advance('PT3M');
      await counted(segue);
      await segue.local('PUT', 'providers', { sending: 'normal' });
      await segue.advance('PT1H');
      await counted(segue);
    },
  },
  {
    name: 'a message to a segment is sent by SMS',
    expected: { messages: { sms: 1 } },
    async play(segue) {
      await readers(segue);
      await publishes(segue, 'sms');
      await ask(segue, 'POST', '', { ...letter, campaign: 'by-phone' });
      await segue.advance('PT1M');
      await counted(segue);
    },
  },
  {
    name: 'a message to a segment finds a device that is no more',
    expected: { signals: { 'Application Uninstalled': 1 } },
    async play(segue) {
      await segue.local('PUT', 'recipients/lea-phone', 'bounce');
      await readers(segue);
      await publishes(segue, 'push');
      await ask(segue, 'POST', '', { ...letter, campaign: 'by-phone' });
      await segue.advance('PT1M');
      await counted(segue);
    },
  },
];
