import type { Caller } from '../../world.ts';
import type { Mapping } from './mapping.ts';

/**
 * What a function's role must be allowed before Lambda reads a source for it; without, AWS refuses to create the mapping.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb.html, …/services-sqs-configure.html, …/kinesis-on-failure-destination.html
 */
const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] as const;
const streamActions = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
] as const;

/** Throws `AccessDeniedException` for the first permission that is missing. */
export function requireSourceAccess(caller: Caller, { sourceArn, onFailure }: Mapping): void {
  const actions = sourceArn.includes(':dynamodb:') ? streamActions : queueActions;
  for (const action of actions) caller.require(action, sourceArn);
  if (onFailure?.startsWith('arn:aws:s3:')) caller.require('s3:ListBucket', onFailure);
}
