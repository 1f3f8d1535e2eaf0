import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageReport, withReceipt } from '#core/feedback';
import { messageIdOf } from '#core/message';
import { parseEvent, type Signal } from '#core/signal';

const letters = 'abcdefghijklmnopqrstuvwxyz234567';
const hash = fc.string({ unit: fc.constantFrom(...letters), minLength: 26, maxLength: 26 });
const send = fc.record({
  customer: hash,
  enrol: hash,
  occurrence: fc.integer({ min: 1, max: 999 }),
  step: fc.constantFrom('offer', 'tip@2', 'follow-up'),
});

const said = (event: string, properties: object, type = 'track'): Signal => {
  const detail = { type, userId: 'ada', event, messageId: 'app-1', properties };
  return parseEvent({ id: 'e', source: 'app', 'detail-type': type, detail }, 1_767_603_605_000).signal!;
};
const receiptOf = (signal: Signal): Signal => withReceipt({ signal }).signal!;

describe('what an app says of a push notification', () => {
  test.each([
    ['Push Notification Received', 'delivered'],
    ['Push Notification Tapped', 'opened'],
    ['Push Notification Bounced', 'undelivered'],
  ])('is a report of the message whose id it gives back: %s', (event, kind) => {
    fc.assert(
      fc.property(send, (name) => {
        const signal = receiptOf(said(event, { message_id: messageIdOf(name), action: 'Open' }));
        const { enrol, occurrence, step } = name;
        expect(signal.properties).toMatchObject({ action: 'Open', channel: 'push', enrol, occurrence, step });
        expect(messageReport(signal)).toEqual({
          send: name,
          provider: 'app',
          report: { kind, at: signal.timestamp },
        });
      }),
    );
  });

  test('without an id of ours is an event like any other', () => {
    const id = messageIdOf({ customer: 'a'.repeat(26), enrol: 'b'.repeat(26), occurrence: 1, step: 'offer' });
    for (const signal of [
      said('Push Notification Tapped', {}),
      said('Push Notification Tapped', { message_id: 7 }),
      said('Push Notification Tapped', { message_id: id.slice(1) }),
      said('Application Opened', { message_id: id }),
    ]) {
      expect(receiptOf(signal)).toBe(signal);
      expect(messageReport(signal)).toBeUndefined();
    }
  });
});
