import { describe, expect, test } from 'vitest';
import { reachable, story } from './river.ts';

const who = (traits: Record<string, string | number> = {}, customer = 'ada') =>
  story('churn-risk', { customer }).identifies({ ...reachable, ...traits });

describe('churn-risk', () => {
  test('a problem is open: it is solved by a person, and only then is she written to', () => {
    const ada = who({ open_tickets: 2 }).scores(0.82).later('5 hours');
    expect(ada.sent()).toEqual([]);
    expect(ada.shown('solve')).toMatchObject({ 'open tickets': 2, risk: 0.82 });
    ada.answered('solve', 'solved').later('1 hour');
    expect(ada.sent()).toEqual(['email it-is-solved after 5 h']);
  });

  test('somebody of value is called by their account manager, who knows the likely cause', () => {
    const ada = who({ member_years: 8 }).scores(0.9, { cause: 'price' });
    expect(ada.asked()).toEqual(['account-managers after 0 h']);
    expect(ada.shown('account')).toMatchObject({ 'likely cause': 'price', 'years with us': 8 });
  });

  test('who hardly uses it is shown what others like', () => {
    expect(who({ uses_per_month: 1 }).scores(0.75).sent()).toEqual(['email you-could after 0 h']);
  });

  test('of whom nothing is known but the score is asked what is missing', () => {
    expect(who().scores(0.75).sent()).toEqual(['email what-is-missing after 0 h']);
  });

  test('she looks around again: nothing more is tried', () => {
    const ada = who().scores(0.75).later('2 days').happens('Product Viewed', { product_id: 'mug' }).later('30 days');
    expect(ada.ended()).toEqual(['active-again']);
    expect(ada.sent()).toHaveLength(1);
  });

  test('no reaction in ten days: half of them are called, the others get one question', () => {
    const names = ['ada', 'ben', 'cleo', 'dan', 'eve', 'finn', 'gus', 'hana', 'ines', 'jo', 'kim', 'lou'];
    const after = names.map((name) => {
      const hers = who({}, name).scores(0.75).later('11 days');
      return hers.ended()[0] === 'holdout' ? 'held out' : hers.asked().length > 0 ? 'called' : 'asked';
    });
    expect(after).toContain('called');
    expect(after).toContain('asked');
  });

  test('one in ten is left alone, and what they do still counts', () => {
    const names = Array.from({ length: 60 }, (_, n) => `customer-${n}`);
    const held = names.find((name) => who({}, name).scores(0.8).ended()[0] === 'holdout');
    expect(held).toBeDefined();
    const hers = who({ open_tickets: 2 }, held).scores(0.8).later('5 days');
    hers.happens('Order Completed', { order_id: 'o-1', revenue: 40 }).later('30 days');
    expect(hers.sent()).toEqual([]);
    expect(hers.asked()).toEqual([]);
    expect(hers.goals()).toEqual([1]);
  });

  test('the risk falls by itself: whatever was planned is not done', () => {
    const ada = who({ open_tickets: 1 }).scores(0.8).later('3 hours').scores(0.2).later('30 days');
    expect(ada.ended()).toEqual(['Churn Score Changed']);
    expect(ada.sent()).toEqual([]);
  });

  test('she cancels: from there on it is another story', () => {
    const ada = story(['churn-risk', 'win-back']).identifies(reachable).scores(0.8).later('1 day');
    ada.happens('Subscription Cancelled', { subscription_id: 's-1', reason: 'no-time' }).later('1 hour');
    expect(ada.ended()).toEqual(['Subscription Cancelled', 'open']);
    expect(ada.sent()).toEqual(['email what-is-missing after 0 h', 'email cancelled after 24 h']);
  });

  test('where the score comes as a trait, that begins it as well', () => {
    expect(who().later('1 hour').identifies({ churn_score: 0.8 }).sent()).toEqual(['email what-is-missing after 1 h']);
  });

  test('a low score begins nothing', () => {
    expect(who().scores(0.5).ended()).toEqual([]);
  });

  test('without consent nothing is written', () => {
    const ada = who().refuses('email').refuses('sms').scores(0.8).later('30 days');
    expect(ada.sent()).toEqual([]);
  });

  test('without an address a person can still do something', () => {
    const ada = story('churn-risk').identifies({ open_tickets: 1 }).scores(0.8);
    expect(ada.asked()).toEqual(['service after 0 h']);
    ada.answered('solve', 'solved');
    expect(ada.withheld()).toEqual(['no-address']);
  });

  test('a score that is told every day is answered once in ninety days', () => {
    const ada = who();
    for (let day = 0; day < 30; day++) ada.scores(0.8).later('1 day');
    expect(ada.sent().filter((line) => line.includes('what-is-missing'))).toHaveLength(1);
    ada.later('70 days').scores(0.9);
    expect(ada.sent().filter((line) => line.includes('what-is-missing'))).toHaveLength(2);
  });
});
