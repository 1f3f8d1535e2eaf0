import { takeSlot, type Taken } from './caps/slots.ts';
import type { Check } from './check.ts';
import { erasure, expiry, holdout, pause, quiets, sorry } from './checks/customer.ts';
import type { Answer, Rule } from './checks/answer.ts';
import { channel, channelSwitch, stage, switches } from './checks/stage.ts';
import { budget, caps, hours } from './checks/timing.ts';
import type { Address, HoldReason, WithheldReason } from './gate.ts';
import { closesAt, hoursOf } from './hours/open-hours.ts';
import type { SendFacts, SendRequest } from './send-request.ts';

export type SendDecision = (
  | {
      readonly do: 'send';
      readonly address: Address;
      /** What the claim must count, where a cap counts it. */
      readonly taken?: Taken;
      /** When the hours it may arrive in are over, epoch milliseconds. */
      readonly closesAt?: number;
    }
  | { readonly do: 'hold'; readonly until: number; readonly reason: HoldReason; readonly channel?: Address['channel'] }
  | { readonly do: 'withhold'; readonly reason: WithheldReason; readonly end: boolean }
) & { readonly checks: readonly Check[] };

/** The order in which everything is looked at. Marketing alone waits for what is marked so. */
const rules: readonly Rule[] = [
  { check: 'erasure', isForMarketing: false, look: erasure },
  { check: 'switches', isForMarketing: false, look: switches },
  { check: 'expiry', isForMarketing: false, look: expiry },
  { check: 'holdout', isForMarketing: true, look: holdout },
  { check: 'pause', isForMarketing: true, look: pause },
  { check: 'quiets', isForMarketing: true, look: quiets },
  { check: 'sorry', isForMarketing: true, look: sorry },
  { check: 'channel', isForMarketing: false, look: channel },
  { check: 'switch', isForMarketing: true, look: channelSwitch },
  { check: 'stage', isForMarketing: false, look: stage },
  { check: 'hours', isForMarketing: true, look: hours },
  { check: 'caps', isForMarketing: true, look: caps },
  { check: 'budget', isForMarketing: true, look: budget },
];

const checkOf = ({ check }: Rule, answer: Answer): Check => ({
  check,
  result: 'yes' in answer ? 'yes' : 'until' in answer ? 'wait' : 'no',
  ...(answer.detail === undefined ? ('no' in answer ? { detail: answer.no } : {}) : { detail: answer.detail }),
});

const mayLeave = (request: SendRequest, facts: SendFacts, address: Address): Omit<SendFor<'send'>, 'checks'> => {
  const isMarketing = request.topicClass === 'marketing';
  const { send, topic, journey } = request;
  const wanted = { channel: address.channel, topic, journey, send };
  const taken = isMarketing ? takeSlot(facts.gate.slots ?? [], request.caps.limits, wanted, facts.now) : undefined;
  const closes = isMarketing ? closesAt(hoursOf(request, facts.profile, address.channel), facts.now) : undefined;
  return {
    do: 'send',
    address,
    ...(taken === undefined ? {} : { taken }),
    ...(closes === undefined ? {} : { closesAt: closes }),
  };
};

type SendFor<Do extends SendDecision['do']> = Extract<SendDecision, { do: Do }>;

/**
 * Whether this message may go to this customer now, on which channel, and if not, why. Pure; every check is told in order
 * and the first refusal counts. Transactional topics skip consent, hours, caps, holdout, budget and quieting, and what is
 * said of a channel; never erasure, nor the switch of everything.
 */
export const decideSend = (request: SendRequest, facts: SendFacts): SendDecision => {
  const isMarketing = request.topicClass === 'marketing';
  const checks: Check[] = [];
  let address: Address | undefined;
  for (const rule of rules) {
    if (rule.isForMarketing && !isMarketing) continue;
    const answer = rule.look(request, facts, address);
    checks.push(checkOf(rule, answer));
    if ('no' in answer) return { do: 'withhold', reason: answer.no, end: answer.end === true, checks };
    if ('until' in answer) {
      const on = address === undefined ? {} : { channel: address.channel };
      return { do: 'hold', until: answer.until, reason: answer.reason, ...on, checks };
    }
    address = answer.address ?? address;
  }
  if (address === undefined) throw new Error('A message without a channel was allowed.');
  return { ...mayLeave(request, facts, address), checks };
};
