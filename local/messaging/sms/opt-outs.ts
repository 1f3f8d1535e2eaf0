import * as z from 'zod';
import { lastPart, operation } from '../../events/operation.ts';
import type { Operation, World } from '../../world.ts';

const one = z.object({ OptOutListName: z.string(), OptedOutNumber: z.string() });
const many = z.object({ OptOutListName: z.string(), OptedOutNumbers: z.array(z.string()).optional() });

/** Numbers that want no messages, by list, journalled (kind `opted-out`). */
export const createOptOuts = ({ journal, clock, stack }: World) => {
  const arnOf = (list: string) => `arn:aws:sms-voice:${stack.region}:${stack.account}:opt-out-list/${lastPart(list)}`;
  const put = (list: string, number: string, byEndUser: boolean): void =>
    journal.put('opted-out', keyOf(list, number), {
      OptedOutNumber: number,
      OptedOutTimestamp: clock.now() / 1_000,
      EndUserOptedOut: byEndUser,
    });
  const remove = (list: string, number: string): void => journal.remove('opted-out', keyOf(list, number));

  const operations: Readonly<Record<string, Operation>> = {
    PutOptedOutNumber: operation(one, async ({ OptOutListName, OptedOutNumber }, caller) => {
      caller.require('sms-voice:PutOptedOutNumber', arnOf(OptOutListName));
      put(OptOutListName, OptedOutNumber, false);
      await journal.durable();
      return { OptOutListArn: arnOf(OptOutListName), OptOutListName: lastPart(OptOutListName), OptedOutNumber };
    }),
    DeleteOptedOutNumber: operation(one, async ({ OptOutListName, OptedOutNumber }, caller) => {
      caller.require('sms-voice:DeleteOptedOutNumber', arnOf(OptOutListName));
      remove(OptOutListName, OptedOutNumber);
      await journal.durable();
      return { OptOutListArn: arnOf(OptOutListName), OptOutListName: lastPart(OptOutListName), OptedOutNumber };
    }),
    DescribeOptedOutNumbers: operation(many, async ({ OptOutListName, OptedOutNumbers }, caller) => {
      caller.require('sms-voice:DescribeOptedOutNumbers', arnOf(OptOutListName));
      const hit = [...journal.all('opted-out')].filter(
        ([key]) =>
          key.startsWith(keyOf(OptOutListName, '')) &&
          (OptedOutNumbers?.some((number) => key === keyOf(OptOutListName, number)) ?? true),
      );
      return {
        OptOutListArn: arnOf(OptOutListName),
        OptOutListName: lastPart(OptOutListName),
        OptedOutNumbers: hit.map(([, value]) => value),
      };
    }),
  };
  return {
    put,
    remove,
    isOptedOut: (list: string, number: string) => journal.get('opted-out', keyOf(list, number)) !== undefined,
    operations,
  };
};
const keyOf = (list: string, number: string): string => `${lastPart(list)}/${number}`;

export type OptOuts = ReturnType<typeof createOptOuts>;
