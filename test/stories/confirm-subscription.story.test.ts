import { describe, expect, test } from 'vitest';
import { reachable, story } from './river.ts';

const request = { channel: 'email', topic: 'newsletter', source: 'footer', wording: '2026-01' };
/** She has agreed to nothing yet. */
const ada = () => story('confirm-subscription').identifies({ ...reachable, consent: {} });

describe('whoever asks for the newsletter', () => {
  test('gets one message with one button, consent or not', () => {
    const hers = ada().happens('Consent Requested', request).later('8 days');
    expect(hers.sent()).toEqual(['email please-confirm after 0 h']);
    expect(hers.ended()).toEqual(['not-confirmed']);
  });

  test('asking twice within a day is asking once', () => {
    const hers = ada().happens('Consent Requested', request).later('1 hour').happens('Consent Requested', request);
    expect(hers.sent()).toHaveLength(1);
  });

  test('pressing the button ends it, and so does refusing', () => {
    for (const answer of [{ granted: true, confirmed: true }, { granted: false }]) {
      const hers = ada().happens('Consent Requested', request).later('2 hours');
      hers.happens('Consent Changed', { channel: 'email', topic: 'newsletter', ...answer });
      expect(hers.ended()).toHaveLength(1);
      expect(hers.ended()).not.toEqual(['not-confirmed']);
    }
  });

  test('a grant that is not confirmed does not', () => {
    const hers = ada().happens('Consent Requested', request).later('2 hours');
    hers.happens('Consent Changed', { channel: 'email', topic: 'newsletter', granted: true });
    expect(hers.ended()).toEqual(['open']);
  });

  test('another topic, or another channel, is not asked about', () => {
    for (const other of [{ topic: 'promotions' }, { channel: 'sms' }])
      expect(
        ada()
          .happens('Consent Requested', { ...request, ...other })
          .sent(),
      ).toEqual([]);
  });
});
