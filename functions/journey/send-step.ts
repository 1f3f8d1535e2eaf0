import { type Channel, type Check, decideSend, hasSlot, type SendDecision } from '#core/decision';
import { drawsOf, sendRequest } from '#core/journey';
import { count, logger } from '../aws/observed.ts';
import { type Claim, leaseMs } from '../aws/send-ledger.ts';
import {
  afterEarlierAttempt,
  type Allowed,
  budgetBack,
  budgetOf,
  callProvider,
  isAskedAgain,
  type Sending,
  type Sent,
} from './call-provider.ts';
import { introductionAt } from './introduction.ts';
import { type Outlet, render, type SendTask } from './render-send.ts';

export type { Sent } from './call-provider.ts';
export type { Outlet } from './render-send.ts';

const configured = ({ emailFrom, smsOrigination, pushApplication }: Outlet): readonly Channel[] => [
  ...(emailFrom === '' ? [] : ['email' as const]),
  ...(smsOrigination === '' ? [] : ['sms' as const]),
  ...(pushApplication === '' ? [] : ['push' as const]),
];

type Withheld = { readonly reason: string; readonly end?: boolean; readonly checks: readonly Check[] };

/** Why not, written down; unless an earlier attempt had claimed this very message: then what became of that is what counts. */
const withhold = async (sending: Sending, { reason, end = false, checks }: Withheld, outlet: Outlet): Promise<Sent> => {
  const { task, request } = sending;
  const earlier = await outlet.ledger.find(task.customer, request.send);
  if (earlier !== undefined) return afterEarlierAttempt(sending, earlier, outlet);
  count('MessageWithheld', reason);
  const why = { reason, at: task.now, journey: task.run.journey, message: task.node.send.message, checks };
  logger.info('message withheld', { customer: task.customer, enrol: task.run.enrol, step: task.node.id, reason });
  return {
    outcome: { status: 'withheld', reason },
    ends: end,
    write: [
      outlet.ledger.unclaimed(task.customer, request.send),
      outlet.ledger.withheld(task.customer, request.send, why),
    ],
  };
};

const decide = async ({ task, request }: Sending, isBudgetSpent: boolean, outlet: Outlet): Promise<SendDecision> => {
  const { profile, gate, quieted, rivals, now } = task;
  return decideSend(request, {
    profile,
    gate,
    configured: configured(outlet),
    quieted,
    rivals,
    switchedOff: await outlet.switches.recent(),
    isBudgetSpent,
    sending: outlet.sending,
    draw: drawsOf(task.customer),
    now,
  });
};

/** The decision, with one message of the journey's budget taken where it says yes. */
const decideWithin = async (sending: Sending, outlet: Outlet): Promise<SendDecision> => {
  const budget = budgetOf(sending.request);
  const decision = await decide(sending, false, outlet);
  if (budget === undefined || decision.do !== 'send') return decision;
  return (await outlet.budgets.take(budget)) ? decision : decide(sending, true, outlet);
};

const claimAndCall = async (sending: Sending, allowed: Allowed, outlet: Outlet): Promise<Sent> => {
  const { task, request } = sending;
  const { address, closesAt, taken, checks } = allowed;
  const { topicClass, topic } = request;
  const closes = closesAt === undefined ? {} : { closesAt };
  const { isFirst, introduction } = await introductionAt(sending, address, outlet);
  const worded = render(task, { address, topicClass, isFirst, ...closes }, outlet);
  if ('refused' in worded) {
    budgetBack(sending, outlet);
    const why = [...checks, { check: 'message', result: 'no', detail: worded.refused } as const];
    return withhold(sending, { reason: worded.refused, checks: why }, outlet);
  }
  const leaseUntil = task.now + leaseMs;
  const wanted: Claim = {
    customer: task.customer,
    send: request.send,
    owner: task.owner,
    channel: worded.message.channel,
    topic,
    message: task.node.send.message,
    ...worded.variant,
    checks,
    addressHash: outlet.addressHash(worded.message.channel, address.to),
    gate: task.gate,
    ...(taken === undefined ? {} : { taken }),
    ...(introduction === undefined ? {} : { introduction }),
    at: task.now,
    leaseUntil,
    ...(task.stillWanted === undefined ? {} : { stillWanted: task.stillWanted }),
  };
  const first = await outlet.ledger.claim(wanted, task.run);
  const earlier = first.is === 'taken' && isAskedAgain(sending, first) ? first : undefined;
  const claimed = earlier === undefined ? first : await outlet.ledger.claim(wanted, task.run, earlier);
  if (claimed.is === 'granted')
    return callProvider(sending, allowed, { ...worded, leaseUntil, attempts: (earlier?.attempts ?? 0) + 1 }, outlet);
  budgetBack(sending, outlet);
  switch (claimed.is) {
    case 'outdated':
      return { again: true };
    case 'exited':
      return { exited: true };
    case 'suppressed': {
      const why = [...checks, { check: 'suppression', result: 'no' } as const];
      return withhold(sending, { reason: 'suppressed', checks: why }, outlet);
    }
    case 'taken':
      return afterEarlierAttempt(sending, claimed, outlet);
  }
};

/**
 * Claim, call, settle: a marketing message leaves at most once, never after its consent was withdrawn or its run was left,
 * and never as one too many. The provider is asked once, inside the claim's lease; of what it did not answer
 * nobody knows, until it reports.
 */
export const sendStep = async (task: SendTask, outlet: Outlet): Promise<Sent> => {
  const request = sendRequest(task.stored, task.node, task);
  const sending: Sending = { task, request };
  // It counts for itself: an earlier attempt had claimed it, and what became of that is the answer.
  if (hasSlot(task.gate.slots ?? [], request.send)) {
    const earlier = await outlet.ledger.find(task.customer, request.send);
    if (earlier !== undefined) return afterEarlierAttempt(sending, earlier, outlet);
  }
  const decision = await decideWithin(sending, outlet);
  switch (decision.do) {
    case 'hold': {
      const on = decision.channel === undefined ? {} : { channel: decision.channel };
      return { holdUntil: decision.until, reason: decision.reason, ...on, write: [] };
    }
    case 'withhold':
      return withhold(sending, decision, outlet);
    case 'send':
      return claimAndCall(sending, decision, outlet);
  }
};
