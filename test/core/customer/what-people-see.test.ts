import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkNextActions,
  liveOffers,
  maskEmail,
  maskPhone,
  maskTraits,
  nextActionsOf,
  timelineOf,
} from '#core/customer';
import { emptyProfile, foldSignal } from '#core/profile';
import type { Signal } from '#core/signal';

const monday = Date.parse('2026-01-05T09:00:00Z');
const day = 86_400_000;

const track = (event: string, properties: Signal['properties'] = {}, at = monday): Signal => ({
  messageId: `${event} ${at}`,
  type: 'track',
  event,
  timestamp: new Date(at).toISOString(),
  subject: { user: 'ada' },
  properties,
  traits: {},
  context: {},
});

describe('contact data is masked', () => {
  test('so that two can be told apart and neither be written to', () => {
    expect(maskEmail('lea@example.com')).toBe('l•••@example.com');
    expect(maskPhone('+447700900123')).toBe('+44•••23');
  });

  test('wherever it hides, while figures, flags and short words stay', () => {
    expect(
      maskTraits({
        tier: 'gold',
        score: 7,
        vip: true,
        firstName: 'Lea',
        bio: 'x'.repeat(41),
        mail2: 'a@b.example',
        tel: '030 1234567 8',
        deep: { name: 'Lea', size: 'L' },
        list: ['lea@b.example', 'red'],
      }),
    ).toEqual({
      tier: 'gold',
      score: 7,
      vip: true,
      firstName: '•••',
      bio: '•••',
      mail2: '•••',
      tel: '•••',
      deep: { name: '•••', size: 'L' },
      list: ['•••', 'red'],
    });
  });

  test('no address passes, under whatever name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.emailAddress(), fc.emailAddress(), (name, email, other) => {
        const masked = JSON.stringify(maskTraits({ [name]: { deep: [email] }, [other]: 1 }));
        expect(masked).not.toContain(email);
        expect(masked).not.toContain(other);
      }),
    );
  });
});

describe('what to do next', () => {
  const rules = [
    { name: 'call', when: 'profile.complaint.open', do: 'Call back', because: 'A complaint is open' },
    {
      name: 'win-back',
      when: { since: 'profile.orders.lastAt', over: '90 days' },
      do: 'Win back',
      because: 'Long ago',
    },
  ];

  test('is the first rule that holds, and time counts', () => {
    const ask = nextActionsOf(checkNextActions(rules).actions ?? [], []);
    const bought = foldSignal(emptyProfile(), track('Order Completed', { order_id: '1', revenue: 9 }));
    expect(ask(bought, monday + day)).toEqual([]);
    expect(ask(bought, monday + 91 * day).map(({ action }) => action)).toEqual(['win-back']);
    const angry = foldSignal(bought, track('Complaint Filed', { case_id: '1' }, monday + day));
    expect(ask(angry, monday + 91 * day).map(({ action }) => action)).toEqual(['call', 'win-back']);
  });

  test('is refused with the place of every mistake', () => {
    const { problems = [] } = checkNextActions([
      { ...rules[0], when: 'profile.complaint.opne' },
      { ...rules[1], name: 'call' },
      { name: 'x', when: 'profile.cart.items >', do: 'x', because: 'y' },
    ]);
    expect(problems.map(({ path }) => path.join('.'))).toEqual(['0.when', '1.name', '2.when']);
    expect(problems[0]?.message).toContain('Did you mean `open`?');
    expect(checkNextActions([{ ...rules[0], otherwise: 'x' }]).problems?.[0]?.path).toEqual([0]);
  });
});

test('an offer that is over is none; what a journey has chosen is one', () => {
  const traits = {
    offers: [
      { code: 'A', expiresAt: '2026-01-01' },
      { code: 'B', expiresAt: '2026-02-01' },
    ],
    coupon: 'C',
  };
  const open = [{ journey: 'win-back', steps: { best: { status: 'decided', option: 'discount', reason: 'x' } } }];
  expect(liveOffers({ traits }, open, monday)).toEqual([
    { offer: { code: 'B', expiresAt: '2026-02-01' }, from: 'traits.offers' },
    { offer: 'C', from: 'traits.coupon' },
    { offer: 'discount', from: 'win-back.best' },
  ]);
});

test('a history read page by page is the whole history, whatever happened at the same instant', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 25 }),
      fc.integer({ min: 1, max: 6 }),
      (times, limit) => {
        const signals = times
          .map((time, n) => track(`e${n}`, {}, monday + time))
          .toSorted((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
        const history = { signals, messages: [], runs: [], notes: [] };
        const whole = timelineOf(history, { limit: 100, zone: 'UTC' }).entries;
        const read = [];
        for (
          let page = timelineOf(history, { limit, zone: 'UTC' });
          ;
          page = timelineOf(history, { limit, zone: 'UTC', from: page.next })
        ) {
          read.push(...page.entries);
          if (page.next === undefined) break;
        }
        expect(read).toEqual(whole);
        expect(whole).toHaveLength(times.length);
      },
    ),
  );
});
