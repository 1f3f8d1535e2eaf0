import { describe, expect, test } from 'vitest';
import { reachable, story } from './river.ts';

const tooExpensive = { subscription_id: 's-1', reason: 'too-expensive', plan: 'family', comment: 'It adds up.' };
const who = (traits: Record<string, string | number>) => story('win-back').identifies({ ...reachable, ...traits });

describe('win-back', () => {
  test('the same reason and two histories: ten years are called, three months are shown a smaller plan', () => {
    const tenYears = who({ member_years: 10, uses_per_month: 2 }).happens('Subscription Cancelled', tooExpensive);
    tenYears.later('25 hours');
    expect(tenYears.sent()).toEqual(['email cancelled after 0 h']);
    expect(tenYears.asked()).toEqual(['retention after 24 h']);
    expect(tenYears.shown('call')).toMatchObject({
      reason: 'too-expensive',
      'in their words': 'It adds up.',
      'years with us': 10,
    });

    const threeMonths = who({ member_years: 0, uses_per_month: 2 }).happens('Subscription Cancelled', tooExpensive);
    threeMonths.later('25 hours');
    expect(threeMonths.sent()).toEqual(['email cancelled after 0 h', 'email smaller-plan after 24 h']);
    expect(threeMonths.read()).toContain('you used it 2 times a month');
    expect(threeMonths.asked()).toEqual([]);
  });

  test('too expensive, but much used: the same by the year', () => {
    const ben = who({ uses_per_month: 22 }).happens('Subscription Cancelled', tooExpensive).later('2 days');
    expect(ben.sent().at(-1)).toBe('email yearly-plan after 24 h');
  });

  test('no time: a pause instead of an end, and a month later a last word', () => {
    const ben = who({})
      .happens('Subscription Cancelled', { subscription_id: 's-1', reason: 'no-time' })
      .later('60 days');
    expect(ben.sent()).toEqual([
      'email cancelled after 0 h',
      'email pause after 24 h',
      'email open-door after 30 d 1 h',
    ]);
    expect(ben.ended()).toEqual(['completed']);
  });

  test('a problem that is still open is solved before anything is offered', () => {
    const ben = who({ open_tickets: 1 }).happens('Subscription Cancelled', {
      subscription_id: 's-1',
      reason: 'problems',
    });
    ben.later('2 days');
    expect(ben.sent()).toEqual(['email cancelled after 0 h']);
    expect(ben.asked()).toEqual(['service after 24 h']);
    ben.answered('fix', 'solved').later('1 hour');
    expect(ben.sent().at(-1)).toBe('email solved after 2 d');
  });

  test('a problem nobody solves in five days is no ground to write to anybody', () => {
    const ben = who({ open_tickets: 1 }).happens('Subscription Cancelled', {
      subscription_id: 's-1',
      reason: 'problems',
    });
    ben.later('60 days');
    expect(ben.sent()).toEqual(['email cancelled after 0 h']);
    expect(ben.ended()).toEqual(['let-go']);
  });

  test('who gives no reason that we can answer is let go, without any discount', () => {
    const ben = who({}).happens('Subscription Cancelled', { subscription_id: 's-1', reason: 'other' }).later('60 days');
    expect(ben.sent()).toEqual(['email cancelled after 0 h']);
    expect(ben.ended()).toEqual(['let-go']);
  });

  test('she comes back while the call is still to be made: it need not be made', () => {
    const ada = who({ member_years: 7 }).happens('Subscription Cancelled', tooExpensive).later('2 days');
    ada.happens('Subscription Resumed', { subscription_id: 's-1', revenue: 12 }).later('60 days');
    expect(ada.ended()).toEqual(['Subscription Resumed']);
    expect(ada.goals()).toEqual([1]);
    expect(ada.sent()).toEqual(['email cancelled after 0 h']);
  });

  test('she tells us on the phone that she stays: nothing more is sent', () => {
    const ada = who({ member_years: 10 }).happens('Subscription Cancelled', tooExpensive).later('25 hours');
    ada.answered('call', 'stays').later('60 days');
    expect(ada.ended()).toEqual(['stays']);
    expect(ada.sent()).toHaveLength(1);
  });

  test('she tells us on the phone that she leaves: that was the last of it', () => {
    const ada = who({ member_years: 7 }).happens('Subscription Cancelled', tooExpensive).later('2 days');
    ada.answered('call', 'leaves').later('60 days');
    expect(ada.ended()).toEqual(['let-go']);
    expect(ada.sent()).toHaveLength(1);
  });

  test('nobody calls for three days: she still gets a last word after a month, and no offer', () => {
    const ada = who({ member_years: 7 }).happens('Subscription Cancelled', tooExpensive).later('60 days');
    expect(ada.sent()).toEqual(['email cancelled after 0 h', 'email open-door after 30 d 1 h']);
  });

  test('without consent she is told that it has ended, and nothing more', () => {
    const ada = who({}).refuses('email').happens('Subscription Cancelled', tooExpensive).later('60 days');
    expect(ada.sent()).toEqual(['email cancelled after 0 h']);
    expect(ada.withheld()).toEqual(['no-consent', 'no-consent']);
  });

  test('without an email address the pause comes as a text message', () => {
    const ada = story('win-back').identifies({ phone: '+447700900123', consent: { sms: true } });
    ada.happens('Subscription Cancelled', { subscription_id: 's-1', reason: 'moving' }).later('2 days');
    expect(ada.sent()).toEqual(['sms pause after 24 h']);
    expect(ada.withheld()).toEqual(['no-address']);
  });

  test('cancelling twice is answered once', () => {
    const ada = who({}).happens('Subscription Cancelled', tooExpensive).later('1 minute');
    ada
      .happens('Subscription Cancelled', tooExpensive)
      .later('60 days')
      .happens('Subscription Cancelled', tooExpensive);
    expect(ada.sent().filter((line) => line.includes('cancelled'))).toHaveLength(1);
  });
});
