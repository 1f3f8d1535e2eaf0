import { describe, expect, test } from 'vitest';
import { reachable, story } from './river.ts';

const ada = () => story('welcome').identifies(reachable).happens('Signed Up', { plan: 'free' });
const ordered = { order_id: 'o-1', revenue: 60 };

describe('welcome', () => {
  test('Ada signs up and does nothing at all: a hand held out for two weeks, then no more', () => {
    const hers = ada().later('30 days');
    expect(hers.sent()).toEqual([
      'email welcome after 0 h',
      'email first-steps after 2 d',
      'email tip-wishlist after 3 d 1 h',
      'email tip-sizes after 6 d 1 h',
      'email tip-pick-up after 9 d 1 h',
      'email can-we-help after 14 d 1 h',
    ]);
    expect(hers.ended()).toEqual(['not-activated']);
  });

  test('what she has found by herself she is not told: saved sizes, so no tip about sizes', () => {
    const hers = ada().later('1 hour').happens('Size Profile Saved', { shoe: 39 }).later('30 days');
    expect(hers.sent()).toEqual([
      'email welcome after 0 h',
      'email tip-wishlist after 3 d 1 h',
      'email tip-pick-up after 6 d 1 h',
      'email can-we-help after 14 d 1 h',
    ]);
  });

  test('she orders in the first week: no more tips, and after two weeks what comes next', () => {
    const hers = ada().later('4 days').happens('Order Completed', ordered).later('30 days');
    expect(hers.sent()).toEqual([
      'email welcome after 0 h',
      'email first-steps after 2 d',
      'email tip-wishlist after 3 d 1 h',
      'email what-is-next after 14 d 1 h',
    ]);
    expect(hers.ended()).toEqual(['activated']);
    expect(hers.goals()).toEqual([1]);
  });

  test('she deletes her account in the middle of it: not another word', () => {
    const hers = ada().later('5 days').happens('Account Deleted').later('30 days');
    expect(hers.sent()).toHaveLength(3);
    expect(hers.ended()).toEqual(['Account Deleted']);
  });

  test('without consent she gets the one email that belongs to her account, and no tips', () => {
    const hers = story('welcome')
      .identifies({ ...reachable, consent: {} })
      .happens('Signed Up')
      .later('30 days');
    expect(hers.sent()).toEqual(['email welcome after 0 h']);
    expect(hers.withheld()).toEqual(Array(5).fill('no-consent'));
  });

  test('she refuses the introduction after the first tip, and is left alone', () => {
    const hers = ada().later('4 days').refuses('email', 'onboarding').later('30 days');
    expect(hers.sent()).toHaveLength(3);
    expect(hers.withheld()).toEqual(Array(3).fill('no-consent'));
  });

  test('she agrees to the introduction on the fourth day: the tips begin there', () => {
    const hers = story('welcome')
      .identifies({ ...reachable, consent: {} })
      .happens('Signed Up');
    hers.later('4 days').agreesTo('email', 'onboarding').later('3 days');
    expect(hers.sent()).toEqual(['email welcome after 0 h', 'email tip-sizes after 6 d 1 h']);
  });

  test('without an email address the app helps out, where there is a push message', () => {
    const hers = story('welcome').identifies({
      consent: { push: true },
      devices: [{ token: 'phone-1', platform: 'android' }],
    });
    hers.happens('Signed Up').later('30 days');
    expect(hers.sent()).toEqual([
      'push first-steps after 2 d',
      'push tip-wishlist after 3 d 1 h',
      'push tip-sizes after 6 d 1 h',
      'push tip-pick-up after 9 d 1 h',
    ]);
    expect(hers.withheld()).toEqual(['no-address', 'no-consent']);
  });

  test('signing up twice is signing up once', () => {
    const hers = ada().later('1 minute').happens('Signed Up').later('30 days').happens('Signed Up').later('30 days');
    expect(hers.sent().filter((line) => line.includes('welcome'))).toHaveLength(1);
  });

  test('in Tokyo the tips come at ten in the morning there', () => {
    const hers = story('welcome')
      .identifies({ ...reachable, timezone: 'Asia/Tokyo' })
      .happens('Signed Up');
    hers.later('4 days');
    // 18:00 in Tokyo; two days later too, and on the third at 10:00.
    expect(hers.sent()).toEqual([
      'email welcome after 0 h',
      'email first-steps after 2 d',
      'email tip-wishlist after 2 d 16 h',
    ]);
  });
});
