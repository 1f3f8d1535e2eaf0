import { createHash } from 'node:crypto';
import type { Caller, Service, Stack } from '../world.ts';

/** Security Token Service, as far as asking who one is. It needs no permission. */
export const createSts = (stack: Stack): Service => ({
  name: 'sts',
  operations: { GetCallerIdentity: async (_, caller) => identityOf(caller, stack) },
});

/**
 * A role is seen as the session of it that its key belongs to, a person outside as a user of the account.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
function identityOf({ id }: Caller, { account }: Stack) {
  const [, role] = /^arn:aws:iam::\d+:role\/(?:.*\/)?([^/]+)$/.exec(id) ?? [];
  const unique = createHash('sha256').update(id).digest('hex').slice(0, 16).toUpperCase();
  return role === undefined
    ? { UserId: `AIDA${unique}`, Account: account, Arn: `arn:aws:iam::${account}:user/${id}` }
    : { UserId: `AROA${unique}:local`, Account: account, Arn: `arn:aws:sts::${account}:assumed-role/${role}/local` };
}
