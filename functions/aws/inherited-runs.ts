import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type Enrolment, isOpen } from '#core/journey';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { customerPk, enrolmentKey, item, sendIn } from './keys.ts';
import { rowsUnder } from './rows.ts';

/** The reason of a run whose customer turned out to be another. */
export const merged = 'merged';

/** A message somebody got, or may have got; `enrol` is the run it was of, or the message to many. */
export type Sent = { readonly journey: string; readonly enrol: string; readonly at: number };

/** What one customer leaves to another whom they turned out to be. */
export const inheritedRuns = (table: string) => {
  /** Whatever was claimed and did not fail for certain. */
  const sends = async (customer: string): Promise<readonly Sent[]> =>
    (await rowsUnder(table, { pk: customerPk(customer), prefix: 'SEND#' }))
      .filter(({ status }) => status !== 'FAILED')
      .map(({ sk, journey, claimedAt }) => ({
        journey: String(journey),
        enrol: sendIn(String(sk))?.split('#')[0] ?? '',
        at: Date.parse(String(claimedAt)),
      }));

  /** Every run a customer is or was in, as far as it is kept. */
  const runs = async (customer: string): Promise<readonly Pick<Enrolment, 'journey' | 'enrol'>[]> =>
    (await rowsUnder(table, { pk: customerPk(customer), prefix: 'ENROL#' })).map(({ journey, enrol }) => ({
      journey: String(journey),
      enrol: String(enrol),
    }));

  /**
   * Lets a run that is over count as one of the heir's: what it sent is not sent again, and its goals can still be reached.
   * @param last the heir's own last run with the same key
   */
  const inherit = async (heir: string, run: Enrolment, last: Enrolment | undefined): Promise<boolean> => {
    if (last !== undefined && (isOpen(last) || last.enteredAt >= run.enteredAt)) return false;
    const { token: _, step: __, deadline: ___, entry, ...rest } = run;
    const occurrence = (last?.occurrence ?? 0) + 1;
    const put = await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName: table,
          Item: item({
            ...enrolmentKey(heir, run),
            ...rest,
            occurrence,
            entry: JSON.stringify(entry),
            came: {},
            inherited: true,
          }),
          ConditionExpression:
            'attribute_not_exists(pk) OR (occurrence = :before AND (attribute_exists(exitedAt) OR attribute_exists(endedAt)))',
          ExpressionAttributeValues: item({ ':before': occurrence - 1 }),
        }),
      ),
    );
    return 'done' in put;
  };

  return { sends, runs, inherit };
};
export type InheritedRuns = ReturnType<typeof inheritedRuns>;
