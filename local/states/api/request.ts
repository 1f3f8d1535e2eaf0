import type * as z from 'zod';
import { AwsError, type JsonObject } from '../../world.ts';

/** The input of an operation. Throws `ValidationException`, naming the first field that is wrong. */
export function request<S extends z.ZodType>(schema: S, input: JsonObject): z.infer<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AwsError(
    'ValidationException',
    `Value at '${issue?.path.join('.')}' failed to satisfy constraint: ${issue?.message}`,
  );
}

export interface Paging {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly more: { readonly nextToken?: string };
}

/** One page of a list: AWS's default is 100 and its most 1,000. Throws `InvalidToken`. */
export function page<T>(all: readonly T[], { maxResults, nextToken }: Paging): Page<T> {
  const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString());
  if (!Number.isInteger(from) || from < 0) throw new AwsError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const size = maxResults === undefined || maxResults === 0 ? 100 : maxResults;
  const items = all.slice(from, from + size);
  const next = from + items.length;
  return { items, more: next < all.length ? { nextToken: Buffer.from(String(next)).toString('base64url') } : {} };
}

/** An instant as the API answers it: seconds since the epoch. */
export function seconds(at: number): number {
  return at / 1_000;
}
