import type { ContextView } from '../profile-view.ts';
import { STAGE } from './declared.ts';

/** What the stage is told by: everything as it stands in a profile, instants in ms. */
export type StageFacts = {
  readonly orders: number;
  readonly lastOrderAt: number | undefined;
  /** Products in the cart. */
  readonly items: number;
  readonly lastDeliveryAt: number | undefined;
  readonly lastInterestAt: number | undefined;
};

type Stage = Pick<ContextView, 'stage' | 'stageReason'>;

/** Where a customer is on the way, and why. The first that fits. */
export const stageAt = (facts: StageFacts, now: number): Stage => {
  const { orders, lastOrderAt, items, lastDeliveryAt, lastInterestAt } = facts;
  if (lastOrderAt !== undefined) {
    const isDelivered = lastDeliveryAt !== undefined && lastDeliveryAt >= lastOrderAt;
    const age = now - lastOrderAt;
    if (age < STAGE.purchaseMs && !isDelivered) return { stage: 'purchase', stageReason: 'ordered-just-now' };
    if (orders >= STAGE.loyalty.orders && age < STAGE.loyalty.withinMs)
      return { stage: 'loyalty', stageReason: 'orders-often' };
    if (age < STAGE.postPurchaseMs)
      return { stage: 'post-purchase', stageReason: isDelivered ? 'order-delivered' : 'ordered-before' };
  }
  if (items > 0) return { stage: 'consideration', stageReason: 'cart-open' };
  if (lastInterestAt !== undefined && now - lastInterestAt < STAGE.considerationMs)
    return { stage: 'consideration', stageReason: 'looked-around' };
  return { stage: 'awareness', stageReason: lastOrderAt === undefined ? 'nothing-yet' : 'ordered-long-ago' };
};

/** When the stage may become another one without a signal. */
export const stageChanges = ({ lastOrderAt, lastInterestAt }: StageFacts): readonly number[] => [
  ...(lastOrderAt === undefined
    ? []
    : [STAGE.purchaseMs, STAGE.loyalty.withinMs, STAGE.postPurchaseMs].map((ms) => lastOrderAt + ms)),
  ...(lastInterestAt === undefined ? [] : [lastInterestAt + STAGE.considerationMs]),
];
