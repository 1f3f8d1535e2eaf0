import { describe, expect, test } from 'vitest';
import { reachable, story } from './river.ts';

const chat = {
  chat_id: 'c-1',
  resolved: false,
  question: 'Does the runner fit orthotic insoles?',
  transcript: 'Ada: Does the runner fit orthotic insoles? Bot: I am afraid I do not know.',
};
const runner = { cart_id: 'cart-1', product_id: 'runner', name: 'Trail Runner', price: 129.9 };
const ada = () => story('support-handover').identifies(reachable).happens('Product Added', runner);
const asking = () => ada().happens('Product Viewed', { product_id: 'runner' }).happens('Chat Ended', chat);

describe('support-handover', () => {
  test('the chat knows no answer: a person calls who has transcript and cart before them', () => {
    const hers = asking();
    expect(hers.asked()).toEqual(['phone after 0 h']);
    expect(hers.shown('handover')).toMatchObject({
      phone: '+447700900123',
      question: 'Does the runner fit orthotic insoles?',
      transcript: expect.stringContaining('I do not know'),
      cart: 'Trail Runner',
      'cart value': 129.9,
      'last looked around': '2026-01-05T09:00:00.000Z',
    });
  });

  test('solved on the phone, she buys; two hours later a text message asks whether all is well', () => {
    const hers = asking().later('30 minutes').answered('handover', 'solved').later('1 hour');
    hers.happens('Order Completed', { order_id: 'o-1', revenue: 129.9 }).later('3 days');
    expect(hers.sent()).toEqual(['sms all-well after 3.5 h']);
    expect(hers.ended()).toEqual(['bought']);
    expect(hers.goals()).toEqual([1]);
  });

  test('she buys while they are still on the phone: that counts as well', () => {
    const hers = asking().later('20 minutes').happens('Order Completed', { order_id: 'o-1' }).later('10 minutes');
    hers.answered('handover', 'solved').later('3 days');
    expect(hers.sent()).toEqual(['sms all-well after 2.5 h']);
  });

  test('she answers that all is not well: a person takes it up', () => {
    const hers = asking().later('1 hour').answered('handover', 'solved').later('1 hour');
    hers
      .happens('Order Completed', { order_id: 'o-1' })
      .later('3 hours')
      .replies('No, they are too tight')
      .later('3 days');
    expect(hers.asked()).toEqual(['phone after 0 h', 'service after 5 h']);
    expect(hers.ended()).toEqual(['still-open']);
  });

  test('she answers that all is well: nobody bothers her', () => {
    const hers = asking().later('1 hour').answered('handover', 'solved').later('1 hour');
    hers.happens('Order Completed', { order_id: 'o-1' }).later('3 hours').replies('Yes, thanks!').later('3 days');
    expect(hers.asked()).toEqual(['phone after 0 h']);
    expect(hers.ended()).toEqual(['bought']);
  });

  test('not solved on the phone either: a specialist gets everything, and says so if there is no answer', () => {
    const hers = asking().later('1 hour').answered('handover', 'for-a-specialist').later('3 hours');
    expect(hers.asked()).toEqual(['phone after 0 h', 'specialists after 1 h']);
    hers.answered('specialist', 'not-solved').later('1 day');
    expect(hers.sent()).toEqual(['email no-answer after 4 h']);
    expect(hers.ended()).toEqual(['not-solved']);
  });

  test('nobody calls for two hours: she is told, and so is the lead', () => {
    const hers = asking().later('3 hours');
    expect(hers.sent()).toEqual(['sms later-today after 2 h']);
    expect(hers.asked()).toEqual(['phone after 0 h', 'service-leads after 2 h']);
  });

  test('she is not reached: she is asked when to call', () => {
    const hers = asking().later('1 hour').answered('handover', 'not-reached');
    expect(hers.sent()).toEqual(['sms missed-you after 1 h']);
  });

  test('she asks the chat again and it is solved: nobody need call', () => {
    const hers = asking()
      .later('30 minutes')
      .happens('Chat Ended', { chat_id: 'c-2', resolved: true })
      .later('10 days');
    expect(hers.ended()).toEqual(['Chat Ended']);
    expect(hers.sent()).toEqual([]);
  });

  test('from the cart to the phone: reminded, asked in the chat, called, bought, asked how it is', () => {
    const hers = story(['cart-abandonment', 'support-handover']).identifies(reachable).happens('Product Added', runner);
    hers.later('5 hours').happens('Chat Ended', chat).later('20 minutes').answered('handover', 'solved');
    hers.later('40 minutes').happens('Order Completed', { order_id: 'o-1', cart_id: 'cart-1', revenue: 129.9 });
    hers.later('4 days');
    expect(hers.sent()).toEqual(['email cart-reminder after 4 h', 'sms all-well after 8 h']);
    expect(hers.ended()).toEqual(['Order Completed', 'bought']);
    expect(hers.goals()).toEqual([1, 1]);
  });

  test('a chat that solved it begins nothing', () => {
    expect(
      ada()
        .happens('Chat Ended', { ...chat, resolved: true })
        .ended(),
    ).toEqual([]);
  });

  test('she does not buy: a week later it is over without another word', () => {
    const hers = asking().later('1 hour').answered('handover', 'solved').later('8 days');
    expect(hers.sent()).toEqual([]);
    expect(hers.ended()).toEqual(['completed']);
  });

  test('without any consent she is still answered: she asked', () => {
    const hers = story('support-handover')
      .identifies({ ...reachable, consent: {} })
      .happens('Chat Ended', chat);
    expect(hers.later('3 hours').sent()).toEqual(['sms later-today after 2 h']);
  });

  test('without a phone number the message comes by email', () => {
    const hers = story('support-handover').identifies({ email: 'ada@example.com' }).happens('Chat Ended', chat);
    expect(hers.later('3 hours').sent()).toEqual(['email later-today after 2 h']);
    expect(hers.shown('handover')['phone']).toBeNull();
  });

  test('the end of one chat said twice is one call', () => {
    const hers = asking().later('1 minute').happens('Chat Ended', chat).later('1 minute');
    expect(hers.asked()).toEqual(['phone after 0 h']);
  });
});
