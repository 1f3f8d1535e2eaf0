import { ahead, turnMs } from '../caps/rivals.ts';
import { type Cap, isCounted, reasonOf } from '../caps/cap.ts';
import { type Counting, isFull, nextSlot, slotsLeft, usedOf } from '../caps/slots-left.ts';
import { readSlots } from '../caps/slots.ts';
import type { Address } from '../gate.ts';
import { hoursOf, openingOf } from '../hours/open-hours.ts';
import { zonesOf } from '../hours/zones-of.ts';
import type { SendFacts, SendRequest } from '../send-request.ts';
import { type Answer, notNow, yes } from './answer.ts';

/** A journey without hours of its own holds what comes in those of the policy. */
const held = { otherwise: 'hold', atMostMs: 86_400_000 } as const;

/** The hours of the policy and of the journey: the most restrictive counts. */
export const hours = (request: SendRequest, { profile, now }: SendFacts, address: Address | undefined): Answer => {
  if (address === undefined) return yes;
  const until = openingOf(hoursOf(request, profile, address.channel), now);
  if (until === now) return yes;
  const { otherwise, atMostMs } = request.window ?? held;
  return notNow(request, { until, reason: 'quiet-hours', otherwise, atMostMs });
};

/** The cap that has least to spare for this message, rivals that go first counted. */
type Tightest = { readonly cap: Cap; readonly left: number; readonly waitsFor: number | undefined };

const tightest = (request: SendRequest, facts: SendFacts, counting: Counting): Tightest | undefined => {
  const { now } = facts;
  const first = ahead(facts.rivals, request, now);
  const all = request.caps.limits
    .filter((cap) => isCounted(cap, counting.counted))
    .map((cap): Tightest => {
      const before = first.filter((rival) => isCounted(cap, rival));
      const free = slotsLeft(cap, counting, now);
      const isOutranked = free > 0 && before.length >= free;
      return {
        cap,
        left: free - before.length,
        waitsFor: isOutranked ? Math.max(...before.map(({ until }) => until)) + turnMs : undefined,
      };
    });
  return all.toSorted((a, b) => a.left - b.left)[0];
};

const said = ({ cap, waitsFor }: Tightest, counting: Counting, now: number): string =>
  `${usedOf(cap, counting, now).length} of ${cap.said}${waitsFor === undefined ? '' : ', others come first'}`;

/** How many messages a customer gets. Who must wait competes for the next slot by priority, then by age. */
export const caps = (request: SendRequest, facts: SendFacts, address: Address | undefined): Answer => {
  const { gate, profile, now } = facts;
  const { limits, otherwise, atMostMs } = request.caps;
  if (address === undefined || limits.length === 0) return yes;
  const { topic, journey, zoneUnknown } = request;
  const counting: Counting = {
    counted: { channel: address.channel, topic, journey },
    slots: readSlots(gate.slots ?? [], now),
    zones: zonesOf(profile, zoneUnknown),
  };
  const found = tightest(request, facts, counting);
  if (found === undefined) return yes;
  const detail = said(found, counting, now);
  if (found.left > 0 && !isFull(counting)) return { yes: true, detail };
  const reason = reasonOf(found.cap);
  const opening = (at: number): number | undefined => openingOf(hoursOf(request, profile, address.channel), at);
  const until =
    found.waitsFor === undefined
      ? nextSlot(limits, counting, opening, now)
      : opening(Math.max(found.waitsFor, now + 1000));
  return notNow(request, { until, reason, otherwise, atMostMs, detail });
};

export const budget = (request: SendRequest, { isBudgetSpent }: SendFacts): Answer => {
  if (isBudgetSpent !== true) return yes;
  const { otherwise, atMostMs } = request.caps;
  return notNow(request, { until: request.budget?.againAt, reason: 'budget-spent', otherwise, atMostMs });
};
