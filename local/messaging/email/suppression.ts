import * as z from 'zod';
import { operation } from '../../events/operation.ts';
import { AwsError, type JsonObject, type Operation, type World } from '../../world.ts';

const entry = z.object({ EmailAddress: z.string(), Reason: z.string(), LastUpdateTime: z.number() });
const reason = z.enum(['BOUNCE', 'COMPLAINT']);
const address = z.object({ EmailAddress: z.string() });

/** The account's suppression list, journalled (kind `suppressed`). */
export const createSuppression = ({ journal, clock, stack }: World) => {
  const listArn = `arn:aws:ses:${stack.region}:${stack.account}:suppression-list`;
  const find = (email: string) => {
    const kept = journal.get('suppressed', keyOf(email));
    return kept === undefined ? undefined : entry.parse(kept);
  };
  const put = (email: string, why: z.output<typeof reason>): void =>
    journal.put('suppressed', keyOf(email), {
      EmailAddress: keyOf(email),
      Reason: why,
      LastUpdateTime: clock.now() / 1_000,
    });
  const existing = (email: string): JsonObject => {
    const found = find(email);
    if (found === undefined)
      throw new AwsError('NotFoundException', `Email address ${email} does not exist on your suppression list.`, {
        status: 404,
      });
    return found;
  };

  const operations: Readonly<Record<string, Operation>> = {
    PutSuppressedDestination: operation(
      address.extend({ Reason: reason }),
      async ({ EmailAddress, Reason }, caller) => {
        caller.require('ses:PutSuppressedDestination', listArn);
        put(EmailAddress, Reason);
        await journal.durable();
        return {};
      },
    ),
    GetSuppressedDestination: operation(address, async ({ EmailAddress }, caller) => {
      caller.require('ses:GetSuppressedDestination', listArn);
      return { SuppressedDestination: existing(EmailAddress) };
    }),
    DeleteSuppressedDestination: operation(address, async ({ EmailAddress }, caller) => {
      caller.require('ses:DeleteSuppressedDestination', listArn);
      existing(EmailAddress);
      journal.remove('suppressed', keyOf(EmailAddress));
      await journal.durable();
      return {};
    }),
    ListSuppressedDestinations: operation(z.object({}), async (_, caller) => {
      caller.require('ses:ListSuppressedDestinations', listArn);
      return { SuppressedDestinationSummaries: [...journal.all('suppressed')].map(([, value]) => value) };
    }),
  };
  return { put, isSuppressed: (email: string) => find(email) !== undefined, operations };
};
const keyOf = (email: string): string => email.toLowerCase();

export type Suppression = ReturnType<typeof createSuppression>;
