import type { Execution, Frame, Place } from './execution.ts';

/** One attempt of one task of one execution. Executions may take the name of one long gone, so its start belongs to it. */
export interface TokenOf extends Place {
  readonly startedAt: number;
  readonly call: string;
}

/** The token of an attempt: it says where it belongs, so that none needs to be remembered. */
export function taskToken({ arn, startedAt }: Execution, { id }: Pick<Frame, 'id'>, call: string): string {
  return Buffer.from([arn, startedAt, id, call].join('|')).toString('base64url');
}

/** Reads a token; undefined when it cannot be one of ours. */
export function readToken(token: string): TokenOf | undefined {
  const [execution, startedAt, frame, call, ...rest] = Buffer.from(token, 'base64url').toString().split('|');
  if (execution === undefined || frame === undefined || call === undefined || rest.length > 0) return undefined;
  return execution.startsWith('arn:') ? { execution, startedAt: Number(startedAt), frame, call } : undefined;
}
