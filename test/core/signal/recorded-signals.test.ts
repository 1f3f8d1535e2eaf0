import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { feedbackSignal } from '#core/feedback';
import { contactSignal, type JsonObject, type Parsed, parseEvent, readCalls } from '#core/signal';

const folder = join(process.env['SEGUE_CONFORMANCE'] ?? '../shared/conformance', 'signals');
const isHere = existsSync(folder);
const load = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const now = Date.parse('2026-01-05T09:00:00Z');
const envelope = (source: string, detailType: string, detail: JsonObject) => ({
  version: '0',
  id: 'e-1',
  source,
  'detail-type': detailType,
  time: '2026-01-05T09:00:00Z',
  detail,
});

/** What has to stay the same from version to version: a changed id would count old signals twice. */
const golden = (parsed: Parsed): string =>
  parsed.signal
    ? [
        parsed.signal.event,
        parsed.signal.messageId,
        JSON.stringify(parsed.signal.subject),
        parsed.signal.timestamp,
      ].join(' | ')
    : `refused: ${parsed.refusal.reason} | ${parsed.refusal.path}`;
const read = (event: unknown): string =>
  golden(feedbackSignal(event, now) ?? contactSignal(event, now) ?? parseEvent(event, now));

if (!isHere && process.env['CI']) throw new Error(`The recorded signals are missing: ${folder}`);

describe.skipIf(!isHere)('signals as their senders document them (skipped where the recorded cases are absent)', () => {
  test('Segment', () => {
    const cases: { heading: string; json: JsonObject }[] = load('segment-spec.json');
    const typeOf = (json: JsonObject, heading: string) => String(json['type'] ?? json['action'] ?? heading);
    const results = cases.map(
      ({ heading, json }) => `${heading}: ${read(envelope('segment', typeOf(json, heading), json))}`,
    );
    expect(results).toMatchSnapshot('calls');
    const ids = results.filter((result) => !result.includes('refused')).map((result) => result.split(' | ')[1]);
    // The specification prints one messageId in three places.
    expect(new Set(ids).size).toBe(ids.length - 2);
  });

  test('Segment, were the documented calls sent for a customer', () => {
    const cases: { heading: string; json: JsonObject }[] = load('segment-spec.json');
    const results = cases.map(({ json }) =>
      parseEvent(envelope('segment', 'track', { userId: 'u1', event: 'X', ...json }), now),
    );
    expect(results.filter(({ refusal }) => refusal).map(({ refusal }) => refusal)).toEqual([]);
  });

  test('Segment over HTTP, the same signals as on the bus', () => {
    const cases: { json: JsonObject }[] = load('segment-spec.json');
    for (const { json } of cases) {
      const type = String(json['type'] ?? json['action'] ?? 'track');
      const whole = { userId: 'u1', event: 'X', ...json };
      const [call] = readCalls(type, whole, now).calls!;
      expect(call!.refusal).toBeUndefined();
      const { signal } = parseEvent(envelope('segment', type, { ...whole, type }), now);
      const { messageId, subject, event } = parseEvent(call!.event, now).signal!;
      expect({ messageId, subject, event }).toEqual({
        messageId: signal!.messageId,
        subject: signal!.subject,
        event: signal!.event,
      });
    }
  });

  test('SES in its envelope', () => {
    const recorded: { events: unknown[] } = load('ses-eventbridge-envelope.json');
    expect(recorded.events.map(read)).toMatchSnapshot('events');
  });

  test('SES, sent by us and by others', () => {
    const cases: { heading: string; json?: JsonObject }[] = load('ses-event-records.json');
    const details = cases.flatMap(({ heading, json }) => (json ? [{ heading, json }] : []));
    const tags = {
      customer: ['abcdefghijklmnopqrstuvwxyz'],
      journey: ['cart-abandonment'],
      enrol: ['e1'],
      step: ['reminder'],
    };
    const ours = (json: JsonObject): JsonObject => ({ ...json, mail: { ...(json['mail'] as JsonObject), tags } });
    expect(
      details.map(({ heading, json }) => `${heading}: ${read(envelope('aws.ses', 'Email', json))}`),
    ).toMatchSnapshot('sent by others');
    expect(
      details.map(({ heading, json }) => `${heading}: ${read(envelope('aws.ses', 'Email', ours(json)))}`),
    ).toMatchSnapshot('sent by us');
  });

  test('End User Messaging, sent by us and by others', () => {
    const recorded: { events: JsonObject[]; configuration_set_records: JsonObject[] } = load('sms-eventbridge.json');
    const events = [
      ...recorded.events,
      ...recorded.configuration_set_records.map((detail) => envelope('aws.sms-voice', 'Text Message', detail)),
    ] as { detail: JsonObject }[];
    const context = { customer: 'abcdefghijklmnopqrstuvwxyz', journey: 'cart-abandonment' };
    expect(events.map(read)).toMatchSnapshot('sent by others');
    expect(events.map((event) => read({ ...event, detail: { ...event.detail, context } }))).toMatchSnapshot(
      'sent by us',
    );
  });

  test('Amazon Connect', () => {
    const recorded: { events: unknown[] } = load('connect-contact-events.json');
    expect(recorded.events.map(read)).toMatchSnapshot('contacts');
  });
});
