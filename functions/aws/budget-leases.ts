import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { budgetKey, item, keyItem } from './keys.ts';

/** A journey's budget of one day (ISO, in its zone). */
type Budget = { readonly journey: string; readonly day: string; readonly messages: number };

/** A function takes a hundredth of a budget at a time, and never more than this: what it has left when it ends is lost. */
const mostAtOnce = 100;
const shareOf = ({ messages }: Budget): number => Math.min(mostAtOnce, Math.max(1, Math.floor(messages / 100)));

/** A budget that is spent is asked for again after this, in milliseconds of the machine's own clock. */
const askAgainMs = 60_000;
const keptSeconds = 30 * 86_400;

const nameOf = ({ journey, day }: Budget): string => `${journey}#${day}`;

/**
 * Budgets are given out in blocks, so that no row is written once per message. A budget is never exceeded; a little of it
 * may stay unused.
 */
export const budgetLeases = (table: string) => {
  const leased = new Map<string, number>();
  const spent = new Map<string, number>();

  /** @returns what was already given out when so many more would have been too many; undefined: they are taken. */
  const lease = async (budget: Budget, block: number): Promise<number | undefined> => {
    const answer = await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(budgetKey(budget.journey, budget.day)),
          UpdateExpression: 'ADD leased :block SET #ttl = if_not_exists(#ttl, :ttl)',
          ConditionExpression: 'attribute_not_exists(leased) OR leased <= :room',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: item({
            ':block': block,
            ':room': budget.messages - block,
            ':ttl': Math.floor(Date.parse(budget.day) / 1000) + keptSeconds,
          }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return 'refused' in answer ? Number(answer.refused?.['leased'] ?? budget.messages) : undefined;
  };

  /** Takes one message of the budget; false: there is none left today. */
  const take = async (budget: Budget): Promise<boolean> => {
    const name = nameOf(budget);
    const left = leased.get(name) ?? 0;
    if (left > 0) {
      leased.set(name, left - 1);
      return true;
    }
    if (performance.now() - (spent.get(name) ?? -askAgainMs) < askAgainMs) return false;
    for (let block = shareOf(budget); block > 0;) {
      const before = await lease(budget, block);
      if (before === undefined) {
        leased.set(name, (leased.get(name) ?? 0) + block - 1);
        return true;
      }
      block = Math.min(block - 1, budget.messages - before);
    }
    spent.set(name, performance.now());
    return false;
  };

  /** Nothing was sent of it: somebody else may. */
  const giveBack = (budget: Budget): void => {
    const name = nameOf(budget);
    leased.set(name, (leased.get(name) ?? 0) + 1);
  };

  return { take, giveBack };
};
export type BudgetLeases = ReturnType<typeof budgetLeases>;
