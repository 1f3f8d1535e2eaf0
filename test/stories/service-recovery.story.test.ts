import { describe, expect, test } from 'vitest';
import { reachable, story } from './river.ts';

const broken = { reason: 'damaged', text: 'The sole came off.', order_id: 'o-17' };
const late = { reason: 'late', text: 'Two weeks!', order_id: 'o-17' };
const ada = (traits = {}) => story('service-recovery').identifies({ ...reachable, ...traits });

describe('service-recovery', () => {
  test('what arrived broken is replaced by express once a person has approved, and five days later we ask', () => {
    const hers = ada().happens('Complaint Filed', broken).later('1 hour');
    expect(hers.asked()).toEqual(['service after 0 h']);
    expect(hers.shown('approval')).toMatchObject({ proposed: 'replacement', 'in their words': 'The sole came off.' });
    hers.answered('approval', 'approved').later('5 days').later('1 hour');
    hers.happens('Survey Answered', { csat: 5 }).later('10 days');
    expect(hers.sent()).toEqual([
      'email sorry after 0 h',
      'email replacement after 1 h',
      'email all-right-now after 5 d 1 h',
    ]);
    expect(hers.emitted()).toMatchObject([
      { event: 'Replacement Ordered', properties: { order_id: 'o-17', shipping: 'express' } },
    ]);
    expect(hers.ended()).toEqual(['recovered']);
  });

  test('a bad answer to a survey begins it as well, a middling one does not', () => {
    expect(ada().happens('Survey Answered', { csat: 2, order_id: 'o-1' }).sent()).toEqual(['email sorry after 0 h']);
    expect(ada().happens('Survey Answered', { csat: 3, order_id: 'o-1' }).ended()).toEqual([]);
  });

  test('who was let down by a late order gets a part of the next one', () => {
    const hers = ada().happens('Complaint Filed', late).later('20 minutes').answered('approval', 'approved');
    expect(hers.sent().at(-1)).toBe('email discount after 0.33 h');
    expect(hers.emitted()).toMatchObject([{ event: 'Discount Granted', properties: { percent: 20 } }]);
  });

  test('the same complaint of somebody who has spent much is worth a call, not a voucher', () => {
    const hers = ada().happens('Order Completed', { order_id: 'o-17', revenue: 1400 }).happens('Complaint Filed', late);
    hers.later('10 minutes').answered('approval', 'approved');
    expect(hers.asked()).toEqual(['service after 0 h', 'phone after 0.17 h']);
    expect(hers.shown('call')).toMatchObject({ phone: '+447700900123', 'in their words': 'Two weeks!' });
    hers.later('1 hour').answered('call', 'put-right').later('6 days');
    expect(hers.sent()).toEqual(['email sorry after 0 h', 'email all-right-now after 5 d 1.17 h']);
  });

  test('a person would rather call: they call', () => {
    const hers = ada().happens('Complaint Filed', broken).later('1 hour').answered('approval', 'call-instead');
    expect(hers.asked()).toEqual(['service after 0 h', 'phone after 1 h']);
    expect(hers.emitted()).toEqual([]);
  });

  test('nobody decides for four hours: somebody calls, and a day later the lead is told', () => {
    const hers = ada().happens('Complaint Filed', broken).later('2 days');
    expect(hers.asked()).toEqual(['service after 0 h', 'phone after 4 h', 'service-leads after 28 h']);
  });

  test('she is not reached by phone: a text message asks when to call', () => {
    const hers = ada({ prefers: 'sms' }).happens('Complaint Filed', broken).answered('approval', 'call-instead');
    hers.later('3 hours').answered('call', 'not-reached').later('1 hour');
    expect(hers.sent()).toEqual(['sms sorry after 0 h', 'sms missed-you after 3 h']);
  });

  test('a remedy is declined: she is told so, and by whom it can be looked at again', () => {
    const hers = ada().happens('Complaint Filed', late).later('1 hour').answered('approval', 'declined');
    expect(hers.sent().at(-1)).toBe('email no-remedy after 1 h');
    expect(hers.ended()).toEqual(['declined']);
  });

  test('still unhappy after the remedy: a person takes over', () => {
    const hers = ada().happens('Complaint Filed', broken).answered('approval', 'approved').later('6 days');
    hers.happens('Survey Answered', { csat: 1 }).later('10 days');
    expect(hers.asked()).toEqual(['service after 0 h', 'service-leads after 6 d']);
    expect(hers.ended()).toEqual(['still-unhappy']);
  });

  test('she orders again while it is still going on: that counts, and the question whether it is all right still comes', () => {
    const hers = ada().happens('Complaint Filed', broken).answered('approval', 'approved').later('2 days');
    hers.happens('Order Completed', { order_id: 'o-18', revenue: 50 }).later('4 days');
    expect(hers.goals()).toEqual([1]);
    expect(hers.sent().at(-1)).toBe('email all-right-now after 5 d');
  });

  test('without any consent she is still answered: it is her own complaint', () => {
    const hers = ada({ consent: {} }).happens('Complaint Filed', broken).later('1 hour');
    expect(hers.sent()).toEqual(['email sorry after 0 h']);
  });

  test('without any address there is still a person who decides', () => {
    const hers = story('service-recovery').identifies({ firstName: 'Ada' }).happens('Complaint Filed', broken);
    expect(hers.withheld()).toEqual(['no-address']);
    expect(hers.asked()).toEqual(['service after 0 h']);
  });

  // `flow` asks no other run yet which topics it keeps quiet; the state machines do.
  test('while it is open, promotions are silent: no picks of the category she looked at', () => {
    const hers = story(['service-recovery', 'browse-abandonment']).identifies(reachable);
    hers.happens('Complaint Filed', broken).happens('Product List Viewed', { category: 'Tents' }).later('2 days');
    expect(hers.sent()).toEqual(['email sorry after 0 h']);
    expect(hers.withheld()).toEqual(['quieted']);
  });

  test('complaining twice is answered once', () => {
    const hers = ada().happens('Complaint Filed', broken).later('1 hour').happens('Complaint Filed', broken);
    hers.later('1 hour');
    expect(hers.asked()).toEqual(['service after 0 h']);
  });
});
