import * as z from 'zod';
import { operation } from '../../events/operation.ts';
import { AwsError, type JsonObject, type Operation, type World } from '../../world.ts';
import { simulated } from '../simulators.ts';

const KIND = 'verified-number';
const record = z.object({ number: z.string(), status: z.enum(['PENDING', 'VERIFIED']), createdAt: z.number() });
const create = z.object({ DestinationPhoneNumber: z.string() });
const verify = z.object({ VerifiedDestinationNumberId: z.string(), VerificationCode: z.string().regex(/^\w{1,20}$/) });

/** The numbers an account in the sandbox may write to, journalled (kind `verified-number`). Any code verifies a number here. */
export const verifiedNumbers = ({ stack, journal, clock }: World) => {
  const described = (id: string, { number, status, createdAt }: z.output<typeof record>): JsonObject => ({
    VerifiedDestinationNumberArn: `arn:aws:sms-voice:${stack.region}:${stack.account}:verified-destination-number/${id}`,
    VerifiedDestinationNumberId: id,
    DestinationPhoneNumber: number,
    Status: status,
    CreatedTimestamp: createdAt / 1_000,
  });
  const find = (id: string) => {
    const kept = journal.get(KIND, id);
    return kept === undefined ? undefined : record.parse(kept);
  };

  const operations: Readonly<Record<string, Operation>> = {
    CreateVerifiedDestinationNumber: operation(create, async ({ DestinationPhoneNumber }, caller) => {
      caller.require('sms-voice:CreateVerifiedDestinationNumber', '*');
      const number = `+${DestinationPhoneNumber.replace('+', '')}`;
      const made = { number, status: 'PENDING', createdAt: clock.now() } as const;
      journal.put(KIND, idOf(number), made);
      await journal.durable();
      return described(idOf(number), made);
    }),
    VerifyDestinationNumber: operation(verify, async ({ VerifiedDestinationNumberId: id }, caller) => {
      caller.require('sms-voice:VerifyDestinationNumber', '*');
      const found = find(id);
      if (found === undefined)
        throw new AwsError('ResourceNotFoundException', `Resource not found: verified-destination-number ${id}`);
      const verified = { ...found, status: 'VERIFIED' } as const;
      journal.put(KIND, id, verified);
      await journal.durable();
      return described(id, verified);
    }),
    DescribeVerifiedDestinationNumbers: operation(z.object({}), async (_, caller) => {
      caller.require('sms-voice:DescribeVerifiedDestinationNumbers', '*');
      const all = [...journal.all(KIND)].map(([id, value]) => described(id, record.parse(value)));
      return { VerifiedDestinationNumbers: all };
    }),
  };
  return {
    mayWriteTo: (number: string): boolean =>
      simulated(number) !== undefined || find(idOf(number))?.status === 'VERIFIED',
    operations,
  };
};
const idOf = (number: string): string => `verified-${number.replace('+', '')}`;

export type VerifiedNumbers = ReturnType<typeof verifiedNumbers>;
