import type { Plan, PlanNode } from '../plan/nodes.ts';
import { channelsOf } from '../published.ts';
import { passage } from './passages.ts';
import { prices } from './prices.ts';

/** What one call of run-step takes: 512 MB for 120 ms, a quarter of a KB of log; it reads the run and the profile. */
const stepCall =
  prices.lambdaRequest + 0.5 * 0.12 * prices.lambdaGbSecond + (0.25 / 1_048_576) * prices.logGb + 2 * prices.read;
/** Every state registers what it waits for. */
const registration = prices.write;
/** A claim is one transaction of four rows, which counts twice; the settlement is one more row. */
const claim = 9 * prices.write;
/** A signal: on the bus, through the queue, into the log and the profile. */
const signal = prices.event + 1.2 * prices.queueRequest + 2 * prices.write;
/** Sent, delivered, and now and then opened or clicked. */
const feedback = 2.5 * signal;

const messageFee = (node: PlanNode, smsPart: number): number => {
  if (node.kind !== 'send') return 0;
  const fees = { email: prices.email, sms: smsPart, push: prices.push };
  return Math.max(...channelsOf(node.send).map((channel) => fees[channel]));
};

const work = (node: PlanNode): number => {
  if (node.kind === 'send') return claim + feedback;
  return node.kind === 'act' ? signal + prices.write : 0;
};

/** US dollars per 1,000 customers who take the dearest way. */
export type Cost = {
  /** Step Functions, Lambda, DynamoDB, EventBridge, SQS and logs. */
  readonly running: number;
  /** SES, SMS where its price is known, and push. */
  readonly messages: number;
};

/** What 1,000 runs cost at most, at list price. An SMS counts as one part. @param smsPart what that costs; absent: it is not counted. */
export const costOf = (plan: Plan, smsPart = 0): Cost => {
  const perRun = (of: (node: PlanNode) => number, state: (kind: 'wait' | 'step') => number): number =>
    passage(plan, { state, node: of, choose: Math.max });
  const entering = signal + 2 * prices.write;
  const running = perRun(work, (kind) => prices.transition + registration + (kind === 'step' ? stepCall : 0));
  const messages = perRun(
    (node) => messageFee(node, smsPart),
    () => 0,
  );
  return { running: 1000 * (entering + running), messages: 1000 * messages };
};
