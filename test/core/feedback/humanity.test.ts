import { describe, expect, test } from 'vitest';
import { feedbackSignal } from '#core/feedback';

const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36';
const sentAt = Date.parse('2026-01-05T08:00:00Z');

type Trace = { agent?: string | null; address?: string; afterMs?: number };
const judged = (act: 'Open' | 'Click', { agent = browser, address = '81.2.69.142', afterMs = 60_000 }: Trace) => {
  const part = {
    ...(agent === null ? {} : { userAgent: agent }),
    ipAddress: address,
    link: 'https://shop.example/a',
    timestamp: new Date(sentAt + afterMs).toISOString(),
  };
  const mail = {
    messageId: 'ses-1',
    timestamp: new Date(sentAt).toISOString(),
    tags: { customer: ['a'.repeat(26)], journey: ['j'], step: ['s'] },
  };
  const event = { source: 'aws.ses', detail: { eventType: act, mail, [act.toLowerCase()]: part } };
  const { human, confidence } = feedbackSignal(event, sentAt)!.signal!.properties;
  return { human, confidence };
};

describe('who opened and clicked', () => {
  test('a browser in its own time is a person, the surer for a click', () => {
    expect(judged('Click', {})).toEqual({ human: true, confidence: 0.9 });
    expect(judged('Open', {})).toEqual({ human: true, confidence: 0.7 });
    expect(judged('Click', { afterMs: 5000 })).toEqual({ human: true, confidence: 0.6 });
  });

  test.each([
    ['Apple Mail Privacy Protection', { agent: 'Mozilla/5.0' }],
    ['a browser inside Apple', { address: '17.58.101.179' }],
    [
      "Gmail's image proxy",
      { agent: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)' },
    ],
    ["a browser inside Google's proxy", { address: '66.249.84.12' }],
    ["Yahoo's proxy", { agent: 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html' }],
    ['nobody at all', { agent: null }],
    ['a blank', { agent: ' ' }],
    ['somebody faster than anybody', { afterMs: 900 }],
    ['Barracuda', { agent: 'Barracuda Sentinel (EE)' }],
    ['Proofpoint', { agent: 'Mozilla/5.0 (compatible; Proofpoint URL Defense)' }],
    ['Mimecast', { agent: 'mimecast-ttp/1.0' }],
    ['Safe Links', { agent: 'Mozilla/5.0 SafeLinks' }],
    ['a headless browser', { agent: `${browser} HeadlessChrome/141` }],
    ['a link preview', { agent: 'facebookexternalhit/1.1' }],
    ['WhatsApp', { agent: 'WhatsApp/2.23' }],
    ['a script', { agent: 'python-requests/2.32' }],
  ] satisfies [string, Trace][])('%s drives no branch, whatever it does', (_, trace) => {
    for (const act of ['Open', 'Click'] as const) {
      const { human, confidence } = judged(act, trace);
      expect([human, Number(confidence) < 0.5, Number(confidence) > 0]).toEqual([false, true, true]);
    }
  });
});
